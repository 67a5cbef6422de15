// Comunica 4 against a running `wenmai serve` that holds the sample articles.
//
// Usage: npm install @comunica/query-sparql@4 && node tests/clients/comunica.mjs http://localhost:7878
// (from a folder in which the package is installed). Exit status 1 if something is wrong.

import { QueryEngine } from '@comunica/query-sparql';

const server = process.argv[2] ?? 'http://localhost:7878';
const engine = new QueryEngine();
let failed = false;
function check(name, truth, detail = '') {
  console.log(`${truth ? 'ok  ' : 'FAIL'} ${name}`, truth ? '' : detail);
  failed ||= !truth;
}
const wm = 'PREFIX wm: <https://w3id.org/wenmai/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>';

for (const [name, source] of [
  ['typed', { type: 'sparql', value: `${server}/query` }],
  ['found by its service description', `${server}/query`],
  ['a page of one thing', `${server}/id/${encodeURIComponent('伊宁县')}`],
]) {
  const rows = await (await engine.queryBindings(
    `${wm} SELECT ?name WHERE { ?s a wm:AdministrativeArea ; rdfs:label ?name . ?x wm:locatedIn ?s } ORDER BY ?name`,
    { sources: [source] },
  )).toArray();
  check(`Comunica SELECT, source ${name}`, rows.some(row => row.get('name').value === '伊宁县'), rows.length);
}
const sources = [{ type: 'sparql', value: `${server}/query` }];
check('Comunica ASK', await engine.queryBoolean(`${wm} ASK { ?p a wm:Person }`, { sources }));
const quads = await (await engine.queryQuads(`${wm} CONSTRUCT { ?s wm:locatedIn ?o } WHERE { ?s wm:locatedIn ?o }`, { sources })).toArray();
check('Comunica CONSTRUCT', quads.length > 3, quads.length);
const joined = await (await engine.queryBindings(
  `${wm} SELECT ?person ?place WHERE { ?person wm:affiliation ?body . ?body wm:locatedIn ?place }`,
  { sources: [...sources, `${server}/id/${encodeURIComponent('伊宁县')}`] },
)).toArray();
check('Comunica joins the endpoint with a page', Array.isArray(joined));
process.exit(failed ? 1 : 0);
