/** Documents as a list: title and date. */

import type { DocumentRef } from "../api";
import { viewLink } from "../route";
import { useSay } from "../words";

export function DocumentRows({ documents }: { documents: DocumentRef[] }) {
  const say = useSay();
  return (
    <ul class="plain rows">
      {documents.map((one) => (
        <li key={one.id}>
          <a href={viewLink("document", { id: one.id })}>
            <bdi>{one.title || one.id}</bdi>
          </a>
          <span class="faint date">{one.date ?? say("noDate")}</span>
        </li>
      ))}
    </ul>
  );
}
