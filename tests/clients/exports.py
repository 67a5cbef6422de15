#!/usr/bin/env python3
"""Opens every export of a store with the tools that it is meant for.

    python3 -m venv venv && venv/bin/pip install networkx lxml rdflib pyoxigraph pillow playwright
    venv/bin/python tests/clients/exports.py target/release/wenmai STORE [--node-modules DIR] [--chromium PATH]

Needed: Python with networkx, lxml and rdflib, and Graphviz. Used where they are: pyoxigraph (RDF 1.2), Pillow (PNG), Playwright with
Chromium (the page), npm's mermaid and cytoscape below --node-modules, and Jena's riot on the path. What is not there is named as skipped. Exit status 1 if a tool refuses a file or finds another graph in it.
"""

import argparse
import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import networkx
import rdflib
from lxml import etree

FAILED = []


def check(name, work):
    """Runs one check and says how it ended; work returns what to say, or None if a tool is missing."""
    try:
        told = work()
        print(f"{'skipped' if told is None else 'ok':8}{name}: {told or 'not installed'}")
    except Exception as error:  # whatever a tool raises, the next one has its turn
        FAILED.append(name)
        print(f"FAILED  {name}: {type(error).__name__}: {error}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("wenmai")
    options.add_argument("store")
    options.add_argument("--node-modules", type=pathlib.Path)
    options.add_argument("--chromium", default=shutil.which("chromium"))
    given = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wenmai-exports-"))

    def export(name, *more):
        path = folder / name
        command = [given.wenmai, "export", "--store", given.store, "-o", str(path), *more]
        subprocess.run(command, check=True, stderr=subprocess.PIPE)
        return path

    with open(export("graph.nodes.csv"), encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with open(export("graph.edges.csv"), encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    names = {row["Id"]: row["Label"] for row in nodes}
    print(f"{len(nodes)} nodes, {len(edges)} edges in {folder}")

    def same(graph, label):
        assert set(graph) == set(names), "other nodes"
        assert graph.number_of_edges() == len(edges), f"{graph.number_of_edges()} edges"
        for node, data in graph.nodes(data=True):
            assert data[label] == " ".join(names[node].split("\n")), (node, data)
            assert isinstance(data["degree"], int) and isinstance(data["betweenness"], float), data
        return f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges, the same names"

    def measures():
        graph = networkx.Graph((row["Source"], row["Target"]) for row in edges)
        for row in nodes:
            assert graph.degree(row["Id"]) == int(row["degree"]), row
        if len(graph) > 3000:
            return "degrees are those of networkx (betweenness is estimated in so large a graph)"
        ours = {row["Id"]: float(row["betweenness"]) for row in nodes}
        theirs = networkx.betweenness_centrality(graph)
        worst = max(abs(ours[node] - theirs[node]) for node in ours)
        assert worst < 1e-8, worst
        groups = {}
        for row in nodes:
            groups.setdefault(row["community"], set()).add(row["Id"])
        louvain = networkx.community.louvain_communities(graph, seed=1)
        quality = [networkx.community.modularity(graph, parts) for parts in (groups.values(), louvain)]
        return f"degree and betweenness are those of networkx; modularity {quality[0]:.4f} (its Louvain: {quality[1]:.4f})"

    check("measures", measures)
    check("networkx GraphML", lambda: same(networkx.read_graphml(export("graph.graphml")), "label"))
    check("networkx GEXF", lambda: same(networkx.read_gexf(export("graph.gexf"), version="1.3"), "label"))

    pictures = ["--top", "60"]

    def graphviz(program):
        if not shutil.which(program):
            return None
        run = subprocess.run([program, "-Tsvg", export("graph.dot", *pictures)], capture_output=True, check=True)
        assert not run.stderr, run.stderr.decode()
        drawn = etree.fromstring(run.stdout).findall(".//{*}g[@class='node']")
        return f"{len(drawn)} nodes drawn without a warning"

    check("dot", lambda: graphviz("dot"))
    check("sfdp", lambda: graphviz("sfdp"))

    def svg():
        tree = etree.parse(str(export("graph.svg", *pictures)))
        texts = tree.findall(".//{http://www.w3.org/2000/svg}text")
        assert texts and not tree.findall(".//{*}script")
        return f"{len(texts)} texts"

    check("SVG", svg)

    def png():
        try:
            from PIL import Image
        except ImportError:
            return None
        with Image.open(export("graph.png", *pictures)) as image:
            image.load()
            return f"{image.width} x {image.height}"

    check("PNG", png)

    def neo4j():
        with zipfile.ZipFile(export("graph.zip")) as archive:
            assert archive.testzip() is None
            rows = {name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))) for name in archive.namelist() if name.endswith(".csv")}
        assert {row["iri:ID"] for row in rows["nodes.csv"]} == set(names)
        ends = {row[end] for row in rows["relationships.csv"] for end in (":START_ID", ":END_ID")}
        assert ends <= set(names) and len(rows["relationships.csv"]) == len(edges)
        return f"{len(rows['nodes.csv'])} nodes, {len(edges)} relationships; not loaded into a database here"

    check("Neo4j archive", neo4j)

    def cytoscape():
        graph = json.loads(export("graph.cyjs").read_text(encoding="utf-8"))
        if given.node_modules and shutil.which("node"):
            script = (
                "const cytoscape = require(process.argv[1]); const graph = require(process.argv[2]);"
                "const cy = cytoscape({headless: true, styleEnabled: true, elements: graph.elements, style: graph.style, layout: graph.layout});"
                "console.log(cy.nodes().length + ' ' + cy.edges().length); process.exit(0)"
            )
            copy = shutil.copy(folder / "graph.cyjs", folder / "cytoscape.json")
            run = subprocess.run(["node", "-e", script, str(given.node_modules.resolve() / "cytoscape"), copy], capture_output=True, text=True, check=True, timeout=60)
            assert run.stdout.split() == [str(len(nodes)), str(len(edges))], run.stdout
            return "loaded by Cytoscape.js"
        return f"{len(graph['elements']['nodes'])} nodes as JSON; Cytoscape.js is not at hand"

    check("Cytoscape", cytoscape)

    def browser():
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            return None
        return sync_playwright() if given.chromium else None

    def page():
        started = browser()
        if started is None:
            return None
        path = export("graph.html")
        said = []
        with started as playwright:
            chromium = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
            tab = chromium.new_page(viewport={"width": 1280, "height": 800})
            tab.on("console", lambda message: said.append(message.text))
            tab.on("pageerror", lambda error: said.append(str(error)))
            tab.on("request", lambda request: said.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
            tab.goto(path.as_uri())
            first = tab.evaluate("JSON.parse(document.getElementById('data').textContent).things[0].name")
            tab.fill("#search", first)
            tab.keyboard.press("Enter")
            assert tab.text_content("#details h2") == first
            tab.click("#language")
            chromium.close()
        assert not said, said
        return "search and evidence work; nothing on the console, no request"

    check("page", page)

    def mermaid():
        started = browser()
        program = given.node_modules and given.node_modules / "mermaid/dist/mermaid.min.js"
        if started is None or not program or not program.exists():
            return None
        text = export("graph.mmd", *pictures).read_text(encoding="utf-8")
        with started as playwright:
            chromium = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
            tab = chromium.new_page()
            tab.set_content("<div id=place></div>")
            tab.add_script_tag(path=str(program))
            drawn = tab.evaluate(
                "async text => { mermaid.initialize({startOnLoad: false, maxEdges: 5000, maxTextSize: 1e6});"
                " const made = await mermaid.render('graph', text); const place = document.getElementById('place');"
                " place.innerHTML = made.svg; return [place.querySelectorAll('g.node').length, place.querySelectorAll('script, img').length]; }",
                text,
            )
            chromium.close()
        assert drawn[0] > 0 and drawn[1] == 0, drawn
        return f"{drawn[0]} nodes drawn"

    check("Mermaid", mermaid)

    counts = {}

    def rdf(name, parser, dataset):
        path = export(f"graph.{name}", "--reification", "classic")
        graph = rdflib.Dataset() if dataset else rdflib.Graph()
        graph.parse(str(path), format=parser)
        count = len(list(graph.quads())) if dataset else len(graph)
        kind = "quads" if dataset else "triples"
        assert counts.setdefault(kind, count) == count, f"{count} {kind}, and {counts[kind]} elsewhere"
        return f"{count} {kind}"

    for name, parser, dataset in [
        ("ttl", "turtle", False), ("nt", "nt", False), ("rdf", "xml", False),
        ("nq", "nquads", True), ("trig", "trig", True), ("jsonld", "json-ld", True),
    ]:
        check(f"rdflib {name}", lambda: rdf(name, parser, dataset))

    def rdf12(name):
        try:
            import pyoxigraph
        except ImportError:
            return None
        path = export(f"graph12.{name}")
        count = sum(1 for _ in pyoxigraph.parse(path=str(path)))
        return f"{count} statements with triple terms"

    for name in ["ttl", "nt", "nq", "trig"]:
        check(f"pyoxigraph {name}", lambda: rdf12(name))

    def riot():
        if not shutil.which("riot"):
            return None
        files = [folder / f"graph.{name}" for name in ["ttl", "nt", "rdf", "nq", "trig", "jsonld"]]
        run = subprocess.run(["riot", "--validate", *files], capture_output=True, text=True)
        assert run.returncode == 0 and not run.stderr, run.stderr
        return "valid"

    check("Jena riot", riot)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
