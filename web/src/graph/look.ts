/** How things and relations are drawn, the same in every picture of the page. */

import type { Status } from "../api";

/** The shapes that tell groups of classes apart without colour. */
export type Shape = "circle" | "square" | "diamond" | "triangle" | "rectangle";

const SHAPES: Record<string, Shape> = {
  Person: "circle",
  Place: "diamond",
  AdministrativeArea: "diamond",
  NaturalFeature: "diamond",
  Region: "diamond",
  Facility: "diamond",
  Organization: "square",
  Company: "square",
  School: "square",
  ResearchInstitute: "square",
  GovernmentBody: "square",
  Hospital: "square",
  Media: "square",
  Project: "triangle",
  Event: "triangle",
  Policy: "rectangle",
  Work: "rectangle",
  Product: "rectangle",
  Award: "rectangle",
};

export function shapeOf(name: string): Shape {
  return SHAPES[name] ?? "circle";
}

/** The colours of a picture, for a light or a dark page. */
export interface Theme {
  dark: boolean;
  ink: string;
  faint: string;
  paper: string;
  edge: Record<Status, string>;
}

export const LIGHT: Theme = {
  dark: false,
  ink: "#1d2328",
  faint: "#5b646c",
  paper: "#ffffff",
  edge: { asserted: "#9aa5ad", planned: "#2f6fb0", denied: "#b3261e", reported: "#7a6a2f" },
};

export const DARK: Theme = {
  dark: true,
  ink: "#e8eaec",
  faint: "#a3acb4",
  paper: "#171b1f",
  edge: { asserted: "#5f6a73", planned: "#7fb2e8", denied: "#f2918b", reported: "#cdbb74" },
};

export function currentTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? DARK : LIGHT;
}

/** Lengths of dash and gap in pixels; none for a full line. */
export const DASHES: Record<Status, [number, number] | null> = {
  asserted: null,
  planned: [8, 5],
  denied: [8, 5],
  reported: [2, 4],
};

/** The colour of a class on the page's ground: lighter where that is dark. */
export function onGround(colour: string, theme: Theme): string {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!theme.dark || !parts) return colour;
  const lighter = parts.slice(1).map((part) => Math.round(parseInt(part, 16) * 0.6 + 255 * 0.4));
  return `#${lighter.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** A relation that more documents state is drawn wider. */
export function edgeWidth(documents: number): number {
  return Math.min(5, 1 + 0.8 * Math.log2(Math.max(1, documents)));
}

export const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", system-ui, sans-serif';

/** At most so many characters of a name, counted as they are read. */
export function short(name: string, most: number): string {
  const characters = [...name];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : name;
}
