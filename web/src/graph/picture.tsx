/** A graph as SVG with all its colours written out, so that the picture looks the same in a file as on the page. */

import type { Status } from "../api";
import { DASHES, edgeWidth, FONT, onGround, shapeOf, short, type Shape, type Theme } from "./look";

export interface PictureNode {
  iri: string;
  name: string;
  colour: string;
  class: string;
  x: number;
  y: number;
  radius: number;
}

export interface PictureEdge {
  source: string;
  target: string;
  label: string;
  status: Status;
  documents: number;
}

export function ShapeMark({ shape, x, y, radius, colour, outline }: { shape: Shape; x: number; y: number; radius: number; colour: string; outline: string }) {
  const style = { fill: colour, stroke: outline, "stroke-width": 1 };
  switch (shape) {
    case "circle":
      return <circle cx={x} cy={y} r={radius} {...style} />;
    case "square":
      return <rect x={x - 0.9 * radius} y={y - 0.9 * radius} width={1.8 * radius} height={1.8 * radius} rx={radius / 5} {...style} />;
    case "diamond":
      return <path d={`M${x} ${y - 1.2 * radius}L${x + 1.2 * radius} ${y}L${x} ${y + 1.2 * radius}L${x - 1.2 * radius} ${y}Z`} {...style} />;
    case "triangle":
      return <path d={`M${x} ${y - 1.2 * radius}L${x + 1.1 * radius} ${y + 0.8 * radius}L${x - 1.1 * radius} ${y + 0.8 * radius}Z`} {...style} />;
    case "rectangle":
      return <rect x={x - 1.3 * radius} y={y - 0.7 * radius} width={2.6 * radius} height={1.4 * radius} rx={radius / 4} {...style} />;
  }
}

export interface PictureProps {
  nodes: PictureNode[];
  edges: PictureEdge[];
  width: number;
  height: number;
  theme: Theme;
  title: string;
  /** What stands below the picture: what was cut, where it is from. */
  caption?: string;
  legend?: { label: string; colour: string; shape: Shape }[];
  edgeLabels?: boolean;
}

const LEGEND_LINE = 22;

export function Picture({ nodes, edges, width, height, theme, title, caption, legend = [], edgeLabels = false }: PictureProps) {
  const placed = new Map(nodes.map((node) => [node.iri, node]));
  const columns = Math.max(1, Math.floor(width / 150));
  const lines = Math.ceil(legend.length / columns);
  const below = lines * LEGEND_LINE + (caption ? LEGEND_LINE : 0) + (lines || caption ? 16 : 0);
  const halo = { "paint-order": "stroke", stroke: theme.paper, "stroke-width": 3, "stroke-linejoin": "round" as const };
  return (
    <svg xmlns="http://www.w3.org/2000/svg" viewBox={`0 0 ${width} ${height + below}`} width={width} height={height + below} font-family={FONT} role="img" aria-label={title}>
      <title>{title}</title>
      <rect width={width} height={height + below} fill={theme.paper} />
      <defs>
        {(Object.keys(DASHES) as Status[]).map((status) => (
          <marker key={status} id={`arrow-${status}`} viewBox="0 0 8 8" refX={7} refY={4} markerWidth={7} markerHeight={7} markerUnits="userSpaceOnUse" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8Z" fill={theme.edge[status]} />
          </marker>
        ))}
      </defs>
      {edges.map((edge, index) => {
        const from = placed.get(edge.source);
        const to = placed.get(edge.target);
        if (!from || !to || from === to) return null;
        const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
        const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
        const dash = DASHES[edge.status];
        return (
          <g key={index}>
            <line
              x1={from.x + ux * from.radius}
              y1={from.y + uy * from.radius}
              x2={to.x - ux * (to.radius + 3)}
              y2={to.y - uy * (to.radius + 3)}
              stroke={theme.edge[edge.status]}
              stroke-width={edgeWidth(edge.documents)}
              stroke-dasharray={dash ? dash.join(" ") : undefined}
              marker-end={`url(#arrow-${edge.status})`}
            />
            {edgeLabels && edge.label && (
              <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2} font-size={10} text-anchor="middle" fill={theme.faint} {...halo}>
                {edge.label}
              </text>
            )}
          </g>
        );
      })}
      {nodes.map((node) => (
        <ShapeMark key={node.iri} shape={shapeOf(node.class)} x={node.x} y={node.y} radius={node.radius} colour={onGround(node.colour, theme)} outline={theme.paper} />
      ))}
      {nodes.map((node) => (
        <text key={node.iri} x={node.x} y={node.y + node.radius + 13} font-size={12} text-anchor="middle" fill={theme.ink} {...halo}>
          {short(node.name, 16)}
        </text>
      ))}
      {legend.map((entry, index) => {
        const x = 16 + (index % columns) * 150;
        const y = height + 16 + Math.floor(index / columns) * LEGEND_LINE;
        return (
          <g key={entry.label}>
            <ShapeMark shape={entry.shape} x={x} y={y} radius={6} colour={onGround(entry.colour, theme)} outline={theme.paper} />
            <text x={x + 14} y={y + 4} font-size={12} fill={theme.ink}>
              {entry.label}
            </text>
          </g>
        );
      })}
      {caption && (
        <text x={16} y={height + below - 12} font-size={12} fill={theme.faint}>
          {caption}
        </text>
      )}
    </svg>
  );
}
