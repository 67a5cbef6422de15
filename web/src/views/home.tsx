/** The first page: search, what the store holds, and where to begin. */

import type { DocumentRow, Found, NamedQuery } from "../api";
import { Answer, Empty } from "../parts/notice";
import { DocumentRows } from "../parts/rows";
import { Search } from "../parts/search";
import { ThingLink } from "../parts/thing";
import { go, thingLink, viewLink } from "../route";
import { useAnswer, useKnowledge } from "../store";
import { queryTitle, useLanguage, useSay, type Word } from "../words";

/** Questions that make a good start, in this order, if the server has them. */
const FIRST = ["people", "companies", "projects", "events", "places", "quantities", "support", "overview"];

export function Home() {
  const say = useSay();
  const language = useLanguage();
  const { info } = useKnowledge();
  const things = useAnswer<{ results: Found[] }>("/api/search", { limit: 18 });
  const documents = useAnswer<{ total: number; documents: DocumentRow[] }>("/api/documents", { limit: 6 });
  const queries = useAnswer<{ queries: NamedQuery[] }>("/api/queries");
  const counts: [number, Word, string][] = [
    [info.documents, "documentsNoun", viewLink("documents")],
    [info.things, "thingsNoun", viewLink("graph")],
    [info.statements, "statementsNoun", viewLink("timeline")],
    [info.quantities, "quantitiesNoun", viewLink("query", { name: "quantities" })],
  ];
  return (
    <>
      <section class="hero">
        <h1>
          <span lang="zh-CN">文脉</span>
          {language === "en" && <span class="roman"> wenmai</span>}
        </h1>
        <p class="lead">{say("tagline")}</p>
        <Search large hideLabel label={say("search")} onChoose={(thing) => go(thingLink(thing.iri))} />
        <ul class="plain counts" aria-label={say("figuresOfStore")}>
          {counts.map(([count, noun, link]) => (
            <li key={noun}>
              <a href={link}>
                <strong>{count.toLocaleString(language)}</strong> {say(noun)}
              </a>
            </li>
          ))}
        </ul>
      </section>
      {info.documents === 0 && (
        <Empty>
          <p>
            <strong>{say("emptyStore")}</strong>
          </p>
          <p>{say("emptyStoreHint")}</p>
          {info.writable && <a href={viewLink("add")}>{say("addTitle")}</a>}
        </Empty>
      )}
      <div class="columns">
        <section class="card">
          <h2>{say("important")}</h2>
          <Answer of={things}>
            {({ results }) =>
              results.length === 0 ? (
                <Empty />
              ) : (
                <ul class="plain cloud">
                  {results.map((thing) => (
                    <li key={thing.iri}>
                      <ThingLink thing={thing} />
                      <span class="faint" aria-label={say("statementsCount", { n: thing.statements })}>
                        {" "}
                        {thing.statements}
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
        </section>
        <section class="card">
          <h2>{say("recent")}</h2>
          <Answer of={documents}>
            {({ documents: rows }) =>
              rows.length === 0 ? (
                <Empty />
              ) : (
                <DocumentRows documents={rows} />
              )
            }
          </Answer>
        </section>
        <section class="card">
          <h2>{say("examples")}</h2>
          <Answer of={queries}>
            {({ queries: all }) => {
              const known = FIRST.flatMap((name) => all.filter((query) => query.name === name));
              return (
                <>
                  <ul class="plain rows">
                    {(known.length > 0 ? known : all.slice(0, 8)).map((query) => (
                      <li key={query.name}>
                        <a href={viewLink("query", { name: query.name })}>{queryTitle(query, say)}</a>
                      </li>
                    ))}
                  </ul>
                  <a href={viewLink("query")}>{say("allQuestions")}</a>
                </>
              );
            }}
          </Answer>
        </section>
      </div>
    </>
  );
}
