/** Adds documents by pasting or dropping, and tells what was read from them. */

import { useRef, useState } from "preact/hooks";
import { addDocument, type Added } from "../api";
import { Empty } from "../parts/notice";
import { viewLink } from "../route";
import { useKnowledge } from "../store";
import { useLanguage, useSay } from "../words";

const TYPES: Record<string, string> = {
  txt: "text/plain",
  md: "text/markdown",
  markdown: "text/markdown",
  html: "text/html",
  htm: "text/html",
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
};

function typeOf(name: string): string {
  return TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "text/plain";
}

export function Add() {
  const say = useSay();
  const language = useLanguage();
  const { info } = useKnowledge();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [name, setName] = useState("");
  const [published, setPublished] = useState("");
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Added | null>(null);
  const [hint, setHint] = useState("");
  const chooser = useRef<HTMLInputElement>(null);

  if (!info.writable) return <Empty>{say("addReadOnly")}</Empty>;

  const send = async () => {
    if (!text.trim() && files.length === 0) {
      setHint(say("addNothing"));
      return;
    }
    setHint("");
    setBusy(true);
    const sum: Added = { read: [], failed: [] };
    const add = async (body: Blob | string, called: string, type: string) => {
      try {
        const added = await addDocument(body, called, published, type);
        sum.read.push(...added.read);
        sum.failed.push(...added.failed);
      } catch (error) {
        sum.failed.push({ name: called || say("pasted"), error: (error as Error).message });
      }
    };
    if (text.trim()) await add(text, name.trim(), "text/plain; charset=utf-8");
    for (const file of files) await add(file, files.length === 1 && !text.trim() && name.trim() ? name.trim() : file.name, typeOf(file.name));
    setBusy(false);
    setResult(sum);
    if (sum.failed.length === 0) {
      setText("");
      setFiles([]);
      setName("");
    }
  };

  return (
    <>
      <header class="page-head">
        <h1>{say("addTitle")}</h1>
      </header>
      <form
        class={`card add ${over ? "over" : ""}`}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          setFiles([...files, ...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <label for="add-text">{say("addText")}</label>
        <textarea id="add-text" rows={14} placeholder={say("addTextHint")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <div class="filters">
          <div class="field grow">
            <label for="add-name">{say("addName")}</label>
            <input id="add-name" type="text" value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </div>
          <div class="field">
            <label for="add-published">{say("addPublished")}</label>
            <input id="add-published" type="text" inputMode="numeric" size={12} placeholder="2025-06-01" pattern="\d{4}(-\d\d){0,2}" value={published} onInput={(event) => setPublished(event.currentTarget.value)} />
          </div>
          <div class="field">
            <input
              id="add-files"
              class="hidden"
              ref={chooser}
              type="file"
              multiple
              accept=".txt,.md,.markdown,.html,.htm,.jsonl,.ndjson"
              onChange={(event) => {
                setFiles([...files, ...(event.currentTarget.files ?? [])]);
                event.currentTarget.value = "";
              }}
            />
            <label for="add-files" class="button">
              {say("addFile")} <span class="faint small">&nbsp;{say("addFiles")}</span>
            </label>
          </div>
        </div>
        {files.length > 0 && (
          <ul class="plain chips">
            {files.map((file, index) => (
              <li key={index} class="chip">
                {file.name}{" "}
                <button type="button" class="link" aria-label={`${say("remove")} ${file.name}`} onClick={() => setFiles(files.filter((_, other) => other !== index))}>
                  ×
                </button>
              </li>
            ))}
          </ul>
        )}
        <p class="actions">
          <button type="submit" class="primary" disabled={busy}>
            {busy ? say("addReading") : say("addSend")}
          </button>
          <span role="status">{hint}</span>
        </p>
      </form>
      {result && (
        <section class="card" role="status">
          {result.read.length > 0 && (
            <>
              <h2>{say("addRead")}</h2>
              <ul class="plain rows">
                {result.read.map((one) => (
                  <li key={one.id}>
                    <a href={viewLink("document", { id: one.id })}>{one.id}</a>
                    <span class="faint">
                      {one.unchanged
                        ? say("addUnchanged")
                        : `${(one.statements ?? 0).toLocaleString(language)} ${say("statementsNoun")} · ${(one.things ?? 0).toLocaleString(language)} ${say("thingsNoun")}`}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
          {result.failed.length > 0 && (
            <>
              <h2>{say("addFailed")}</h2>
              <ul class="plain rows">
                {result.failed.map((one, index) => (
                  <li key={index}>
                    <strong>{one.name}</strong>
                    <span>{one.error}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
    </>
  );
}
