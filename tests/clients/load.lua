-- Queries for wrk: things looked up, their neighbours, groups and texts, mixed at random by a fixed seed.
-- The things come from the file named by THINGS, one IRI a line. Answers that are not 200 are counted as errors.

local PREFIXES = "PREFIX wm: <https://w3id.org/wenmai/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
local things = {}
for line in io.lines(os.getenv("THINGS")) do things[#things + 1] = line end

local function encode(text)
  return (text:gsub("[^%w%-%._~]", function(c) return string.format("%%%02X", c:byte()) end))
end

local groups = {
  "SELECT ?class (COUNT(?who) AS ?n) { ?who wm:affiliation ?body . ?body a ?class } GROUP BY ?class ORDER BY DESC(?n) LIMIT 10",
  "SELECT ?place (COUNT(?x) AS ?n) { ?x wm:locatedIn ?place } GROUP BY ?place ORDER BY DESC(?n) LIMIT 10",
}
local texts = {
  'SELECT ?x ?name { ?x a wm:Hospital ; rdfs:label ?name FILTER(CONTAINS(?name, "人民")) } LIMIT 20',
  'SELECT ?x ?name { ?x a wm:School ; rdfs:label ?name FILTER(REGEX(?name, "^北京.*大学$")) } LIMIT 20',
}
local requests = {}

-- Here and not above: the name of the host is known only now.
function init()
  math.randomseed(7)
  for _ = 1, 2000 do
    local thing, dice, query = things[math.random(#things)], math.random(100), nil
    if dice <= 45 then
      query = "SELECT ?p ?o { <" .. thing .. "> ?p ?o } LIMIT 100"
    elseif dice <= 90 then
      query = "SELECT ?p ?other ?name { { <" .. thing .. "> ?p ?other } UNION { ?other ?p <" .. thing .. "> } ?other rdfs:label ?name } LIMIT 100"
    elseif dice <= 95 then
      query = groups[math.random(#groups)]
    else
      query = texts[math.random(#texts)]
    end
    requests[#requests + 1] = wrk.format("GET", "/query?query=" .. encode(PREFIXES .. query), { Accept = "application/sparql-results+json" })
  end
end

local next_request = 0
function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    "%d requests, %.0f a second; p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, most %.0f ms; errors: %d status, %d connect, %d read, %d timeout\n",
    summary.requests, summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(90) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, errors.status, errors.connect, errors.read, errors.timeout))
end
