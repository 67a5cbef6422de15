/** One document: its text with every name, statement and figure marked, and the statements beside it. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { deleteDocument, type DocumentPage } from "../api";
import { FactSentence } from "../parts/fact";
import { FigureTable } from "../parts/figures";
import { Answer, Empty, Failure } from "../parts/notice";
import { go, thingLink, viewLink } from "../route";
import { useAnswer, useKnowledge } from "../store";
import { Places, stretches } from "../text";
import { useLanguage, useSay } from "../words";

interface Mark {
  start: number;
  end: number;
  kind: "mention" | "fact" | "figure";
  /** Its number among the marks of its kind. */
  index: number;
}

/** The text, cut where marks begin and end. Stretches of one name stay in one link. */
function Text({ of, active, at }: { of: DocumentPage; active: number | null; at: string | null }) {
  const knowledge = useKnowledge();
  const language = useLanguage();
  const target = useRef<HTMLElement>(null);

  const { marks, pieces, wanted } = useMemo(() => {
    const places = new Places(of.text);
    const span = (start: number, end: number) => ({ start: places.unit(start), end: places.unit(end) });
    const all: Mark[] = [
      ...of.mentions.map((mention, index) => ({ ...span(mention.start, mention.end), kind: "mention" as const, index })),
      ...of.facts.flatMap((fact, index) => fact.evidence.map((one) => ({ ...span(one.start, one.end), kind: "fact" as const, index }))),
      ...of.figures.flatMap((figure, index) => figure.evidence.map((one) => ({ ...span(one.start, one.end), kind: "figure" as const, index }))),
    ];
    const parts = /^(\d+)-(\d+)$/.exec(at ?? "");
    return { marks: all, pieces: stretches(of.text.length, all), wanted: parts ? span(Number(parts[1]), Number(parts[2])) : null };
  }, [of, at]);

  useEffect(() => {
    target.current?.scrollIntoView({ block: "center" });
  }, [wanted]);

  const groups: { mention: number | null; pieces: typeof pieces }[] = [];
  for (const piece of pieces) {
    const mention = piece.marks.map((number) => marks[number] as Mark).find((mark) => mark.kind === "mention")?.index ?? null;
    const last = groups.at(-1);
    if (last && mention !== null && last.mention === mention) last.pieces.push(piece);
    else groups.push({ mention, pieces: [piece] });
  }

  let first = true;
  const drawn = (piece: (typeof pieces)[number]) => {
    const covering = piece.marks.map((number) => marks[number] as Mark);
    const facts = covering.filter((mark) => mark.kind === "fact");
    const here = wanted !== null && piece.start < wanted.end && piece.end > wanted.start;
    const names = [
      facts.length > 0 ? "said" : "",
      covering.some((mark) => mark.kind === "figure") ? "figure-words" : "",
      facts.some((mark) => mark.index === active) ? "active" : "",
      here ? "target" : "",
    ].filter(Boolean);
    const text = of.text.slice(piece.start, piece.end);
    if (names.length === 0) return text;
    const isFirst = here && first;
    if (isFirst) first = false;
    return (
      <span key={piece.start} class={names.join(" ")} ref={isFirst ? target : undefined}>
        {text}
      </span>
    );
  };

  return (
    <div class="text" lang="zh">
      {groups.map((group) => {
        const mention = group.mention === null ? undefined : of.mentions[group.mention];
        if (!mention) return group.pieces.map(drawn);
        return (
          <a
            key={`m${group.pieces[0]?.start}`}
            class="mention"
            href={thingLink(mention.iri)}
            title={`${mention.name} · ${knowledge.className(mention.class, language)}`}
            style={{ "--class": knowledge.colour(mention.class) }}
          >
            {group.pieces.map(drawn)}
          </a>
        );
      })}
    </div>
  );
}

function Shown({ of, at }: { of: DocumentPage; at: string | null }) {
  const say = useSay();
  const { info } = useKnowledge();
  const [active, setActive] = useState<number | null>(null);
  const [hides, setHides] = useState({ mention: false, fact: false, figure: false });
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    document.title = `${of.title || of.id} · ${say("name")}`;
  }, [of, say]);
  const toggle = (kind: keyof typeof hides) => () => setHides({ ...hides, [kind]: !hides[kind] });
  const state = (Object.keys(hides) as (keyof typeof hides)[]).filter((kind) => hides[kind]).map((kind) => `hide-${kind}`);
  return (
    <article class={`document ${state.join(" ")}`}>
      <header class="page-head">
        <div>
          <p class="small">
            <a href={viewLink("documents")}>← {say("backToList")}</a>
          </p>
          <h1>
            <bdi>{of.title || of.id}</bdi>
          </h1>
          <p class="meta faint">
            <span class="date">{of.date ?? say("noDate")}</span>
            {of.origin && <span class="origin">{of.origin}</span>}
          </p>
        </div>
        <fieldset class="toggles">
          <legend class="hidden">{say("show")}</legend>
          <label>
            <input type="checkbox" checked={!hides.mention} onChange={toggle("mention")} /> {say("showMentions")} <span class="faint">{of.mentions.length}</span>
          </label>
          <label>
            <input type="checkbox" checked={!hides.fact} onChange={toggle("fact")} /> {say("showStatements")} <span class="faint">{of.facts.length}</span>
          </label>
          <label>
            <input type="checkbox" checked={!hides.figure} onChange={toggle("figure")} /> {say("showFigures")} <span class="faint">{of.figures.length}</span>
          </label>
        </fieldset>
      </header>
      <div class="document-columns">
        <section class="card sheet">
          <Text of={of} active={active} at={at} />
        </section>
        <aside aria-label={say("saysWhat")}>
          <section class="card">
            <h2>{say("saysWhat")}</h2>
            {of.facts.length === 0 ? (
              <Empty>{say("saysNothing")}</Empty>
            ) : (
              <ul class="plain statements">
                {of.facts.map((fact, index) => {
                  const [place] = fact.evidence;
                  return (
                    <li
                      key={index}
                      class={active === index ? "active" : undefined}
                      onMouseEnter={() => setActive(index)}
                      onMouseLeave={() => setActive(null)}
                      onFocusCapture={() => setActive(index)}
                      onBlurCapture={() => setActive(null)}
                    >
                      <FactSentence of={fact} />
                      {place && (
                        <a
                          class="to-place"
                          href={viewLink("document", { id: of.id, at: `${place.start}-${place.end}` })}
                          aria-label={`${say("evidence")}: ${place.words}`}
                          title={place.words}
                          onClick={(event) => {
                            event.preventDefault();
                            go(viewLink("document", { id: of.id, at: `${place.start}-${place.end}` }), true);
                          }}
                        >
                          ¶
                        </a>
                      )}
                    </li>
                  );
                })}
              </ul>
            )}
          </section>
          {of.figures.length > 0 && (
            <section class="card">
              <h2>{say("saysFigures")}</h2>
              <FigureTable figures={of.figures} withSubject />
            </section>
          )}
          {info.writable && (
            <p class="actions">
              <button
                type="button"
                class={asked ? "danger" : ""}
                onClick={() => {
                  if (!asked) setAsked(true);
                  else
                    deleteDocument(of.id)
                      .then(() => go(viewLink("documents")))
                      .catch(setError);
                }}
                onBlur={() => setAsked(false)}
              >
                {asked ? say("sure") : say("deleteDocument")}
              </button>
            </p>
          )}
          {error && <Failure error={error} />}
        </aside>
      </div>
    </article>
  );
}

export function DocumentView({ id, at }: { id: string; at: string | null }) {
  const answer = useAnswer<DocumentPage>(id ? "/api/document" : null, { id });
  if (!id) return <Empty />;
  return <Answer of={answer}>{(document) => <Shown of={document} at={at} />}</Answer>;
}
