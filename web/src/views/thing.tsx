/** All that is known of one thing, each fact with its sentences. */

import { useEffect, useState } from "preact/hooks";
import type { Thing } from "../api";
import { Bowtie } from "../graph/bowtie";
import { FactList } from "../parts/fact";
import { FigureTable, LineChart, seriesOf } from "../parts/figures";
import { Answer, Empty } from "../parts/notice";
import { DocumentRows } from "../parts/rows";
import { ClassTag } from "../parts/thing";
import { viewLink } from "../route";
import { useAnswer } from "../store";
import { useSay } from "../words";

function CopyIri({ iri }: { iri: string }) {
  const say = useSay();
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      class="link"
      title={iri}
      onClick={() => {
        void navigator.clipboard?.writeText(iri).then(() => setDone(true));
      }}
    >
      {done ? say("copied") : say("copyIri")}
    </button>
  );
}

const DOCUMENTS = 8;

function Shown({ thing }: { thing: Thing }) {
  const say = useSay();
  const [allDocuments, setAllDocuments] = useState(false);
  useEffect(() => {
    document.title = `${thing.name} · ${say("name")}`;
  }, [thing, say]);
  const outward = thing.facts.filter((fact) => fact.subject.iri === thing.iri);
  const inward = thing.facts.filter((fact) => fact.subject.iri !== thing.iri);
  const series = seriesOf(thing.figures);
  const documents = allDocuments ? thing.documents : thing.documents.slice(0, DOCUMENTS);
  return (
    <article class="thing">
      <header class="page-head">
        <div>
          <h1>
            <bdi>{thing.name}</bdi>
          </h1>
          <p class="meta">
            <ClassTag name={thing.class} />
            {thing.aliases.length > 0 && (
              <span>
                <span class="faint">{say("alsoCalled")}</span> {thing.aliases.join("、")}
              </span>
            )}
            {thing.notation && (
              <span>
                <span class="faint">{say("code")}</span> {thing.notation}
              </span>
            )}
            <span class="faint">{say("mentionsCount", { n: thing.mentions })}</span>
          </p>
        </div>
        <p class="actions">
          <a class="button" href={viewLink("graph", { iri: thing.iri })}>
            {say("openGraph")}
          </a>
          <a class="button" href={viewLink("timeline", { iri: thing.iri })}>
            {say("openTimeline")}
          </a>
          <CopyIri iri={thing.iri} />
        </p>
      </header>
      <div class="thing-columns">
        <div>
          {thing.facts.some((fact) => fact.object) && (
            <section class="card">
              <h2>{say("around")}</h2>
              <Bowtie thing={thing} facts={thing.facts} />
            </section>
          )}
          {outward.length > 0 && (
            <section class="card">
              <h2>{say("factsOut")}</h2>
              <FactList facts={outward} inward={false} />
            </section>
          )}
          {inward.length > 0 && (
            <section class="card">
              <h2>{say("factsIn")}</h2>
              <FactList facts={inward} inward />
            </section>
          )}
          {thing.factsTotal > thing.facts.length && <p class="faint">{say("cutShort", { shown: thing.facts.length, n: thing.factsTotal })}</p>}
          {thing.facts.length === 0 && <Empty>{say("noFacts")}</Empty>}
        </div>
        <div>
          {thing.figures.length > 0 && (
            <section class="card">
              <h2>{say("figures")}</h2>
              {series.map((one) => (
                <LineChart key={`${one.measure} ${one.unit}`} of={one} />
              ))}
              <FigureTable figures={thing.figures} />
            </section>
          )}
          <section class="card">
            <h2>{say("inDocuments", { n: thing.documentsTotal })}</h2>
            <DocumentRows documents={documents} />
            {thing.documents.length > DOCUMENTS && !allDocuments && (
              <button type="button" class="link" onClick={() => setAllDocuments(true)}>
                {say("moreRows", { n: thing.documents.length - DOCUMENTS })}
              </button>
            )}
          </section>
        </div>
      </div>
    </article>
  );
}

export function ThingView({ iri }: { iri: string }) {
  const answer = useAnswer<Thing>(iri ? "/api/thing" : null, { iri });
  if (!iri) return <Empty />;
  return <Answer of={answer}>{(thing) => <Shown thing={thing} />}</Answer>;
}
