"""Real SPARQL clients in Python against a running `wenmai serve --writable`.

Usage: python3 -m venv venv && venv/bin/pip install SPARQLWrapper rdflib
       venv/bin/python tests/clients/sparql.py http://localhost:7878
The store must hold the sample articles (`wenmai ingest data/samples`). Exit status 1 if a client finds something wrong.
"""

import sys
import warnings

from rdflib import Graph, Literal, Namespace, RDF, RDFS, URIRef, Variable
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:7878"
WM = Namespace("https://w3id.org/wenmai/ns#")
KG = Namespace("https://w3id.org/wenmai/id/")
COUNTY = KG["伊宁县"]
failures = []


def check(name, truth, detail=""):
    print(("ok   " if truth else "FAIL ") + name, detail if not truth else "")
    if not truth:
        failures.append(name)


def wrapper(query, form, method="GET", request=None):
    client = SPARQLWrapper(f"{SERVER}/query")
    client.setMethod(method)
    if request:
        client.setRequestMethod(request)
    client.setQuery(query)
    client.setReturnFormat(form)
    return client.query().convert()


def sparqlwrapper():
    select = "SELECT ?name WHERE { <https://w3id.org/wenmai/id/伊宁县> <http://www.w3.org/2000/01/rdf-schema#label> ?name }"
    found = wrapper(select, JSON)
    check("SPARQLWrapper SELECT, JSON, GET", found["results"]["bindings"][0]["name"]["value"] == "伊宁县", found)
    found = wrapper(select, JSON, POST)
    check("SPARQLWrapper SELECT, JSON, POST form", found["results"]["bindings"][0]["name"]["value"] == "伊宁县", found)
    found = wrapper(select, JSON, POST, POSTDIRECTLY)
    check("SPARQLWrapper SELECT, JSON, POST directly", found["results"]["bindings"][0]["name"]["value"] == "伊宁县", found)
    check("SPARQLWrapper SELECT, XML", "伊宁县" in wrapper(select, XML).toxml())
    check("SPARQLWrapper SELECT, CSV", "伊宁县" in wrapper(select, CSV).decode())
    check("SPARQLWrapper SELECT, TSV", '"伊宁县"@zh' in wrapper(select, TSV).decode())
    check("SPARQLWrapper ASK", wrapper(f"ASK {{ <{COUNTY}> a <{WM.AdministrativeArea}> }}", JSON)["boolean"] is True)
    construct = f"CONSTRUCT {{ ?s <{WM.locatedIn}> ?o }} WHERE {{ ?s <{WM.locatedIn}> ?o }}"
    sizes = {}
    for name, form in [("RDF/XML", RDFXML), ("JSON-LD", JSONLD)]:
        sizes[name] = len(wrapper(construct, form))
    for name, form in [("Turtle", TURTLE), ("N-Triples", N3)]:
        sizes[name] = len(Graph().parse(data=wrapper(construct, form), format="turtle"))
    check(f"SPARQLWrapper CONSTRUCT in {len(sizes)} formats", len(set(sizes.values())) == 1 and min(sizes.values()) > 0, sizes)
    described = wrapper(f"DESCRIBE <{COUNTY}>", RDFXML)
    check("SPARQLWrapper DESCRIBE", (COUNTY, RDFS.label, Literal("伊宁县", lang="zh")) in described)
    try:
        wrapper("SELECT nonsense", JSON)
        check("SPARQLWrapper bad query", False)
    except Exception as error:
        check("SPARQLWrapper bad query", type(error).__name__ == "QueryBadFormed" and "line 1" in str(error), error)


def rdflib_store():
    graph = Graph(SPARQLStore(f"{SERVER}/query"))
    rows = list(graph.query("SELECT ?p WHERE { ?p a wm:Person }", initNs={"wm": WM}))
    check("rdflib SPARQLStore query", len(rows) > 3, rows)
    check("rdflib SPARQLStore triples", (COUNTY, RDF.type, WM.AdministrativeArea) in graph)
    check("rdflib SPARQLStore value", str(graph.value(COUNTY, RDFS.label)) == "伊宁县")
    check("rdflib SPARQLStore objects", len(set(graph.subjects(WM.locatedIn, COUNTY))) > 0)
    bound = graph.query("SELECT ?o WHERE { ?s wm:locatedIn ?o }", initNs={"wm": WM}, initBindings={"s": COUNTY})
    check("rdflib SPARQLStore bindings", [Variable("o")] == list(bound.vars) and len(bound) > 0)
    named = Graph(SPARQLStore(f"{SERVER}/query", context_aware=True), identifier=KG["doc/nantong-yining"])
    check("rdflib SPARQLStore named graph", len(named) > 100, len(named))


def rdflib_update():
    graph = Graph(SPARQLUpdateStore(f"{SERVER}/query", f"{SERVER}/update", autocommit=True, context_aware=False))
    triple = (KG["试验"], RDFS.label, Literal('他说“好”\n"引号" \\', lang="zh"))
    before = len(graph)
    graph.add(triple)
    check("rdflib SPARQLUpdateStore add", triple in graph and len(graph) == before + 1, len(graph) - before)
    graph.update("INSERT { ?s wm:partOf kg:试验 } WHERE { ?s rdfs:label ?l FILTER(STRSTARTS(?l, '他说')) }", initNs={"wm": WM, "kg": KG, "rdfs": RDFS})
    check("rdflib SPARQLUpdateStore update", (KG["试验"], WM.partOf, KG["试验"]) in graph)
    graph.remove((KG["试验"], None, None))
    check("rdflib SPARQLUpdateStore remove", triple not in graph and len(graph) == before, len(graph) - before)
    try:
        graph.remove((COUNTY, RDFS.label, None))
        check("rdflib SPARQLUpdateStore: what a text says stays", False)
    except Exception as error:
        check("rdflib SPARQLUpdateStore: what a text says stays", "400" in str(error), error)
    mine = Graph(SPARQLUpdateStore(f"{SERVER}/query", f"{SERVER}/update", autocommit=True), identifier=KG["doc/mine"])
    mine.add((KG["甲"], WM.partOf, KG["乙"]))
    check("rdflib SPARQLUpdateStore graph of its own", len(mine) == 1, len(mine))
    mine.remove((None, None, None))
    check("rdflib SPARQLUpdateStore graph emptied", len(mine) == 0, len(mine))


warnings.simplefilter("ignore")
sparqlwrapper()
rdflib_store()
rdflib_update()
sys.exit(1 if failures else 0)
