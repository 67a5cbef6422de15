#!/bin/bash
# Load: 50 clients for 60 s of mixed queries against wenmai and against oxigraph's own server on the same data, one after
# the other, three rounds by turns. Needs wrk, and the `oxigraph` of PyPI's package of that name.
#
# Usage: tests/clients/load.sh STORE FOLDER [SECONDS]   (FOLDER: where oxigraph's data is loaded to, made if it is not there)
# WENMAI, OXIGRAPH: the programs; target/release/wenmai and oxigraph if not set.
set -eu
store=$1 folder=$2 seconds=${3:-60}
wenmai=${WENMAI:-target/release/wenmai} oxigraph=${OXIGRAPH:-oxigraph}
here=$(dirname "$0")
if [ ! -d "$folder" ]; then
  "$wenmai" export --store "$store" --format nq -o "$folder.nq"
  "$oxigraph" load --location "$folder" --file "$folder.nq"
fi
memory() { awk '/VmRSS/ { printf "%d MB", $2 / 1024 }' "/proc/$1/status"; }
# The things that matter most, and as many of those that hardly do.
things() {
  curl -sf -m 60 "http://localhost:$1/query" -H 'Accept: text/csv' --data-urlencode \
    'query=PREFIX wm: <https://w3id.org/wenmai/ns#> SELECT ?x (COUNT(?s) AS ?n) { ?s wm:subject|wm:object ?x FILTER(isIRI(?x)) } GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 10000' |
    tail -n +2 | tr -d '\r' | cut -d, -f1 | awk 'NR <= 100 || NR % 50 == 0'
}
measure() {
  name=$1 port=$2
  shift 2
  "$@" >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 300); do curl -sf -m 2 "http://localhost:$port/query?query=ASK%7B%7D" >/dev/null 2>&1 && break; sleep 0.2; done
  [ -s "$THINGS" ] || things "$port" >"$THINGS"
  wrk -t1 -c50 -d5s --timeout 30s -s "$here/load.lua" "http://localhost:$port" >/dev/null
  before=$(memory $server)
  echo "$name: $(wrk -t1 -c50 -d"${seconds}"s --timeout 30s -s "$here/load.lua" "http://localhost:$port" | tail -1)"
  echo "$name: memory $before at the start, $(memory $server) at the end"
  kill $server
  wait $server || true
}
THINGS=$(mktemp)
export THINGS
for _ in 1 2 3; do
  measure wenmai 7911 "$wenmai" serve --store "$store" --bind localhost:7911
  measure oxigraph 7912 "$oxigraph" serve-read-only --location "$folder" --bind localhost:7912 --union-default-graph
done
rm "$THINGS"
