/** The list of documents, with a filter and pages. */

import { useEffect, useState } from "preact/hooks";
import type { DocumentRow } from "../api";
import { Answer, Empty } from "../parts/notice";
import { go, viewLink } from "../route";
import { useAnswer } from "../store";
import { useLanguage, useSay } from "../words";

const PAGE = 50;

export function Documents({ query }: { query: URLSearchParams }) {
  const say = useSay();
  const language = useLanguage();
  const q = query.get("q") ?? "";
  const offset = Math.max(0, Number(query.get("offset") ?? 0) || 0);
  const [text, setText] = useState(q);
  const answer = useAnswer<{ total: number; documents: DocumentRow[] }>("/api/documents", { q, offset, limit: PAGE });

  useEffect(() => {
    if (text.trim() === q) return undefined;
    const timer = setTimeout(() => go(viewLink("documents", { q: text.trim() }), true), 250);
    return () => clearTimeout(timer);
  }, [text, q]);

  return (
    <>
      <header class="page-head">
        <h1>{say("documents")}</h1>
        <form
          class="filter"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            go(viewLink("documents", { q: text.trim() }), true);
          }}
        >
          <label for="documents-filter">{say("filterDocuments")}</label>
          <input id="documents-filter" type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </form>
      </header>
      <Answer of={answer}>
        {({ total, documents }) =>
          documents.length === 0 ? (
            <Empty>{say("noDocuments")}</Empty>
          ) : (
            <section class="card">
              <div class="wide">
                <table class="documents">
                  <thead>
                    <tr>
                      <th scope="col">{say("title")}</th>
                      <th scope="col">{say("date")}</th>
                      <th scope="col" class="number">
                        {say("statements")}
                      </th>
                      <th scope="col" class="number">
                        {say("things")}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {documents.map((row) => (
                      <tr key={row.id}>
                        <td>
                          <a href={viewLink("document", { id: row.id })}>
                            <bdi>{row.title || row.id}</bdi>
                          </a>
                          {row.origin && row.origin !== row.title && <div class="faint small origin">{row.origin}</div>}
                        </td>
                        <td class="date">{row.date ?? <span class="faint">{say("noDate")}</span>}</td>
                        <td class="number">{row.statements.toLocaleString(language)}</td>
                        <td class="number">{row.things.toLocaleString(language)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <nav class="pages" aria-label={say("documents")}>
                {offset > 0 && <a href={viewLink("documents", { q, offset: Math.max(0, offset - PAGE) || null })}>{say("previous")}</a>}
                <span class="faint" role="status">
                  {say("range", { from: offset + 1, to: offset + documents.length, total })}
                </span>
                {offset + documents.length < total && <a href={viewLink("documents", { q, offset: offset + PAGE })}>{say("next")}</a>}
              </nav>
            </section>
          )
        }
      </Answer>
    </>
  );
}
