/** Lays a graph out beside the page, in steps that the page shows as they come. */

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

export interface LayoutTask {
  nodes: { key: string; x: number; y: number; size: number; fixed: boolean }[];
  edges: [string, string][];
  rounds: number;
}

/** Keys in the order of the task, their places as x, y, x, y … */
export interface LayoutStep {
  places: Float32Array;
  done: boolean;
}

const STEP = 10;

onmessage = (event: MessageEvent<LayoutTask>) => {
  const { nodes, edges, rounds } = event.data;
  const graph = new Graph({ type: "undirected", multi: false, allowSelfLoops: false });
  for (const { key, x, y, size, fixed } of nodes) graph.addNode(key, { x, y, size, fixed });
  for (const [source, target] of edges) if (source !== target && !graph.hasEdge(source, target)) graph.addEdge(source, target);
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: nodes.length > 300, adjustSizes: false, gravity: 1, scalingRatio: 10 };
  for (let round = 0; round < rounds; round += STEP) {
    forceAtlas2.assign(graph, { iterations: STEP, settings });
    const places = new Float32Array(2 * nodes.length);
    nodes.forEach(({ key }, index) => {
      places[2 * index] = graph.getNodeAttribute(key, "x") as number;
      places[2 * index + 1] = graph.getNodeAttribute(key, "y") as number;
    });
    const step: LayoutStep = { places, done: round + STEP >= rounds };
    postMessage(step, { transfer: [places.buffer] });
  }
};
