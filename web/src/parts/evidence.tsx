/** The sentences behind a fact, with the words that say it marked, each with a link to its place in the document. */

import { useState } from "preact/hooks";
import type { Evidence } from "../api";
import { viewLink } from "../route";
import { Places } from "../text";
import { useSay } from "../words";

/** One sentence with its words marked. */
export function Quote({ of }: { of: Evidence }) {
  const places = new Places(of.sentence);
  const start = Math.max(0, of.start - of.sentenceStart);
  const end = Math.max(start, of.end - of.sentenceStart);
  const length = of.sentence.length;
  const from = Math.min(length, places.unit(start));
  const to = Math.min(length, places.unit(end));
  return (
    <span class="quote-text">
      {of.sentence.slice(0, from).trimStart()}
      <mark>{of.sentence.slice(from, to)}</mark>
      {of.sentence.slice(to).trimEnd()}
    </span>
  );
}

export function EvidenceLine({ of }: { of: Evidence }) {
  const { document } = of;
  return (
    <blockquote class="quote">
      <Quote of={of} />
      <footer>
        <a href={viewLink("document", { id: document.id, at: `${of.start}-${of.end}` })}>
          <bdi>{document.title || document.id}</bdi>
        </a>
        {document.date && <span class="date"> {document.date}</span>}
      </footer>
    </blockquote>
  );
}

/** The first place, and the others behind a button. */
export function EvidenceList({ all }: { all: Evidence[] }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const [first] = all;
  if (!first) return null;
  return (
    <div class="evidence">
      <EvidenceLine of={first} />
      {open && all.slice(1).map((one) => <EvidenceLine key={`${one.document.id} ${one.start}`} of={one} />)}
      {all.length > 1 && (
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? say("fewerEvidence") : say("moreEvidence", { n: all.length - 1 })}
        </button>
      )}
    </div>
  );
}
