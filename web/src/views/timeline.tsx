/** Dated statements in the order of time, of all things or of one. */

import { useMemo, useState } from "preact/hooks";
import type { Thing, TimelineEvent } from "../api";
import { EvidenceList } from "../parts/evidence";
import { FactSentence } from "../parts/fact";
import { Answer, Empty } from "../parts/notice";
import { Search } from "../parts/search";
import { go, viewLink } from "../route";
import { useAnswer, useKnowledge } from "../store";
import { useLanguage, useSay } from "../words";

const LIMIT = 500;

/** How many statements each year has, as small columns. A click narrows the range to that year. */
function Density({ years, onYear }: { years: Map<string, number>; onYear: (year: string) => void }) {
  const say = useSay();
  const most = Math.max(...years.values());
  if (years.size < 2) return null;
  return (
    <ul class="plain density" aria-label={say("timeline")}>
      {[...years].map(([year, count]) => (
        <li key={year}>
          <button type="button" title={`${year}: ${say("eventsCount", { n: count })}`} aria-label={`${year}: ${say("eventsCount", { n: count })}`} onClick={() => onYear(year)}>
            <span class="density-bar" style={{ height: `${8 + (40 * count) / most}px` }} />
            <span class="density-year">{year}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Timeline({ query }: { query: URLSearchParams }) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const iri = query.get("iri");
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const kind = query.get("kind") ?? "";
  const [ends, setEnds] = useState({ from, to });
  const answer = useAnswer<{ events: TimelineEvent[] }>("/api/timeline", { iri, from, to, limit: LIMIT });
  const thing = useAnswer<Thing>(iri ? "/api/thing" : null, { iri });
  const name = thing.data?.name ?? "";
  const change = (changed: Record<string, string | null>) => go(viewLink("timeline", { iri, from, to, kind, ...changed }));

  const kinds = useMemo(() => [...new Set(answer.data?.events.map((event) => event.kind) ?? [])].sort(), [answer.data]);

  return (
    <>
      <header class="page-head">
        <h1>{iri && name ? say("timelineOf", { name }) : say("timelineAll")}</h1>
      </header>
      <form
        class="filters card"
        onSubmit={(event) => {
          event.preventDefault();
          change(ends);
        }}
      >
        <Search label={say("oneThing")} keep initial={name} onChoose={(chosen) => change({ iri: chosen.iri })} />
        <div class="field">
          <label for="timeline-from">{say("fromDate")}</label>
          <input id="timeline-from" type="text" inputMode="numeric" placeholder="2020" size={10} value={ends.from} pattern="\d{4}(-\d\d){0,2}" onInput={(event) => setEnds({ ...ends, from: event.currentTarget.value })} onChange={() => change(ends)} />
        </div>
        <div class="field">
          <label for="timeline-to">{say("toDate")}</label>
          <input id="timeline-to" type="text" inputMode="numeric" placeholder="2025-06" size={10} value={ends.to} pattern="\d{4}(-\d\d){0,2}" onInput={(event) => setEnds({ ...ends, to: event.currentTarget.value })} onChange={() => change(ends)} />
        </div>
        <div class="field">
          <label for="timeline-kind">{say("kind")}</label>
          <select id="timeline-kind" value={kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
            <option value="">{say("anyKind")}</option>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {knowledge.propertyName(one, language)}
              </option>
            ))}
          </select>
        </div>
        {(iri || from || to || kind) && (
          <button
            type="button"
            onClick={() => {
              setEnds({ from: "", to: "" });
              go(viewLink("timeline"));
            }}
          >
            {say("clear")}
          </button>
        )}
      </form>
      <Answer of={answer}>
        {({ events }) => {
          const shown = kind ? events.filter((event) => event.kind === kind) : events;
          if (shown.length === 0) return <Empty>{say("noEvents")}</Empty>;
          const years = new Map<string, TimelineEvent[]>();
          for (const event of shown) {
            const year = event.date.slice(0, event.date.indexOf("-", 1) < 0 ? undefined : event.date.indexOf("-", 1));
            years.set(year, [...(years.get(year) ?? []), event]);
          }
          return (
            <>
              <p class="faint" role="status">
                {say("eventsCount", { n: shown.length })}
                {events.length >= LIMIT && ` · ${say("earlierCut", { n: LIMIT })}`}
              </p>
              <Density
                years={new Map([...years].map(([year, all]) => [year, all.length]))}
                onYear={(year) => {
                  setEnds({ from: year, to: year });
                  change({ from: year, to: year });
                }}
              />
              {[...years].map(([year, all]) => (
                <section key={year} class="year">
                  <h2>{year}</h2>
                  <ol class="plain">
                    {all.map((event, index) => (
                      <li key={index} class="event">
                        <time class="date">{event.date === year ? <span class="hidden">{year}</span> : event.date.slice(year.length + 1)}</time>
                        <div>
                          <FactSentence of={event.fact} />
                          <EvidenceList all={event.fact.evidence} />
                        </div>
                      </li>
                    ))}
                  </ol>
                </section>
              ))}
            </>
          );
        }}
      </Answer>
    </>
  );
}
