/** The SPARQL editor: CodeMirror with colours of the page, completion from the vocabulary, and marks at errors. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const KEYWORDS =
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION GRAPH BIND AS VALUES MINUS EXISTS NOT GROUP BY ORDER ASC DESC HAVING LIMIT OFFSET CONSTRUCT DESCRIBE ASK FROM NAMED PREFIX COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT STR LANG DATATYPE REGEX CONTAINS STRSTARTS STRENDS STRLEN SUBSTR STRBEFORE STRAFTER LCASE UCASE CONCAT REPLACE COALESCE IF BOUND YEAR MONTH DAY IRI isIRI isLiteral IN a".split(" ");

/** A name that can be completed: what is inserted, and what it means. */
export interface Known {
  name: string;
  detail: string;
  kind: "class" | "property" | "namespace";
}

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  known: Known[];
  /** Things whose names begin so, written as a query may write them. */
  things: (beginning: string) => Promise<{ written: string; detail: string }[]>;
  onRun: () => void;
  onChange: (text: string) => void;
}

const look = EditorView.theme({
  "&": { fontSize: "0.95rem", backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-content": { fontFamily: "var(--mono)", padding: "10px 0", caretColor: "var(--ink)", minHeight: "12rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", maxHeight: "60vh", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--faint)", border: "none", borderRadius: "8px 0 0 8px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: 0.8 },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool], color: "var(--code-number)" },
  { tag: [tags.namespace, tags.propertyName, tags.typeName, tags.className, tags.url], color: "var(--code-name)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--faint)", fontStyle: "italic" },
]);

function completion(options: EditorOptions) {
  const keywords: Completion[] = KEYWORDS.map((label) => ({ label, type: "keyword" }));
  const known: Completion[] = options.known.map(({ name, detail, kind }) => ({ label: name, detail, type: kind }));
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const names = new Set([...context.state.doc.toString().matchAll(/[?$]\w+/g)].map(([name]) => name));
      names.delete(variable.text);
      return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const thing = context.matchBefore(/kg:[^\s;.,(){}<>"|]*/);
    if (thing) {
      const found = await options.things(thing.text.slice(3));
      if (context.aborted) return null;
      return { from: thing.from, options: found.map(({ written, detail }) => ({ label: written, detail, type: "constant" })), filter: false };
    }
    const word = context.matchBefore(/[\w\p{L}:-]+/u);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    // A Chinese label finds its property as well as the name does.
    const typed = word?.text ?? "";
    if (/\p{Script=Han}/u.test(typed)) {
      const found = known.filter(({ detail }) => detail?.includes(typed));
      return found.length > 0 ? { from, options: found, filter: false } : null;
    }
    return { from, options: [...known, ...keywords], validFor: /^[\w:-]*$/ };
  };
}

/**
 * Writes over selected text itself. Where the browser does it, it tries to keep the style of what is gone with an inline style,
 * which the page's policy forbids.
 */
function overwrite(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const { data } = event;
  if (event.inputType !== "insertText" || !data || view.composing || empty) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
  const taken = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, insert));
  if (!taken) view.dispatch(insert());
  return true;
}

export class Editor {
  private readonly view: EditorView;

  constructor(options: EditorOptions) {
    // In a shadow root CodeMirror adopts its style sheets instead of writing them into the page, which the page's policy forbids.
    const root = options.parent.shadowRoot ?? options.parent.attachShadow({ mode: "open" });
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: options.text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          sparql(),
          syntaxHighlighting(colours),
          look,
          autocompletion({ override: [completion(options)], icons: false }),
          Prec.highest(
            keymap.of([
              {
                key: "Mod-Enter",
                run: () => {
                  options.onRun();
                  return true;
                },
              },
            ]),
          ),
          // Tab is left to the page, so that the keyboard gets out of the editor.
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          EditorView.domEventHandlers({ beforeinput: overwrite }),
          EditorView.contentAttributes.of({ "aria-label": options.label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) options.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  /** Marks an error at a line and a column, both from 1; columns count characters. */
  mark(message: string, line: number | undefined, column: number | undefined): void {
    const { doc } = this.view.state;
    if (line === undefined || line < 1 || line > doc.lines) return;
    const { from, to, text } = doc.line(line);
    const units = [...text].slice(0, Math.max(0, (column ?? 1) - 1)).join("").length;
    const place = Math.min(to, from + units);
    this.view.dispatch(setDiagnostics(this.view.state, [{ from: place, to: Math.min(to, place + 1), severity: "error", message }]));
    this.view.dispatch({ selection: { anchor: place }, scrollIntoView: true });
  }

  unmark(): void {
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
