/** The graph: expand, filter, find paths, save what is seen; and the same as a list for keyboard and screen reader. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { address, get, refusal, STATUSES, type Evidence, type Fact, type Found, type GraphPart, type PathStep, type Ref, type Status, type Thing } from "../api";
import type { Drawing, EdgeLook, NodeLook } from "../graph/drawing";
import { currentTheme, onGround, shapeOf } from "../graph/look";
import { ShapeMark } from "../graph/picture";
import { dot, png, saveFile, svg, type Naming } from "../graph/save";
import { EvidenceList } from "../parts/evidence";
import { FactSentence } from "../parts/fact";
import { Empty, Failure, Loading } from "../parts/notice";
import { Search } from "../parts/search";
import { ClassTag, ThingLink } from "../parts/thing";
import { go, viewLink } from "../route";
import { useKnowledge } from "../store";
import { useLanguage, useSay } from "../words";

interface Hidden {
  classes: Set<string>;
  properties: Set<string>;
  statuses: Set<string>;
}

const NOTHING_HIDDEN: Hidden = { classes: new Set(), properties: new Set(), statuses: new Set() };
const SIZES = [50, 100, 300, 1000, 2000, 5000];
const LISTED = 100;
/** Up to so many things are laid out anew by what links them; with more, the server's places stand. */
const SETTLED = 500;

/** A mark of a class as it is drawn. */
function Mark({ name }: { name: string }) {
  const knowledge = useKnowledge();
  return (
    <svg class="shape" viewBox="0 0 16 16" width={14} height={14} aria-hidden="true">
      <ShapeMark shape={shapeOf(name)} x={8} y={8} radius={5} colour={onGround(knowledge.colour(name), currentTheme())} outline="transparent" />
    </svg>
  );
}

function FilterGroup({ title, counts, hidden, label, mark, onChange }: { title: string; counts: Map<string, number>; hidden: Set<string>; label: (name: string) => string; mark?: (name: string) => preact.ComponentChild; onChange: (hidden: Set<string>) => void }) {
  const say = useSay();
  const language = useLanguage();
  if (counts.size === 0) return null;
  return (
    <fieldset class="filter-group">
      <legend>{title}</legend>
      <p class="small">
        <button type="button" class="link" onClick={() => onChange(new Set())}>
          {say("all")}
        </button>{" "}
        <button type="button" class="link" onClick={() => onChange(new Set(counts.keys()))}>
          {say("none")}
        </button>
      </p>
      {[...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([name, count]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={!hidden.has(name)}
              onChange={() => {
                const next = new Set(hidden);
                if (!next.delete(name)) next.add(name);
                onChange(next);
              }}
            />
            {mark?.(name)}
            <span>{label(name)}</span> <span class="faint">{count.toLocaleString(language)}</span>
          </label>
        ))}
    </fieldset>
  );
}

/** The facts behind one relation of the graph. */
function EdgeFacts({ source, target, property }: { source: string; target: string; property: string }) {
  const [facts, setFacts] = useState<Fact[] | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    setFacts(null);
    get<Thing>("/api/thing", { iri: source }, abort.signal)
      .then((thing) => setFacts(thing.facts.filter((fact) => fact.property === property && fact.subject.iri === source && fact.object?.iri === target)))
      .catch((problem: Error) => !abort.signal.aborted && setError(problem));
    return () => abort.abort();
  }, [source, target, property]);
  if (error) return <Failure error={error} />;
  if (!facts) return <Loading />;
  return (
    <ul class="plain">
      {facts.map((fact, index) => (
        <li key={index} class="fact">
          <FactSentence of={fact} />
          <EvidenceList all={fact.evidence} />
        </li>
      ))}
    </ul>
  );
}

type Asked = GraphPart | { paths: PathStep[] };

/** What the address of the view asks for: paths between two things, the surroundings of some, or the most important. */
function ask(query: URLSearchParams, limit: number): Promise<Asked> {
  const [from, to, iri] = [query.get("from"), query.get("to"), query.getAll("iri")];
  if (from && to) return get<{ paths: PathStep[] }>("/api/path", { from, to, max: 6 });
  return get<GraphPart>("/api/graph", { iri, hops: query.get("hops") ?? (iri.length > 0 ? 1 : null), limit });
}

function evidenceOf(facts: Fact[]): Evidence[] {
  return facts.flatMap((fact) => fact.evidence);
}

export function GraphView({ query }: { query: URLSearchParams }) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const { info } = knowledge;
  const stage = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [drawn, setDrawn] = useState(true);
  const [busy, setBusy] = useState(true);
  const [laying, setLaying] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [version, setVersion] = useState(0);
  const [cut, setCut] = useState({ things: 0, statements: 0 });
  const [hidden, setHidden] = useState<Hidden>(NOTHING_HIDDEN);
  const [selected, setSelected] = useState<string | null>(null);
  const [edge, setEdge] = useState<{ source: string; target: string; property: string } | null>(null);
  const [ends, setEnds] = useState<{ from: Ref | null; to: Ref | null }>({ from: null, to: null });
  const [paths, setPaths] = useState<PathStep[] | null>(null);
  const [path, setPath] = useState(0);
  const [notice, setNotice] = useState("");
  const [listed, setListed] = useState(LISTED);

  const changed = useCallback(() => setVersion((n) => n + 1), []);
  const iri = query.getAll("iri");
  const limit = Number(query.get("limit")) || 300;
  const large = iri.length === 0 && !query.get("from") && limit > 1000;
  const start = `${iri.join("\n")} ${query.get("hops") ?? ""} ${query.get("limit") ?? ""} ${query.get("from") ?? ""} ${query.get("to") ?? ""}`;

  // The server is asked before the drawing is there: to make the drawing ready takes as long as the answer.
  const asked = useRef<Promise<Asked> | null>(null);
  useEffect(() => {
    asked.current = ask(query, limit);
    // Who awaits it shows what went wrong.
    asked.current.catch(() => {});
  }, [start]);

  // The drawing lives as long as the view and its language.
  useEffect(() => {
    let live: Drawing | null = null;
    let wanted = true;
    import("../graph/drawing")
      .then(({ Drawing: Kind }) => {
        if (!wanted || !stage.current) return;
        live = new Kind(
          currentTheme(),
          {
            colour: (name) => knowledge.colour(name),
            property: (name) => knowledge.propertyName(name, language),
          },
          large,
        );
        setDrawn(live.draw(stage.current));
        setDrawing(live);
      })
      .catch(setError);
    return () => {
      wanted = false;
      live?.kill();
    };
  }, [knowledge, language, large]);

  const showPaths = useCallback(
    (board: Drawing, found: PathStep[]) => {
      for (const one of found) {
        const edges = one.facts.flat().flatMap((fact) =>
          fact.object ? [{ source: fact.subject.iri, target: fact.object.iri, property: fact.property, status: fact.status, documents: fact.documents ?? 1, label: null }] : [],
        );
        board.addRefs(one.things, edges);
      }
      setPaths(found);
      setPath(0);
      setEdge(null);
      setSelected(null);
      changed();
    },
    [changed],
  );

  const load = useCallback(
    async (board: Drawing) => {
      setBusy(true);
      setError(null);
      try {
        const answer = await (asked.current ?? ask(query, limit));
        asked.current = null;
        board.clear();
        setSelected(null);
        setEdge(null);
        setPaths(null);
        if ("paths" in answer) {
          showPaths(board, answer.paths);
          const [first] = answer.paths;
          if (first) setEnds({ from: first.things[0] ?? null, to: first.things.at(-1) ?? null });
          await board.layout(60);
          setCut({ things: 0, statements: 0 });
        } else {
          board.add(answer);
          setCut(answer.cut);
          if (iri.length === 1) setSelected(iri[0] ?? null);
          if (board.graph.order <= SETTLED) void board.layout(200);
        }
        board.refit();
        changed();
      } catch (problem) {
        setError(problem as Error);
      } finally {
        setBusy(false);
      }
    },
    [start, showPaths, changed],
  );

  useEffect(() => {
    if (drawing) void load(drawing);
  }, [drawing, load]);

  const expand = useCallback(
    async (which: string) => {
      if (!drawing) return;
      setNotice("");
      try {
        const part = await get<GraphPart>("/api/graph", { iri: which, hops: 1, limit: 100 });
        const before = new Set(drawing.graph.nodes());
        const added = drawing.add(part, which);
        setNotice(added.length > 0 ? say("expanded", { n: added.length }) : say("nothingNew"));
        setSelected(which);
        changed();
        if (added.length > 0 && drawing.graph.order < 2000) await drawing.layout(60, before);
      } catch (problem) {
        setError(problem as Error);
      }
    },
    [drawing, say, changed],
  );

  const expandAfter = useCallback(
    async (thing: Ref) => {
      if (!drawing) return;
      if (!drawing.graph.hasNode(thing.iri)) {
        drawing.addRefs([thing], []);
        await expand(thing.iri);
      }
      setSelected(thing.iri);
      drawing.show(thing.iri);
    },
    [drawing, expand],
  );

  useEffect(() => {
    if (!drawing) return;
    drawing.onSelect = (which) => {
      setEdge(null);
      setPaths(null);
      setSelected(which);
    };
    drawing.onExpand = (which) => void expand(which);
    drawing.onEdge = (key) => {
      const [source, target] = drawing.graph.extremities(key);
      setEdge({ source, target, property: drawing.graph.getEdgeAttribute(key, "property") });
    };
  }, [drawing, expand]);

  // What is hidden, and what is brought out.
  useEffect(() => {
    if (!drawing) return;
    drawing.filter(
      (look) => !hidden.classes.has(look.class),
      (look) => !hidden.properties.has(look.property) && !hidden.statuses.has(look.status),
    );
    changed();
  }, [drawing, hidden, drawing?.graph.order, drawing?.graph.size]);

  useEffect(() => {
    if (!drawing) return;
    const on = paths?.[path];
    if (on) drawing.highlight(on.things.map((thing) => thing.iri), false);
    else if (edge) drawing.highlight([edge.source, edge.target], false);
    else drawing.highlight(selected && drawing.graph.hasNode(selected) ? [selected] : [], true);
  }, [drawing, selected, edge, paths, path, version]);

  const seen = useMemo(() => {
    const classes = new Map<string, number>();
    const properties = new Map<string, number>();
    const statuses = new Map<string, number>();
    const nodes: { iri: string; look: NodeLook }[] = [];
    let edges = 0;
    const count = (of: Map<string, number>, name: string) => of.set(name, (of.get(name) ?? 0) + 1);
    drawing?.graph.forEachNode((one, look) => {
      count(classes, look.class);
      if (!look.hidden) nodes.push({ iri: one, look });
    });
    drawing?.graph.forEachEdge((_, look: EdgeLook) => {
      count(properties, look.property);
      count(statuses, look.status);
      if (!look.hidden) edges += 1;
    });
    nodes.sort((a, b) => b.look.rank - a.look.rank || (drawing?.graph.degree(b.iri) ?? 0) - (drawing?.graph.degree(a.iri) ?? 0));
    return { classes, properties, statuses, nodes, edges };
  }, [drawing, version]);

  const within = useCallback(
    (): Found[] => seen.nodes.map(({ iri: one, look }) => ({ iri: one, name: look.name, class: look.class, aliases: [], statements: 0, matched: "name" })),
    [seen],
  );

  const caption = [say("shown", { nodes: seen.nodes.length, edges: seen.edges }), cut.things + cut.statements > 0 ? say("cut", cut) : ""].filter(Boolean).join("；");
  const naming: Naming = {
    title: say("graphOf"),
    caption,
    colour: (name) => knowledge.colour(name),
    className: (name) => knowledge.className(name, language),
  };

  const save = async (format: string) => {
    if (!drawing) return;
    try {
      if (format === "svg") saveFile(new Blob([svg(drawing.graph, naming).text], { type: "image/svg+xml" }), "wenmai.svg");
      else if (format === "png") saveFile(await png(drawing.graph, naming), "wenmai.png");
      else if (format === "dot") saveFile(new Blob([dot(drawing.graph, naming)], { type: "text/vnd.graphviz" }), "wenmai.dot");
      else {
        const answer = await fetch(address("/api/export", { format, iri, hops: iri.length > 0 ? (query.get("hops") ?? 1) : null, top: iri.length > 0 ? null : limit }));
        if (!answer.ok) throw await refusal(answer);
        saveFile(await answer.blob(), `wenmai.${format}`);
      }
    } catch (problem) {
      setError(problem as Error);
    }
  };

  const pressed = (event: KeyboardEvent) => {
    if (!drawing || event.target !== stage.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => drawing.pan(-0.08, 0),
      ArrowRight: () => drawing.pan(0.08, 0),
      ArrowUp: () => drawing.pan(0, 0.08),
      ArrowDown: () => drawing.pan(0, -0.08),
      "+": () => drawing.zoom(1 / 1.4),
      "=": () => drawing.zoom(1 / 1.4),
      "-": () => drawing.zoom(1.4),
      "0": () => drawing.fit(),
      Escape: () => setSelected(null),
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      move();
    }
  };

  const chosen = selected && drawing?.graph.hasNode(selected) ? { iri: selected, look: drawing.graph.getNodeAttributes(selected) } : null;
  const around = chosen && drawing
    ? drawing.graph
        .mapEdges(chosen.iri, (key, look, source, target) => ({ key, look, source, target }))
        .filter(({ look }) => !look.hidden)
    : [];
  const refOf = (which: string): Ref => {
    const look = drawing?.graph.getNodeAttributes(which);
    return { iri: which, name: look?.name ?? which, class: look?.class ?? "" };
  };
  const route = paths?.[path];
  const formats = ["svg", "png", "dot", ...(info.exports ?? []).filter((format) => !["svg", "png", "dot"].includes(format))];

  return (
    <div class="graph-page">
      <h1 class="hidden">{say("graphOf")}</h1>
      <div class="graph-bar card">
        <Search label={say("addThing")} onChoose={(thing) => void expandAfter(thing)} />
        <Search label={say("inGraph")} within={within} onChoose={(thing) => void expandAfter(thing)} />
        <div class="field">
          <label for="graph-size">{say("topThings")}</label>
          <select
            id="graph-size"
            value={iri.length > 0 || query.get("from") ? "" : String(limit)}
            onChange={(event) => go(viewLink("graph", { limit: event.currentTarget.value }))}
          >
            {(iri.length > 0 || query.get("from")) && <option value="">–</option>}
            {SIZES.map((size) => (
              <option key={size} value={String(size)}>
                {size.toLocaleString(language)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="graph-save">{say("saveAs")}</label>
          <select
            id="graph-save"
            value=""
            onChange={(event) => {
              const format = event.currentTarget.value;
              event.currentTarget.value = "";
              if (format) void save(format);
            }}
          >
            <option value="">{say("choose")}</option>
            {formats.map((format) => (
              <option key={format} value={format}>
                {format.toUpperCase()}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div class="graph-columns">
        <section class="graph-frame" aria-label={say("graphOf")}>
          <div ref={stage} id="stage" class="stage" tabIndex={0} role="application" aria-label={say("graphOf")} aria-describedby="graph-help" onKeyDown={pressed} />
          {busy && (
            <div class="over-stage">
              <Loading />
            </div>
          )}
          {!busy && !error && seen.nodes.length === 0 && (
            <div class="over-stage">
              <Empty />
            </div>
          )}
          {!drawn && <div class="over-stage">{say("noGraph")}</div>}
          <div class="stage-buttons">
            <button type="button" title={say("zoomIn")} aria-label={say("zoomIn")} onClick={() => drawing?.zoom(1 / 1.5)}>
              +
            </button>
            <button type="button" title={say("zoomOut")} aria-label={say("zoomOut")} onClick={() => drawing?.zoom(1.5)}>
              −
            </button>
            <button type="button" title={say("fit")} aria-label={say("fit")} onClick={() => drawing?.fit()}>
              ⤢
            </button>
            <button
              type="button"
              onClick={() => {
                if (!drawing) return;
                if (laying) {
                  drawing.stop();
                  setLaying(false);
                } else {
                  setLaying(true);
                  void drawing.layout(drawing.graph.order > 1500 ? 150 : 400).then(() => setLaying(false));
                }
              }}
            >
              {laying ? say("stop") : say("layout")}
            </button>
          </div>
          <p class="small faint" role="status" id="graph-caption">
            {caption} {notice && `· ${notice}`}
          </p>
          <p class="small faint" id="graph-help">
            {say("graphHelp")}
          </p>
        </section>
        <div class="graph-side">
          {error && <Failure error={error} retry={drawing ? () => void load(drawing) : undefined} />}
          <section class="card" aria-live="polite">
            <h2>{say("selected")}</h2>
            {edge ? (
              <EdgeFacts {...edge} />
            ) : chosen ? (
              <>
                <p>
                  <strong>
                    <ThingLink thing={refOf(chosen.iri)} />
                  </strong>{" "}
                  <ClassTag name={chosen.look.class} />
                </p>
                <p class="actions">
                  <button type="button" onClick={() => void expand(chosen.iri)}>
                    {say("expand")}
                  </button>
                  <button
                    type="button"
                    onClick={() => {
                      drawing?.graph.dropNode(chosen.iri);
                      setSelected(null);
                      changed();
                    }}
                  >
                    {say("remove")}
                  </button>
                  <button type="button" onClick={() => setEnds({ ...ends, from: refOf(chosen.iri) })}>
                    {say("from")} …
                  </button>
                  <button type="button" onClick={() => setEnds({ ...ends, to: refOf(chosen.iri) })}>
                    … {say("to")}
                  </button>
                </p>
                <ul class="plain statements">
                  {around.slice(0, 40).map(({ key, look, source, target }) => (
                    <li key={key}>
                      <span class="fact-sentence">
                        {source === chosen.iri ? <span class="faint">{say("this")}</span> : <ThingLink thing={refOf(source)} />}{" "}
                        <button type="button" class="link relation" onClick={() => setEdge({ source, target, property: look.property })}>
                          {look.label}
                        </button>{" "}
                        {target === chosen.iri ? <span class="faint">{say("this")}</span> : <ThingLink thing={refOf(target)} />}{" "}
                        {look.status !== "asserted" && <span class={`chip status ${look.status}`}>{say(look.status)}</span>}
                      </span>
                    </li>
                  ))}
                </ul>
                {around.length > 40 && <p class="faint small">+{around.length - 40}</p>}
              </>
            ) : (
              <p class="faint">{say("nothingSelected")}</p>
            )}
          </section>
          <section class="card">
            <h2>{say("path")}</h2>
            <form
              class="path-form"
              onSubmit={(event) => {
                event.preventDefault();
                if (!drawing || !ends.from || !ends.to) return;
                get<{ paths: PathStep[] }>("/api/path", { from: ends.from.iri, to: ends.to.iri, max: 6 })
                  .then(({ paths: found }) => showPaths(drawing, found))
                  .catch(setError);
              }}
            >
              <Search label={say("from")} keep initial={ends.from?.name ?? ""} onChoose={(thing) => setEnds({ ...ends, from: thing })} />
              <Search label={say("to")} keep initial={ends.to?.name ?? ""} onChoose={(thing) => setEnds({ ...ends, to: thing })} />
              <p class="actions">
                <button type="submit" disabled={!ends.from || !ends.to}>
                  {say("findPath")}
                </button>
                {paths && (
                  <button
                    type="button"
                    onClick={() => {
                      setPaths(null);
                      setEnds({ from: null, to: null });
                    }}
                  >
                    {say("clear")}
                  </button>
                )}
              </p>
            </form>
            {paths && paths.length === 0 && <Empty>{say("noPath")}</Empty>}
            {paths && paths.length > 1 && (
              <div class="tabs small-tabs" role="group" aria-label={say("path")}>
                {paths.map((one, index) => (
                  <button key={index} type="button" aria-pressed={index === path} onClick={() => setPath(index)}>
                    {say("pathNumber", { n: index + 1, steps: one.things.length - 1 })}
                  </button>
                ))}
              </div>
            )}
            {route && (
              <ol class="plain path-steps">
                {route.facts.map((facts, index) => (
                  <li key={index} class="fact">
                    {facts.map((fact, number) => (
                      <div key={number}>
                        <FactSentence of={fact} />
                      </div>
                    ))}
                    <EvidenceList all={evidenceOf(facts)} />
                  </li>
                ))}
              </ol>
            )}
          </section>
          <details class="card">
            <summary>
              <h2>{say("filters")}</h2>
            </summary>
            <FilterGroup title={say("classes")} counts={seen.classes} hidden={hidden.classes} label={(name) => knowledge.className(name, language)} mark={(name) => <Mark name={name} />} onChange={(classes) => setHidden({ ...hidden, classes })} />
            <FilterGroup title={say("relations")} counts={seen.properties} hidden={hidden.properties} label={(name) => knowledge.propertyName(name, language)} onChange={(properties) => setHidden({ ...hidden, properties })} />
            <FilterGroup title={say("statuses")} counts={new Map(STATUSES.filter((status) => seen.statuses.has(status)).map((status) => [status, seen.statuses.get(status) ?? 0]))} hidden={hidden.statuses} label={(name) => say(name as Status)} onChange={(statuses) => setHidden({ ...hidden, statuses })} />
          </details>
          <section class="card legend" aria-label={say("legend")}>
            <ul class="plain">
              {[...seen.classes.keys()].sort().map((name) => (
                <li key={name}>
                  <Mark name={name} /> {knowledge.className(name, language)}
                </li>
              ))}
              {STATUSES.filter((status) => status !== "asserted" && seen.statuses.has(status)).map((status) => (
                <li key={status}>
                  <span class={`line-mark ${status}`} aria-hidden="true" /> {say(status)}
                </li>
              ))}
            </ul>
          </section>
        </div>
      </div>
      <details class="card" open={!drawn}>
        <summary>
          <h2>{say("listOf")}</h2>
        </summary>
        <ul class="plain graph-list">
          {seen.nodes.slice(0, listed).map(({ iri: one, look }) => (
            <li key={one}>
              <Mark name={look.class} />
              <button type="button" class="link" aria-pressed={one === selected} onClick={() => {
                drawing?.onSelect(one);
                drawing?.show(one);
              }}>
                {look.name}
              </button>
              <span class="faint">
                {knowledge.className(look.class, language)} · {say("edgesCount", { n: drawing?.graph.hasNode(one) ? drawing.graph.degree(one) : 0 })}
              </span>
              <button type="button" class="link" aria-label={`${say("expand")} ${look.name}`} onClick={() => void expand(one)}>
                {say("expand")}
              </button>
              <a href={`${viewLink("thing", { iri: one })}`} aria-label={`${say("open")} ${look.name}`}>
                {say("open")}
              </a>
            </li>
          ))}
        </ul>
        {seen.nodes.length > listed && (
          <button type="button" class="link" onClick={() => setListed(listed + 500)}>
            {say("moreRows", { n: Math.min(500, seen.nodes.length - listed) })}
          </button>
        )}
      </details>
    </div>
  );
}
