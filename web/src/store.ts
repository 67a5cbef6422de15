/** What every view needs to know: the store's figures and the vocabulary with its labels and colours. */

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { get, type ClassEntry, type Info, type Parameters, type PropertyEntry, type Vocabulary, address } from "./api";
import type { Language } from "./words";

export class Knowledge {
  readonly classes: Map<string, ClassEntry>;
  readonly properties: Map<string, PropertyEntry>;
  private readonly measures: Map<string, { zh: string; en: string }>;

  constructor(
    readonly info: Info,
    readonly vocabulary: Vocabulary,
  ) {
    this.classes = new Map(vocabulary.classes.map((entry) => [entry.name, entry]));
    this.properties = new Map(vocabulary.properties.map((entry) => [entry.name, entry]));
    this.measures = new Map((vocabulary.measures ?? []).map((entry) => [entry.name, entry]));
  }

  className(name: string, language: Language): string {
    return this.classes.get(name)?.[language] ?? name;
  }

  propertyName(name: string, language: Language): string {
    return this.properties.get(name)?.[language] ?? name;
  }

  measureName(name: string, language: Language): string {
    return this.measures.get(name)?.[language] || name;
  }

  colour(name: string): string {
    return this.classes.get(name)?.colour ?? "#7A7A7A";
  }
}

export const KnowledgeContext = createContext<Knowledge | null>(null);

export function useKnowledge(): Knowledge {
  const knowledge = useContext(KnowledgeContext);
  if (!knowledge) throw new Error("the vocabulary is loaded before any view is shown");
  return knowledge;
}

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  loading: boolean;
  reload: () => void;
}

/** Fetches an answer and keeps the last one until the next is there. A null path fetches nothing. */
export function useAnswer<T>(path: string | null, parameters: Parameters = {}): Loaded<T> {
  const link = path === null ? null : address(path, parameters);
  const [state, setState] = useState<{ link: string | null; data: T | null; error: Error | null }>({ link: null, data: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (link === null) {
      setState({ link: null, data: null, error: null });
      return undefined;
    }
    const abort = new AbortController();
    get<T>(link, {}, abort.signal)
      .then((data) => setState({ link, data, error: null }))
      .catch((error: Error) => {
        if (!abort.signal.aborted) setState({ link, data: null, error });
      });
    return () => abort.abort();
  }, [link, round]);
  const reload = useCallback(() => {
    setState({ link: null, data: null, error: null });
    setRound((n) => n + 1);
  }, []);
  return { data: state.data, error: state.link === link ? state.error : null, loading: state.link !== link, reload };
}
