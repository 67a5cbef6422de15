#!/bin/sh
# curl against a running `wenmai serve --writable` that holds the sample articles: every way to ask, every format.
#
# Usage: tests/clients/curl.sh http://localhost:7878
# Exit status 1 if an answer is not what it should be.
server=${1:-http://localhost:7878}
failed=0

# expect NAME STATUS WORDS ARGUMENTS…: the status of a request, and words that its answer holds.
expect() {
  name=$1 status=$2 words=$3
  shift 3
  answer=$(curl -s -m 20 -w '\n%{http_code}' "$@")
  if [ "${answer##*
}" = "$status" ] && printf '%s' "$answer" | grep -qF -e "$words"; then
    echo "ok   $name"
  else
    echo "FAIL $name: $answer" | head -5
    failed=1
  fi
}

select='SELECT ?l { kg:伊宁县 rdfs:label ?l }'
expect "SELECT by GET" 200 '"伊宁县"' -G "$server/query" --data-urlencode "query=$select"
expect "SELECT by form" 200 '"伊宁县"' "$server/query" --data-urlencode "query=$select"
expect "SELECT directly" 200 '"伊宁县"' "$server/query" -H 'Content-Type: application/sparql-query' --data-binary "$select"
for type in application/sparql-results+json application/sparql-results+xml text/csv text/tab-separated-values; do
  expect "results as $type" 200 伊宁县 -G "$server/query" -H "Accept: $type" --data-urlencode "query=$select"
done
for type in text/turtle application/n-triples application/rdf+xml application/ld+json application/trig application/n-quads; do
  expect "graph as $type" 200 伊宁县 -G "$server/query" -H "Accept: $type" --data-urlencode 'query=DESCRIBE kg:伊宁县'
  expect "thing as $type" 200 伊宁县 -H "Accept: $type" "$server/id/%E4%BC%8A%E5%AE%81%E5%8E%BF"
done
expect "compressed" 200 伊宁县 --compressed -G "$server/query" --data-urlencode 'query=DESCRIBE kg:伊宁县'
expect "service description" 200 sparql-service-description "$server/query"
expect "wrong query" 400 'line 1, column' -G "$server/query" --data-urlencode 'query=SELECT'
expect "wrong format" 406 error -G "$server/query" -H 'Accept: image/png' --data-urlencode "query=$select"
expect "wrong method" 405 error -X DELETE "$server/query"
expect "update by form" 200 '"added":1' "$server/update" --data-urlencode 'update=INSERT DATA { kg:甲 wm:partOf kg:乙 }'
expect "update directly" 200 '"removed":1' "$server/update" -H 'Content-Type: application/sparql-update' --data-binary 'DELETE DATA { kg:甲 wm:partOf kg:乙 }'
expect "PUT a graph" 201 '' -X PUT "$server/store/curl" -H 'Content-Type: text/turtle' --data-binary '<http://x/a> <http://x/b> "丙"@zh .'
expect "GET a graph" 200 丙 "$server/store/curl"
expect "HEAD a graph" 200 'text/turtle' -I "$server/store/curl"
expect "DELETE a graph" 204 '' -X DELETE "$server/store/curl"
expect "GET what is gone" 404 error "$server/store/curl"
expect "a document" 200 '"id":"curl"' -X POST "$server/api/documents?name=curl.txt" -H 'Content-Type: text/plain' --data-binary '任正非在深圳创办了华为。'
expect "delete a document" 204 '' -X DELETE "$server/api/document?id=curl"
expect "foreign host" 421 error -H 'Host: evil.example' "$server/api/info"
expect "foreign origin" 403 error -H 'Origin: https://evil.example' "$server/update" --data-urlencode 'update=CLEAR DEFAULT'
expect "metrics" 200 'wenmai_requests_total{route="query",status="200"}' "$server/metrics"
exit $failed
