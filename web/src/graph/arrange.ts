/** Places the things of a small graph, the same way every time. */

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

export interface Link {
  source: string;
  target: string;
  label: string;
}

export interface Arranged {
  nodes: { iri: string; x: number; y: number }[];
  edges: Link[];
  width: number;
  height: number;
}

const MARGIN = 70;

export function arrange(links: Link[]): Arranged {
  const graph = new Graph({ type: "undirected" });
  for (const { source, target } of links) {
    for (const iri of [source, target]) {
      if (!graph.hasNode(iri)) {
        // The first places lie on a spiral, so that nothing is left to chance.
        const turn = graph.order * 2.399963;
        graph.addNode(iri, { x: Math.cos(turn) * Math.sqrt(graph.order + 1), y: Math.sin(turn) * Math.sqrt(graph.order + 1) });
      }
    }
    if (source !== target && !graph.hasEdge(source, target)) graph.addEdge(source, target);
  }
  forceAtlas2.assign(graph, { iterations: 300, settings: { ...forceAtlas2.inferSettings(graph), gravity: 1.5, scalingRatio: 12, strongGravityMode: false } });
  const places = graph.mapNodes((iri, { x, y }) => ({ iri, x: x as number, y: y as number }));
  const width = Math.round(Math.min(1100, Math.max(560, 130 * Math.sqrt(graph.order))));
  const height = Math.round(width * 0.66);
  const [left, right] = [Math.min(...places.map(({ x }) => x)), Math.max(...places.map(({ x }) => x))];
  const [top, bottom] = [Math.min(...places.map(({ y }) => y)), Math.max(...places.map(({ y }) => y))];
  const seen = new Set<string>();
  const edges = links.filter(({ source, target, label }) => {
    const key = `${source}\n${target}\n${label}`;
    return !seen.has(key) && seen.add(key);
  });
  return {
    nodes: places.map(({ iri, x, y }) => ({
      iri,
      x: MARGIN + ((x - left) / (right - left || 1)) * (width - 2 * MARGIN),
      y: MARGIN / 2 + ((y - top) / (bottom - top || 1)) * (height - MARGIN),
    })),
    edges,
    width,
    height,
  };
}
