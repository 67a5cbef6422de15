/** The things next to one thing: those that point to it at the left, those that it points to at the right. */

import type { Fact, Ref, Status } from "../api";
import { thingLink } from "../route";
import { useKnowledge } from "../store";
import { useWidth } from "../parts/figures";
import { useLanguage, useSay } from "../words";
import { currentTheme, DASHES, edgeWidth, onGround, shapeOf, short } from "./look";
import { ShapeMark } from "./picture";

interface Neighbour {
  thing: Ref;
  properties: string[];
  status: Status;
  documents: number;
}

const ROW = 34;
const MOST = 9;

function neighbours(facts: Fact[], other: (fact: Fact) => Ref | null, iri: string): Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const fact of facts) {
    const thing = other(fact);
    if (!thing || thing.iri === iri) continue;
    const known = found.get(thing.iri);
    const documents = fact.documents ?? fact.evidence.length;
    if (!known) found.set(thing.iri, { thing, properties: [fact.property], status: fact.status, documents });
    else {
      if (!known.properties.includes(fact.property)) known.properties.push(fact.property);
      if (fact.status === "asserted") known.status = "asserted";
      known.documents = Math.max(known.documents, documents);
    }
  }
  return [...found.values()].sort((a, b) => b.documents - a.documents);
}

export function Bowtie({ thing, facts }: { thing: Ref; facts: Fact[] }) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const [frame, width] = useWidth<HTMLElement>(640);
  const theme = currentTheme();
  const outward = neighbours(facts.filter((fact) => fact.subject.iri === thing.iri), (fact) => fact.object, thing.iri);
  const inward = neighbours(facts.filter((fact) => fact.object?.iri === thing.iri), (fact) => fact.subject, thing.iri).filter(
    (one) => !outward.some((other) => other.thing.iri === one.thing.iri),
  );
  if (outward.length + inward.length === 0) return null;
  const left = inward.slice(0, MOST);
  const right = outward.slice(0, MOST);
  const more = inward.length + outward.length - left.length - right.length;
  const height = Math.max(left.length, right.length, 2) * ROW + 28;
  const labels = Math.min(190, width * 0.3);
  const characters = Math.max(4, Math.floor((labels - 16) / 13));
  const middle = { x: left.length === 0 ? 60 : right.length === 0 ? width - 60 : width / 2, y: height / 2 };
  const rowY = (index: number, count: number) => middle.y + (index - (count - 1) / 2) * ROW;
  const roomy = width > 560;
  const side = (all: Neighbour[], x: number, outside: number) =>
    all.map((one, index) => {
      const y = rowY(index, all.length);
      const bend = (middle.x + x) / 2;
      const dash = DASHES[one.status];
      const relation = one.properties.map((name) => knowledge.propertyName(name, language)).join(" · ");
      // What is spoken begins with what is seen.
      const name = short(one.thing.name, characters);
      const spoken = name === one.thing.name ? `${name}: ${relation}` : `${name} (${one.thing.name}): ${relation}`;
      return (
        <g key={one.thing.iri}>
          <path
            d={`M${middle.x} ${middle.y}C${bend} ${middle.y} ${bend} ${y} ${x} ${y}`}
            fill="none"
            stroke={theme.edge[one.status]}
            stroke-width={edgeWidth(one.documents)}
            stroke-dasharray={dash ? dash.join(" ") : undefined}
          />
          {roomy && (
            <text class="halo faint-text" x={x - outside * 12} y={y - 5} font-size={11} text-anchor={outside > 0 ? "end" : "start"}>
              {short(relation, 14)}
              {one.status === "asserted" ? "" : `（${say(one.status)}）`}
            </text>
          )}
          <a href={thingLink(one.thing.iri)} aria-label={spoken}>
            <ShapeMark shape={shapeOf(one.thing.class)} x={x} y={y} radius={7} colour={onGround(knowledge.colour(one.thing.class), theme)} outline="transparent" />
            <text class="halo" x={x + outside * 14} y={y + 4.5} font-size={13} text-anchor={outside > 0 ? "start" : "end"}>
              {name}
              <title>{`${one.thing.name}: ${relation}`}</title>
            </text>
          </a>
        </g>
      );
    });
  return (
    <figure class="bowtie" ref={frame}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label={say("around")}>
        {side(left, labels, -1)}
        {side(right, width - labels, 1)}
        <ShapeMark shape={shapeOf(thing.class)} x={middle.x} y={middle.y} radius={12} colour={onGround(knowledge.colour(thing.class), theme)} outline="transparent" />
        {roomy && (
          <text class="halo strong" x={middle.x} y={middle.y + 30} font-size={14} text-anchor="middle">
            {short(thing.name, 12)}
          </text>
        )}
      </svg>
      {more > 0 && <figcaption class="faint">+{more}</figcaption>}
    </figure>
  );
}
