/** Answers of the SPARQL endpoint: asked for, and made ready for table, graph and chart. */

import { refusal } from "../api";

export type Term =
  | { type: "uri"; value: string }
  | { type: "bnode"; value: string }
  | { type: "literal" | "typed-literal"; value: string; datatype?: string; "xml:lang"?: string }
  | { type: "triple"; value: { subject: Term; predicate: Term; object: Term } };

export type Row = Record<string, Term | undefined>;

export type Result =
  | { kind: "rows"; variables: string[]; rows: Row[]; took: number }
  | { kind: "answer"; value: boolean; took: number }
  | { kind: "triples"; text: string; triples: { subject: string; property: string; object: Term }[]; took: number };

/** Which kind of answer a query asks for; comments, prefixes, texts and names in brackets are passed over. */
export function form(query: string): "select" | "ask" | "graph" | "update" {
  const bare = query
    .replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, "")
    .replace(/<[^<>\s]*>/g, "")
    .replace(/#[^\n]*/g, "");
  const word = /\b(select|ask|construct|describe|insert|delete|load|clear|drop|create|add|move|copy)\b/i.exec(bare)?.[1]?.toLowerCase();
  if (word === "ask") return "ask";
  if (word === "construct" || word === "describe") return "graph";
  if (word === "select" || word === undefined) return "select";
  return "update";
}

export const FORMATS: Record<"select" | "graph", { name: string; type: string; ending: string }[]> = {
  select: [
    { name: "CSV", type: "text/csv", ending: "csv" },
    { name: "TSV", type: "text/tab-separated-values", ending: "tsv" },
    { name: "JSON", type: "application/sparql-results+json", ending: "srj" },
    { name: "XML", type: "application/sparql-results+xml", ending: "srx" },
  ],
  graph: [
    { name: "Turtle", type: "text/turtle", ending: "ttl" },
    { name: "N-Triples", type: "application/n-triples", ending: "nt" },
    { name: "RDF/XML", type: "application/rdf+xml", ending: "rdf" },
    { name: "JSON-LD", type: "application/ld+json", ending: "jsonld" },
  ],
};

export async function ask(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch("/query", {
    method: "POST",
    body: query,
    headers: { "Content-Type": "application/sparql-query; charset=utf-8", Accept: accept },
    signal,
  });
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

export async function update(text: string): Promise<void> {
  const answer = await fetch("/update", { method: "POST", body: text, headers: { "Content-Type": "application/sparql-update; charset=utf-8" } });
  if (!answer.ok) throw await refusal(answer);
}

interface Json {
  head: { vars?: string[] };
  results?: { bindings: Row[] };
  boolean?: boolean;
}

export async function run(query: string, signal: AbortSignal): Promise<Result> {
  const begun = performance.now();
  if (form(query) === "graph") {
    const text = await (await ask(query, "application/n-triples", signal)).text();
    return { kind: "triples", text, triples: triplesOf(text), took: performance.now() - begun };
  }
  const json = (await (await ask(query, "application/sparql-results+json", signal)).json()) as Json;
  const took = performance.now() - begun;
  if (json.boolean !== undefined) return { kind: "answer", value: json.boolean, took };
  return { kind: "rows", variables: json.head.vars ?? [], rows: json.results?.bindings ?? [], took };
}

/** The triples of N-Triples whose ends are IRIs or literals; triple terms are left to the text. */
function triplesOf(text: string): { subject: string; property: string; object: Term }[] {
  const found = [];
  for (const line of text.split("\n")) {
    const parts = /^<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?) \.\s*$/.exec(line);
    if (!parts) continue;
    const [, subject = "", property = "", iri, literal, language, datatype] = parts;
    const object: Term =
      iri !== undefined
        ? { type: "uri", value: unescaped(iri) }
        : { type: "literal", value: unescaped(literal ?? ""), ...(language ? { "xml:lang": language } : {}), ...(datatype ? { datatype } : {}) };
    found.push({ subject: unescaped(subject), property: unescaped(property), object });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four?: string, eight?: string, one?: string) => {
    const code = four ?? eight;
    if (code) return String.fromCodePoint(parseInt(code, 16));
    return { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }[one ?? ""] ?? one ?? "";
  });
}

/** A term as it is shown: names of things without the front part of their IRI. */
export function shown(term: Term, prefixes: Record<string, string>): string {
  switch (term.type) {
    case "uri": {
      for (const [prefix, start] of Object.entries(prefixes)) {
        if (start && term.value.startsWith(start) && term.value.length > start.length) {
          const rest = readable(term.value.slice(start.length));
          return prefix === "kg" ? rest : `${prefix}:${rest}`;
        }
      }
      return readable(term.value);
    }
    case "bnode":
      return `_:${term.value}`;
    case "triple": {
      const { subject, predicate, object } = term.value;
      return `<<( ${shown(subject, prefixes)} ${shown(predicate, prefixes)} ${shown(object, prefixes)} )>>`;
    }
    case "literal":
    case "typed-literal":
      return term.value;
  }
}

function readable(iri: string): string {
  try {
    return decodeURIComponent(iri);
  } catch {
    return iri;
  }
}

const NUMBERS = /(#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger))$/;

export function isNumber(term: Term | undefined): boolean {
  return term !== undefined && (term.type === "literal" || term.type === "typed-literal") && NUMBERS.test(term.datatype ?? "");
}

/** The columns for a chart: the first with names and the first with numbers. */
export function chartColumns(variables: string[], rows: Row[]): { label: string; value: string } | null {
  const filled = (name: string) => rows.filter((row) => row[name] !== undefined);
  const value = variables.find((name) => filled(name).length > 0 && filled(name).every((row) => isNumber(row[name])));
  const label = variables.find((name) => name !== value && filled(name).length > 0 && !filled(name).every((row) => isNumber(row[name])));
  return value && label ? { label, value } : null;
}

/** The columns for a graph: the first two that hold things of the store. */
export function edgeColumns(variables: string[], rows: Row[], base: string): { source: string; target: string } | null {
  const things = variables.filter((name) => rows.some((row) => row[name]?.type === "uri" && (row[name]?.value as string).startsWith(base)));
  const [source, target] = things;
  return source && target ? { source, target } : null;
}
