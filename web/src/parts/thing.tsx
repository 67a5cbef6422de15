/** A thing as a link, with the mark of its class: the colour is never the only sign, the class is also written or spoken. */

import type { Ref } from "../api";
import { thingLink } from "../route";
import { useKnowledge } from "../store";
import { useLanguage } from "../words";

export function ClassMark({ name }: { name: string }) {
  const knowledge = useKnowledge();
  return <span class="class-mark" style={{ "--class": knowledge.colour(name) }} aria-hidden="true" />;
}

export function ClassTag({ name }: { name: string }) {
  const knowledge = useKnowledge();
  const language = useLanguage();
  return (
    <span class="class-tag" style={{ "--class": knowledge.colour(name) }}>
      <ClassMark name={name} />
      {knowledge.className(name, language)}
    </span>
  );
}

export function ThingLink({ thing }: { thing: Ref }) {
  const knowledge = useKnowledge();
  const language = useLanguage();
  return (
    <a class="thing-link" href={thingLink(thing.iri)} title={knowledge.className(thing.class, language)}>
      <ClassMark name={thing.class} />
      <bdi>{thing.name}</bdi>
    </a>
  );
}
