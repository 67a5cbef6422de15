/** Pictures and DOT of what the graph shows, as files. */

import { h, render } from "preact";
import type { EdgeLook, NodeLook } from "./drawing";
import { edgeWidth, LIGHT, shapeOf, type Shape } from "./look";
import { Picture, type PictureEdge, type PictureNode } from "./picture";
import type Graph from "graphology";

export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export interface Naming {
  title: string;
  caption: string;
  colour: (name: string) => string;
  className: (name: string) => string;
}

/** The visible part of the graph as an SVG file. */
export function svg(graph: Graph<NodeLook, EdgeLook>, naming: Naming): { text: string; width: number; height: number } {
  const nodes: PictureNode[] = [];
  graph.forEachNode((iri, look) => {
    if (!look.hidden) nodes.push({ iri, name: look.name, class: look.class, colour: naming.colour(look.class), x: look.x, y: -look.y, radius: 5 + Math.min(9, Math.sqrt(graph.degree(iri))) });
  });
  const edges: PictureEdge[] = [];
  graph.forEachEdge((_key, look, source, target) => {
    if (!look.hidden) edges.push({ source, target, label: look.label, status: look.status, documents: look.documents });
  });
  const width = Math.round(Math.min(4000, Math.max(800, 160 * Math.sqrt(nodes.length))));
  const height = Math.round(width * 0.7);
  const margin = 70;
  const [left, right] = [Math.min(...nodes.map((node) => node.x)), Math.max(...nodes.map((node) => node.x))];
  const [top, bottom] = [Math.min(...nodes.map((node) => node.y)), Math.max(...nodes.map((node) => node.y))];
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (bottom - top || 1));
  for (const node of nodes) {
    node.x = width / 2 + (node.x - (left + right) / 2) * scale;
    node.y = height / 2 + (node.y - (top + bottom) / 2) * scale;
  }
  const classes = [...new Set(nodes.map((node) => node.class))].sort();
  const legend = classes.map((name) => ({ label: naming.className(name), colour: naming.colour(name), shape: shapeOf(name) }));
  const host = document.createElement("div");
  render(h(Picture, { nodes, edges, width, height, theme: LIGHT, title: naming.title, caption: naming.caption, legend, edgeLabels: edges.length <= 150 }), host);
  const drawn = host.querySelector("svg") as SVGSVGElement;
  const text = new XMLSerializer().serializeToString(drawn);
  const size = { width: Number(drawn.getAttribute("width")), height: Number(drawn.getAttribute("height")) };
  render(null, host);
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`, ...size };
}

/** The picture as PNG, at twice its size in pixels. */
export async function png(graph: Graph<NodeLook, EdgeLook>, naming: Naming): Promise<Blob> {
  const { text, width, height } = svg(graph, naming);
  const image = new Image();
  const source = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = Math.min(2, 8000 / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large for this browser"))), "image/png"));
  } finally {
    URL.revokeObjectURL(source);
  }
}

/** A string of DOT: quotes and backslashes escaped, line breaks written as \n. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/\r?\n/g, "\\n")}"`;
}

const DOT_SHAPES: Record<Shape, string> = { circle: "ellipse", square: "box", diamond: "hexagon", triangle: "triangle", rectangle: "note" };

export function dot(graph: Graph<NodeLook, EdgeLook>, naming: Naming): string {
  const lines = [
    "digraph wenmai {",
    `  graph [charset="UTF-8", label=${quoted(naming.caption)}, fontname="Noto Sans CJK SC"];`,
    '  node [fontname="Noto Sans CJK SC", style=filled, fillcolor=white];',
    '  edge [fontname="Noto Sans CJK SC"];',
  ];
  graph.forEachNode((iri, look) => {
    if (!look.hidden) lines.push(`  ${quoted(iri)} [label=${quoted(look.name)}, shape=${DOT_SHAPES[shapeOf(look.class)]}, color=${quoted(naming.colour(look.class))}];`);
  });
  const styles = { asserted: "solid", planned: "dashed", denied: "dashed", reported: "dotted" };
  graph.forEachEdge((_key, look, source, target) => {
    if (look.hidden) return;
    const red = look.status === "denied" ? ', color="#b3261e"' : "";
    lines.push(`  ${quoted(source)} -> ${quoted(target)} [label=${quoted(look.label)}, style=${styles[look.status]}, penwidth=${edgeWidth(look.documents).toFixed(1)}${red}];`);
  });
  return `${lines.join("\n")}\n}\n`;
}
