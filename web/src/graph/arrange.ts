/** Places the things of a small graph, the same way every time. */

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

export interface Link {
  source: string;
  target: string;
  label: string;
}

interface Place {
  iri: string;
  x: number;
  y: number;
}

export interface Arranged {
  nodes: Place[];
  edges: Link[];
  width: number;
  height: number;
}

/** The length of a link, and the room that a name takes at the sides and below, in pixels. */
const LINK = 110;
const SIDE = 75;
const BELOW = 42;
const WIDEST = 1180;

/** Parts that hang together are laid out one by one and put beside each other in rows, the largest first. */
export function arrange(links: Link[]): Arranged {
  const graph = new Graph({ type: "undirected" });
  for (const { source, target } of links) {
    graph.mergeNode(source);
    graph.mergeNode(target);
    if (source !== target) graph.mergeEdge(source, target);
  }
  const parts = components(graph).map((members) => layout(graph, members));
  parts.sort((a, b) => b.width * b.height - a.width * a.height);
  const nodes: Place[] = [];
  let [left, top, row, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (left > 0 && left + part.width > WIDEST) {
      left = 0;
      top += row;
      row = 0;
    }
    for (const { iri, x, y } of part.places) nodes.push({ iri, x: left + x, y: top + y });
    left += part.width;
    row = Math.max(row, part.height);
    width = Math.max(width, left);
  }
  const seen = new Set<string>();
  const edges = links.filter(({ source, target, label }) => {
    const key = `${source}\n${target}\n${label}`;
    return !seen.has(key) && seen.add(key);
  });
  return { nodes, edges, width: Math.ceil(width), height: Math.ceil(top + row) };
}

function components(graph: Graph): string[][] {
  const seen = new Set<string>();
  const found: string[][] = [];
  graph.forEachNode((start) => {
    if (seen.has(start)) return;
    seen.add(start);
    const members = [start];
    // The list grows while it is walked.
    for (const iri of members) {
      for (const other of graph.neighbors(iri)) {
        if (!seen.has(other)) {
          seen.add(other);
          members.push(other);
        }
      }
    }
    found.push(members);
  });
  return found;
}

/** One part, moved so that it starts at 0, and so large that its links have a good length. */
function layout(graph: Graph, members: string[]): { places: Place[]; width: number; height: number } {
  const part = new Graph({ type: "undirected" });
  members.forEach((iri, index) => {
    // The first places lie on a spiral, so that nothing is left to chance.
    const turn = index * 2.399963;
    part.addNode(iri, { x: Math.cos(turn) * Math.sqrt(index + 1), y: Math.sin(turn) * Math.sqrt(index + 1) });
  });
  graph.forEachEdge((_key, _look, source, target) => {
    if (part.hasNode(source)) part.addEdge(source, target);
  });
  if (members.length > 2) forceAtlas2.assign(part, { iterations: 400, settings: { ...forceAtlas2.inferSettings(part), gravity: 0.6, scalingRatio: 10, linLogMode: false } });
  let length = 0;
  part.forEachEdge((_key, _look, _source, _target, from, to) => {
    length += Math.hypot(from.x - to.x, from.y - to.y) / part.size;
  });
  const scale = LINK / (length || 1);
  const places = part.mapNodes((iri, { x, y }) => ({ iri, x: (x as number) * scale, y: (y as number) * scale * 0.8 }));
  const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
  for (const place of places) {
    place.x += SIDE - left;
    place.y += BELOW / 2 - top;
  }
  return { places, width: Math.max(...places.map(({ x }) => x)) + SIDE, height: Math.max(...places.map(({ y }) => y)) + BELOW };
}
