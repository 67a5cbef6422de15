/** What stands where an answer will be: loading, nothing, or an error with a way on. */

import type { ComponentChildren } from "preact";
import { Refused } from "../api";
import type { Loaded } from "../store";
import { useSay } from "../words";

export function Loading() {
  const say = useSay();
  return (
    <p class="notice" role="status">
      <span class="spinner" aria-hidden="true" />
      {say("loading")}
    </p>
  );
}

export function Empty({ children }: { children?: ComponentChildren }) {
  const say = useSay();
  return <div class="notice empty">{children ?? say("empty")}</div>;
}

export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const say = useSay();
  return (
    <div class="notice failure" role="alert">
      <p>
        <strong>{say("failed")}</strong>
        {error instanceof Refused && error.line !== undefined && (
          <span class="faint"> {say("at", { line: error.line, column: error.column ?? 1 })}</span>
        )}
      </p>
      <p class="words">{error.message}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {say("retry")}
        </button>
      )}
    </div>
  );
}

/** Shows the answer when it is there, and what is the matter until then. */
export function Answer<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (of.error) return <Failure error={of.error} retry={of.reload} />;
  if (of.data === null) return <Loading />;
  return <div class={of.loading ? "stale" : undefined}>{children(of.data)}</div>;
}
