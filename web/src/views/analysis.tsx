/** What the shape of the graph tells: tables of the server's measures. */

import type { ComponentChildren } from "preact";
import type { CellKind, Ref, Table } from "../api";
import { Answer, Empty } from "../parts/notice";
import { ThingLink } from "../parts/thing";
import { viewLink } from "../route";
import { useAnswer, useKnowledge } from "../store";
import { isWord, useLanguage, useSay } from "../words";

const MEASURES = ["rank", "degree", "betweenness", "community", "component", "cooccurrence", "surprising"] as const;

type Cell = Table["rows"][number][number];

const MEMBERS = 12;

function Shown({ cell, kind, most }: { cell: Cell; kind: CellKind; most: number }): ComponentChildren {
  const language = useLanguage();
  const knowledge = useKnowledge();
  if (cell === null) return null;
  switch (kind) {
    case "thing":
      return typeof cell === "object" && !Array.isArray(cell) ? <ThingLink thing={cell} /> : String(cell);
    case "things": {
      const all = Array.isArray(cell) ? (cell as Ref[]) : [];
      return (
        <span class="members">
          {all.slice(0, MEMBERS).map((thing) => (
            <ThingLink key={thing.iri} thing={thing} />
          ))}
          {all.length > MEMBERS && <span class="faint">+{all.length - MEMBERS}</span>}
        </span>
      );
    }
    case "number": {
      const value = Number(cell);
      const text = Number.isInteger(value) ? value.toLocaleString(language) : value.toLocaleString(language, { maximumSignificantDigits: 3 });
      return (
        <span class="measured">
          <span class="measured-bar" aria-hidden="true" style={{ width: `${most > 0 ? (48 * Math.max(0, value)) / most : 0}px` }} />
          {text}
        </span>
      );
    }
    case "property":
      return (Array.isArray(cell) ? (cell as string[]) : [String(cell)]).map((name) => knowledge.propertyName(name, language)).join(" · ");
    case "text":
      return String(cell);
  }
}

export function Analysis({ measure }: { measure: string }) {
  const say = useSay();
  const { info } = useKnowledge();
  const answer = useAnswer<Table>("/api/analysis", { measure, limit: 100 });
  const about = `about.${measure}`;
  return (
    <>
      <header class="page-head">
        <h1>{say("analysis")}</h1>
      </header>
      <nav class="tabs" aria-label={say("analysis")}>
        <ul class="plain">
          {MEASURES.filter((one) => !info.measures || info.measures.includes(one)).map((one) => (
            <li key={one}>
              <a href={viewLink("analysis", { measure: one })} aria-current={one === measure ? "page" : undefined}>
                {say(`measure.${one}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {isWord(about) && <p class="lead">{say(about)}</p>}
      <Answer of={answer}>
        {({ columns, rows }) =>
          rows.length === 0 ? (
            <Empty />
          ) : (
            <section class="card">
              <div class="wide">
                <table>
                  <thead>
                    <tr>
                      <th scope="col" class="number">
                        #
                      </th>
                      {columns.map(({ key, kind }) => {
                        const word = `column.${key}`;
                        return (
                          <th key={key} scope="col" class={kind === "number" ? "number" : undefined}>
                            {isWord(word) ? say(word) : key}
                          </th>
                        );
                      })}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row, index) => (
                      <tr key={index}>
                        <td class="number faint">{index + 1}</td>
                        {columns.map(({ key, kind }, column) => (
                          <td key={key} class={kind === "number" ? "number" : undefined}>
                            <Shown cell={row[column] ?? null} kind={kind} most={kind === "number" ? Math.max(...rows.map((other) => Number(other[column]) || 0)) : 0} />
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )
        }
      </Answer>
    </>
  );
}
