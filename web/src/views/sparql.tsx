/** The SPARQL editor with its answers as table, graph or chart. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, Refused, type Found, type NamedQuery } from "../api";
import { arrange } from "../graph/arrange";
import { currentTheme } from "../graph/look";
import { Picture, type PictureEdge, type PictureNode } from "../graph/picture";
import { saveFile } from "../graph/save";
import { BarChart } from "../parts/figures";
import { Empty, Failure, Loading } from "../parts/notice";
import { currentRoute, thingLink } from "../route";
import { Editor, type Known } from "../sparql/editor";
import { ask, chartColumns, edgeColumns, form, FORMATS, isNumber, run, shown, update, type Result, type Term } from "../sparql/results";
import { useAnswer, useKnowledge } from "../store";
import { queryTitle, useLanguage, useSay } from "../words";

const KEPT = "wenmai.queries";
const MOST_KEPT = 20;
const MOST_ROWS = 500;
const MOST_DRAWN = 150;
const MOST_BARS = 40;

const FIRST_QUERY = `# 谁在哪里任什么职 · Who holds which post where
SELECT ?person ?post ?organization WHERE {
  ?person wm:affiliation ?organization {| wm:title ?post |} .
}
LIMIT 100
`;

function kept(): string[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(all) ? all.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function keep(all: string[]): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // A browser that keeps nothing still asks.
  }
}

/** A name that stands in a query without escapes. */
const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_·-]*$/u;

function TermCell({ term, prefixes, base }: { term: Term | undefined; prefixes: Record<string, string>; base: string }) {
  if (!term) return null;
  if (term.type === "uri" && term.value.startsWith(base)) return <a href={thingLink(term.value)}>{shown(term, prefixes)}</a>;
  return <span title={term.type === "uri" ? term.value : undefined}>{shown(term, prefixes)}</span>;
}

export function SparqlView() {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const { vocabulary, info } = knowledge;
  const prefixes = useMemo(() => ({ kg: info.base, wm: info.ontology, ...vocabulary.prefixes }), [info, vocabulary]);
  const queries = useAnswer<{ queries: NamedQuery[] }>("/api/queries");
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const running = useRef<AbortController | null>(null);
  const [past, setPast] = useState(kept);
  const [result, setResult] = useState<Result | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const [view, setView] = useState<"table" | "graph" | "chart">("table");
  const [asked, setAsked] = useState("");
  const name = currentRoute().query.get("name");

  const start = async () => {
    const board = editor.current;
    if (!board) return;
    const text = board.text;
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setBusy(true);
    setError(null);
    board.unmark();
    try {
      if (form(text) === "update") {
        const begun = performance.now();
        await update(text);
        setResult({ kind: "answer", value: true, took: performance.now() - begun });
      } else {
        setResult(await run(text, abort.signal));
      }
      setAsked(text);
      const next = [text, ...kept().filter((one) => one !== text)].slice(0, MOST_KEPT);
      keep(next);
      setPast(next);
    } catch (problem) {
      if (abort.signal.aborted) return;
      setResult(null);
      setError(problem as Error);
      if (problem instanceof Refused) board.mark(problem.message, problem.line, problem.column);
    } finally {
      if (running.current === abort) setBusy(false);
    }
  };
  const starting = useRef(start);
  starting.current = start;

  useEffect(() => {
    if (!place.current) return undefined;
    const label = (one: { zh: string; en: string }) => (one.zh === one.en ? one.zh : `${one.zh} ${one.en}`);
    const known: Known[] = [
      ...vocabulary.classes.map((one) => ({ name: `wm:${one.name}`, detail: label(one), kind: "class" as const })),
      ...vocabulary.properties.map((one) => ({ name: `wm:${one.name}`, detail: label(one), kind: "property" as const })),
      ...(vocabulary.terms ?? []).map((one) => ({ name: one.name.includes(":") ? one.name : `wm:${one.name}`, detail: label(one), kind: "property" as const })),
      ...["rdfs:label", "skos:altLabel", "dcterms:issued", "rdf:reifies", "oa:exact"].map((one) => ({ name: one, detail: "", kind: "property" as const })),
      ...Object.entries(prefixes).map(([prefix, start]) => ({ name: `${prefix}:`, detail: start, kind: "namespace" as const })),
    ];
    const board = new Editor({
      parent: place.current,
      text: editor.current?.text ?? (name ? "" : (kept()[0] ?? FIRST_QUERY)),
      label: say("queryText"),
      known,
      things: async (beginning) => {
        const { results } = await get<{ results: Found[] }>("/api/search", { q: beginning, limit: 12 });
        return results.map((thing) => {
          const local = thing.iri.startsWith(info.base) ? thing.iri.slice(info.base.length) : "";
          return { written: PLAIN_NAME.test(local) ? `kg:${local}` : `<${thing.iri}>`, detail: `${thing.name} · ${knowledge.className(thing.class, language)}` };
        });
      },
      onRun: () => void starting.current(),
      onChange: () => {},
    });
    editor.current = board;
    return () => board.destroy();
  }, [knowledge, language]);

  // A named question in the address is put into the editor and asked at once.
  useEffect(() => {
    const wanted = queries.data?.queries.find((query) => query.name === name);
    if (wanted && editor.current) {
      editor.current.text = wanted.text;
      void starting.current();
    }
  }, [queries.data, name]);

  const download = async (type: string, ending: string) => {
    try {
      const answer = await ask(asked, type);
      saveFile(await answer.blob(), `wenmai.${ending}`);
    } catch (problem) {
      setError(problem as Error);
    }
  };

  return (
    <>
      <header class="page-head">
        <h1>{say("queryText")}</h1>
      </header>
      <div class="query-columns">
        <div>
          <div ref={place} class="editor" />
          <p class="actions">
            <button type="button" class="primary" onClick={() => void start()} disabled={busy}>
              {busy ? say("running") : say("run")}
            </button>
            {busy && (
              <button type="button" onClick={() => running.current?.abort()}>
                {say("stop")}
              </button>
            )}
            <span class="faint small">{say("runHint")}</span>
          </p>
        </div>
        <aside class="query-side" aria-label={say("named")}>
          <section class="card">
            <h2>{say("named")}</h2>
            {queries.error ? (
              <Failure error={queries.error} retry={queries.reload} />
            ) : queries.data === null ? (
              <Loading />
            ) : (
              <ul class="plain named">
                {queries.data.queries.map((query) => (
                  <li key={query.name}>
                    <button
                      type="button"
                      class="link"
                      onClick={() => {
                        if (editor.current) editor.current.text = query.text;
                        void start();
                      }}
                    >
                      {queryTitle(query, say)}
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </section>
          {past.length > 0 && (
            <details class="card">
              <summary>
                <h2>{say("history")}</h2>
              </summary>
              <ul class="plain named">
                {past.map((text) => (
                  <li key={text}>
                    <button type="button" class="link mono" title={text} onClick={() => editor.current && (editor.current.text = text)}>
                      {text.replace(/\s+/g, " ").slice(0, 80)}
                    </button>
                  </li>
                ))}
              </ul>
              <button
                type="button"
                onClick={() => {
                  keep([]);
                  setPast([]);
                }}
              >
                {say("clearHistory")}
              </button>
            </details>
          )}
        </aside>
      </div>
      <section aria-label={say("results")} class="results" aria-busy={busy}>
        {error && <Failure error={error} />}
        {busy && !result && <Loading />}
        {result?.kind === "answer" && (
          <p class="card answer" role="status">
            {result.value ? say("yes") : say("no")}
          </p>
        )}
        {result && result.kind !== "answer" && (
          <>
            <div class="result-bar">
              <div class="tabs" role="group" aria-label={say("results")}>
                {(["table", "graph", "chart"] as const).map((one) => (
                  <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
                    {one === "table" ? (result.kind === "triples" ? say("asText") : say("asTable")) : one === "graph" ? say("asGraph") : say("asChart")}
                  </button>
                ))}
              </div>
              <span class="faint small" role="status">
                {result.kind === "rows"
                  ? say("rowsCount", { n: result.rows.length, ms: Math.round(result.took) })
                  : say("triplesCount", { n: result.text.split("\n").filter(Boolean).length, ms: Math.round(result.took) })}
              </span>
              <div class="downloads" role="group" aria-label={say("download")}>
                {FORMATS[result.kind === "rows" ? "select" : "graph"].map(({ name: format, type, ending }) => (
                  <button key={format} type="button" class="link" onClick={() => void download(type, ending)} aria-label={`${say("download")} ${format}`}>
                    {format}
                  </button>
                ))}
              </div>
            </div>
            <div class="card">
              {view === "table" && <AsTable result={result} prefixes={prefixes} base={info.base} />}
              {view === "graph" && <AsGraph result={result} prefixes={prefixes} base={info.base} />}
              {view === "chart" && <AsChart result={result} prefixes={prefixes} base={info.base} />}
            </div>
          </>
        )}
      </section>
    </>
  );
}

interface ShownResult {
  result: Extract<Result, { kind: "rows" | "triples" }>;
  prefixes: Record<string, string>;
  base: string;
}

function AsTable({ result, prefixes, base }: ShownResult) {
  const say = useSay();
  if (result.kind === "triples") return result.text ? <pre class="triples" tabIndex={0}>{result.text}</pre> : <Empty>{say("noRows")}</Empty>;
  if (result.rows.length === 0) return <Empty>{say("noRows")}</Empty>;
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label={say("asTable")}>
        <table>
          <thead>
            <tr>
              {result.variables.map((name) => (
                <th key={name} scope="col" class={result.rows.some((row) => isNumber(row[name])) ? "number" : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.rows.slice(0, MOST_ROWS).map((row, index) => (
              <tr key={index}>
                {result.variables.map((name) => (
                  <td key={name} class={isNumber(row[name]) ? "number" : undefined}>
                    <TermCell term={row[name]} prefixes={prefixes} base={base} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {result.rows.length > MOST_ROWS && <p class="faint small">{say("firstRows", { n: MOST_ROWS })}</p>}
    </>
  );
}

function AsGraph({ result, prefixes, base }: ShownResult) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const picture = useMemo(() => {
    const links: { source: string; target: string; label: string }[] = [];
    if (result.kind === "triples") {
      for (const { subject, property, object } of result.triples) {
        if (object.type === "uri" && subject.startsWith(base) && object.value.startsWith(base)) links.push({ source: subject, target: object.value, label: shown({ type: "uri", value: property }, prefixes) });
      }
    } else {
      const columns = edgeColumns(result.variables, result.rows, base);
      if (columns) {
        const label = result.variables.find((name) => name !== columns.source && name !== columns.target && result.rows.some((row) => row[name] && !isNumber(row[name])));
        for (const row of result.rows) {
          const [source, target] = [row[columns.source], row[columns.target]];
          if (source?.type === "uri" && target?.type === "uri") links.push({ source: source.value, target: target.value, label: label && row[label] ? shown(row[label] as Term, prefixes) : "" });
        }
      }
    }
    return links.length > 0 ? arrange(links.slice(0, MOST_DRAWN)) : null;
  }, [result, prefixes, base]);
  if (!picture) return <Empty>{say("noDrawing")}</Empty>;
  const ontology = prefixes.wm ?? "";
  const nodes: PictureNode[] = picture.nodes.map((node) => ({ ...node, name: shown({ type: "uri", value: node.iri }, prefixes), class: "", colour: "#2458A6", radius: 6 }));
  const edges: PictureEdge[] = picture.edges.map((edge) => ({
    ...edge,
    label: edge.label.startsWith("wm:") && ontology ? knowledge.propertyName(edge.label.slice(3), language) : edge.label,
    status: "asserted",
    documents: 1,
  }));
  return (
    <div class="wide">
      <Picture nodes={nodes} edges={edges} width={picture.width} height={picture.height} theme={currentTheme()} title={say("asGraph")} edgeLabels={edges.length <= 60} />
    </div>
  );
}

function AsChart({ result, prefixes, base }: ShownResult) {
  const say = useSay();
  if (result.kind === "triples") return <Empty>{say("noChart")}</Empty>;
  const columns = chartColumns(result.variables, result.rows);
  if (!columns) return <Empty>{say("noChart")}</Empty>;
  const bars = result.rows.slice(0, MOST_BARS).flatMap((row) => {
    const [label, value] = [row[columns.label], row[columns.value]];
    if (!label || !value || value.type === "triple") return [];
    return [{ name: shown(label, prefixes), value: Number(value.value), ...(label.type === "uri" && label.value.startsWith(base) ? { link: thingLink(label.value) } : {}) }];
  });
  return <BarChart caption={`${columns.label} · ${columns.value}`} bars={bars} />;
}
