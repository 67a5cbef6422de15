/** What the server answers, and how it is asked. Offsets count characters (Unicode code points), the end is exclusive. */

/** A thing as others refer to it. */
export interface Ref {
  iri: string;
  name: string;
  class: string;
}

export interface DocumentRef {
  id: string;
  title: string;
  date: string | null;
}

/** One place in a text that supports a fact or a figure. */
export interface Evidence {
  document: DocumentRef;
  start: number;
  end: number;
  words: string;
  sentence: string;
  sentenceStart: number;
}

export type Status = "asserted" | "planned" | "denied" | "reported";

export const STATUSES: Status[] = ["asserted", "planned", "denied", "reported"];

export interface Fact {
  subject: Ref;
  property: string;
  object: Ref | null;
  value: string | null;
  status: Status;
  title: string | null;
  time: string | null;
  amount: string | null;
  confidence: number | null;
  rules: string[];
  documents?: number;
  evidence: Evidence[];
}

export interface Figure {
  subject: Ref | null;
  measure: string;
  value: string | number;
  unit: string;
  bound: string;
  time: string | null;
  evidence: Evidence[];
}

export interface Info {
  version: string;
  writable: boolean;
  base: string;
  ontology: string;
  documents: number;
  things: number;
  statements: number;
  quantities: number;
  exports?: string[];
  measures?: string[];
}

export interface ClassEntry {
  name: string;
  iri: string;
  zh: string;
  en: string;
  colour: string;
  fill?: string;
  parent?: string | null;
}

export interface PropertyEntry {
  name: string;
  iri: string;
  zh: string;
  en: string;
  kind: "relation" | "date";
}

export interface Vocabulary {
  classes: ClassEntry[];
  properties: PropertyEntry[];
  measures: { name: string; zh: string; en: string }[];
  prefixes?: Record<string, string>;
  terms?: { name: string; zh: string; en: string }[];
}

export interface Found extends Ref {
  aliases: string[];
  statements: number;
  matched: "name" | "alias" | "pinyin";
}

export interface Thing extends Ref {
  aliases: string[];
  notation: string | null;
  rank: number | null;
  documents: DocumentRef[];
  documentsTotal: number;
  facts: Fact[];
  factsTotal: number;
  figures: Figure[];
  figuresTotal: number;
  mentions: number;
}

export interface GraphNode extends Ref {
  rank: number;
  degree: number;
  community: number;
  x: number;
  y: number;
}

export interface GraphEdge {
  source: string;
  target: string;
  property: string;
  status: Status;
  documents: number;
  label: string | null;
}

export interface GraphPart {
  nodes: GraphNode[];
  edges: GraphEdge[];
  cut: { things: number; statements: number };
}

export interface PathStep {
  things: Ref[];
  facts: Fact[][];
}

export interface DocumentRow extends DocumentRef {
  origin: string | null;
  statements: number;
  things: number;
}

export interface DocumentPage extends DocumentRef {
  origin: string | null;
  text: string;
  mentions: { start: number; end: number; iri: string; name: string; class: string }[];
  facts: Fact[];
  figures: Figure[];
}

export interface TimelineEvent {
  date: string;
  precision: "day" | "month" | "year";
  thing: Ref;
  kind: string;
  fact: Fact;
}

export interface NamedQuery {
  name: string;
  title: string;
  text: string;
}

export type CellKind = "thing" | "things" | "number" | "text" | "property";

export interface Table {
  measure: string;
  columns: { key: string; kind: CellKind }[];
  rows: (string | number | Ref | Ref[] | string[] | null)[][];
}

export interface Added {
  read: { id: string; statements?: number; things?: number; unchanged?: boolean }[];
  failed: { name: string; error: string }[];
}

/** An answer of the server that is not the one asked for. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

/** Turns an answer that failed into an error with the server's own words. */
export async function refusal(answer: Response): Promise<Refused> {
  const text = await answer.text().catch(() => "");
  try {
    const said = JSON.parse(text) as { error?: string; line?: number; column?: number };
    return new Refused(said.error ?? text, answer.status, said.line, said.column);
  } catch {
    return new Refused(text.trim() || `${answer.status} ${answer.statusText}`, answer.status);
  }
}

export type Parameters = Record<string, string | number | string[] | null | undefined>;

/** A path with its query part; empty values are left out, lists repeat their name. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address(path, parameters), { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()) as T;
}

/** Text to add to the store, as it came: the server finds out its encoding. */
export async function addDocument(body: Blob | string, name: string, published: string, type: string): Promise<Added> {
  const answer = await fetch(address("/api/documents", { name, published }), {
    method: "POST",
    body,
    headers: { "Content-Type": type },
  });
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()) as Added;
}

export async function deleteDocument(id: string): Promise<void> {
  const answer = await fetch(address("/api/document", { id }), { method: "DELETE" });
  if (!answer.ok) throw await refusal(answer);
}
