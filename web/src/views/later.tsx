/** A part of the page that is fetched when it is first needed. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure, Loading } from "../parts/notice";

export function Later({ load }: { load: () => Promise<ComponentType> }) {
  const [Part, setPart] = useState<ComponentType | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let wanted = true;
    setError(null);
    load()
      .then((part) => wanted && setPart(() => part))
      .catch((problem: Error) => wanted && setError(problem));
    return () => {
      wanted = false;
    };
  }, [round]);
  if (error) return <Failure error={error} retry={() => setRound((n) => n + 1)} />;
  return Part ? <Part /> : <Loading />;
}
