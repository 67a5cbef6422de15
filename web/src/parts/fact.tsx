/** Facts: in a list below their relation, or as a sentence of subject, relation and object. */

import { useState } from "preact/hooks";
import type { Fact } from "../api";
import { useKnowledge } from "../store";
import { useLanguage, useSay } from "../words";
import { EvidenceList } from "./evidence";
import { ThingLink } from "./thing";

/** Title, time, amount and status of a fact. */
export function Qualifiers({ of }: { of: Fact }) {
  const say = useSay();
  return (
    <>
      {of.title && <span class="chip">{of.title}</span>}
      {of.time && <span class="chip date">{of.time}</span>}
      {of.amount && <span class="chip">{of.amount}</span>}
      {of.status !== "asserted" && <span class={`chip status ${of.status}`}>{say(of.status)}</span>}
    </>
  );
}

/** Subject → relation → object on one line. */
export function FactSentence({ of }: { of: Fact }) {
  const knowledge = useKnowledge();
  const language = useLanguage();
  return (
    <span class="fact-sentence">
      <ThingLink thing={of.subject} /> <span class="relation">{knowledge.propertyName(of.property, language)}</span>{" "}
      {of.object ? <ThingLink thing={of.object} /> : <span class="date">{of.value}</span>} <Qualifiers of={of} />
    </span>
  );
}

const FIRST = 12;

/** The facts of one relation, in one direction. */
function FactGroup({ property, facts, inward }: { property: string; facts: Fact[]; inward: boolean }) {
  const say = useSay();
  const knowledge = useKnowledge();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const shown = all ? facts : facts.slice(0, FIRST);
  const name = knowledge.propertyName(property, language);
  return (
    <section class="fact-group">
      <h3>
        {inward ? (
          <>
            <span class="faint">… </span>
            {name}
            <span class="faint"> → {say("this")}</span>
          </>
        ) : (
          name
        )}
      </h3>
      <ul class="plain">
        {shown.map((fact, index) => (
          <li key={index} class="fact">
            <div class="fact-line">
              {inward ? (
                <ThingLink thing={fact.subject} />
              ) : fact.object ? (
                <ThingLink thing={fact.object} />
              ) : (
                <span class="date strong">{fact.value}</span>
              )}
              <Qualifiers of={fact} />
            </div>
            <EvidenceList all={fact.evidence} />
          </li>
        ))}
      </ul>
      {facts.length > FIRST && !all && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {say("moreRows", { n: facts.length - FIRST })}
        </button>
      )}
    </section>
  );
}

export function FactList({ facts, inward }: { facts: Fact[]; inward: boolean }) {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(fact.property, [...(groups.get(fact.property) ?? []), fact]);
  return (
    <div class="fact-groups">
      {[...groups].map(([property, members]) => (
        <FactGroup key={property} property={property} facts={members} inward={inward} />
      ))}
    </div>
  );
}
