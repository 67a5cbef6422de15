/** The search box with suggestions: the combobox pattern of ARIA, with the keys that go with it. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { get, type Found, type Ref } from "../api";
import { useKnowledge } from "../store";
import { useLanguage, useSay } from "../words";
import { ClassMark } from "./thing";

export interface SearchProps {
  label: string;
  onChoose: (thing: Ref) => void;
  /** What the box shows at first. */
  initial?: string;
  large?: boolean;
  hideLabel?: boolean;
  /** Keeps the chosen name in the box, as a form field does; otherwise the box is emptied. */
  keep?: boolean;
  /** Things to search in instead of the store. */
  within?: () => Found[];
}

const PAUSE = 120;

export function Search({ label, onChoose, initial = "", large = false, hideLabel = false, keep = false, within }: SearchProps) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(initial);
  const [found, setFound] = useState<Found[] | null>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [failed, setFailed] = useState("");

  useEffect(() => setText(initial), [initial]);

  useEffect(() => {
    if (!open) return undefined;
    if (within) {
      const wanted = text.trim().toLocaleLowerCase();
      setFound(within().filter((one) => one.name.toLocaleLowerCase().includes(wanted)).slice(0, 20));
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      get<{ results: Found[] }>("/api/search", { q: text.trim(), limit: 12 }, abort.signal)
        .then(({ results }) => {
          setFound(results);
          setActive(results.length > 0 && text.trim() ? 0 : -1);
          setFailed("");
        })
        .catch((error: Error) => {
          if (!abort.signal.aborted) setFailed(error.message);
        });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, open, within]);

  useEffect(() => {
    if (open && active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, open, id]);

  const choose = (thing: Found) => {
    setOpen(false);
    setActive(-1);
    setText(keep ? thing.name : "");
    onChoose(thing);
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const count = found?.length ?? 0;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        if (!open) setOpen(true);
        else if (count > 0) {
          const step = event.key === "ArrowDown" ? 1 : -1;
          setActive((now) => (now < 0 ? (step > 0 ? 0 : count - 1) : (now + step + count) % count));
        }
        break;
      }
      case "Enter": {
        const chosen = open ? found?.[active] : undefined;
        if (chosen) {
          event.preventDefault();
          choose(chosen);
        }
        break;
      }
      case "Escape":
        if (open) {
          event.preventDefault();
          setOpen(false);
          setActive(-1);
        } else {
          setText("");
        }
        break;
      default:
    }
  };

  const shown = open && (found !== null || failed !== "");
  const options = found ?? [];
  return (
    <div class={large ? "search large" : "search"}>
      <label for={id} class={hideLabel ? "hidden" : undefined}>
        {label}
      </label>
      <input
        ref={box}
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={say("searchHint")}
        aria-expanded={shown && options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => {
          if (!keep || !text) setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} class="suggestions" hidden={!shown || options.length === 0}>
        {options.map((one, index) => (
          <li
            key={one.iri}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
            onMouseMove={() => setActive(index)}
          >
            <ClassMark name={one.class} />
            <span class="suggestion-name">
              <bdi>{one.name}</bdi>
              {one.matched === "alias" && one.aliases.length > 0 && (
                <span class="faint"> {one.aliases.slice(0, 3).join("、")}</span>
              )}
            </span>
            <span class="faint suggestion-class">{knowledge.className(one.class, language)}</span>
          </li>
        ))}
      </ul>
      {shown && found !== null && options.length === 0 && text.trim() !== "" && (
        <p class="suggestions none">{say("searchNone", { q: text.trim() })}</p>
      )}
      {shown && failed !== "" && <p class="suggestions none">{failed}</p>}
      <span class="hidden" role="status">
        {shown && options.length > 0 ? say("searchCount", { n: options.length }) : ""}
      </span>
    </div>
  );
}
