/**
 * The draft: CodeMirror with underlines.
 *
 * It lives in a shadow tree, where CodeMirror adopts its styles as objects: the page's
 * Content-Security-Policy allows no inline styles. While an input method composes, nothing here
 * asks, draws or replaces anything: underlines only move along with the text.
 */
import {
  defaultKeymap,
  history,
  historyKeymap,
  isolateHistory,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from "@codemirror/commands";
import {
  Compartment,
  EditorSelection,
  EditorState,
  Prec,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  MatchDecorator,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { Checked, Turn } from "../core/api";
import { FONT } from "../core/card.css";
import { make } from "../core/dom";
import { at, carried, type Edit, type Finding, LEVELS, neighbour, recognised, visible } from "../core/findings";

/** What the editor tells its page. */
export interface Listener {
  /** The draft has changed, and nobody is composing. */
  changed(text: string): void;
  /** A composition begins: whatever is under way comes too late. */
  composing(): void;
  /** A finding was clicked or asked for with a key. */
  opened(finding: Finding, byKey: boolean): void;
  /** The reader looks elsewhere. */
  left(): void;
  /** What stands on the screen may stand elsewhere now. */
  moved(): void;
  command(name: "rewrite" | "copy"): void;
}

interface Shown {
  readonly findings: readonly Finding[];
  readonly turns: readonly Turn[] | null;
  readonly marks: DecorationSet;
}

const show = StateEffect.define<Checked>();

const field = StateField.define<Shown>({
  create: () => ({ findings: [], turns: null, marks: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(show)) return shownOf(effect.value, value.findings, transaction.state);
    }
    return transaction.docChanged ? carriedAlong(value, transaction) : value;
  },
  provide: (self) => EditorView.decorations.from(self, (value) => value.marks),
});

function shownOf(checked: Checked, known: readonly Finding[], state: EditorState): Shown {
  const findings = recognised(checked.findings, known);
  const { turns } = checked;
  return { findings, turns, marks: marksOf(findings, turns, state) };
}

const MOST_CHANGES = 20;

function carriedAlong(value: Shown, transaction: Transaction): Shown {
  let findings = value.findings;
  const changes: [number, number, number][] = [];
  transaction.changes.iterChanges((from, to, start, end) => void changes.unshift([from, to, end - start]));
  // A change all over the draft is checked anew at once; carrying findings through it is not worth the while.
  if (changes.length > MOST_CHANGES) findings = [];
  for (const [from, to, length] of findings.length ? changes : []) findings = carried(findings, from, to, length);
  const turns = value.turns?.map((turn) => ({
    from: transaction.changes.mapPos(turn.from),
    to: transaction.changes.mapPos(turn.to),
  }));
  if (transaction.isUserEvent("input.type.compose")) {
    return { findings, turns: turns ?? null, marks: value.marks.map(transaction.changes) };
  }
  return { findings, turns: turns ?? null, marks: marksOf(findings, turns ?? null, transaction.state) };
}

function marksOf(findings: readonly Finding[], turns: readonly Turn[] | null, state: EditorState): DecorationSet {
  const text = state.doc.toString();
  const marks = findings.flatMap((finding) => {
    const { from, to } = visible(finding, text);
    return to > from ? [MARKS[LEVELS.indexOf(finding.level)]!.range(from, to)] : [];
  });
  let done = 0;
  for (const turn of turns ? [...turns, { from: text.length, to: text.length }] : []) {
    if (turn.from > done) marks.push(OTHER.range(done, turn.from));
    done = turn.to;
  }
  return Decoration.set(marks, true);
}

const MARKS = LEVELS.map((level) => Decoration.mark({ class: `keqi-mark keqi-${level}` }));
const OTHER = Decoration.mark({ class: "keqi-other" });

/** Blanks that are to be filled in before sending. Braces of template languages are not. */
export const BLANK = /(?<![{$#])\{([^{}\n]{1,20})\}(?!\})/g;

const blanks = ViewPlugin.fromClass(
  class {
    readonly #matcher = new MatchDecorator({ regexp: BLANK, decoration: Decoration.mark({ class: "keqi-blank" }) });
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = this.#matcher.createDeco(view);
    }

    update(update: ViewUpdate): void {
      const composing = update.view.compositionStarted;
      if (composing) this.decorations = this.decorations.map(update.changes);
      else this.decorations = this.#matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const underline = (style: string, level: string): Record<string, string> => ({
  textDecorationStyle: style,
  textDecorationColor: `var(--${level})`,
});
const mixed = (colour: string, percent: number): string => `color-mix(in srgb, var(--${colour}) ${percent}%, transparent)`;

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "transparent", fontSize: "17px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: FONT, lineHeight: "1.95", overflow: "auto" },
  ".cm-content": { padding: "18px 0 28px", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 22px" },
  ".cm-content ::selection, .cm-content::selection": { backgroundColor: mixed("accent", 26) },
  ".cm-placeholder": { color: "var(--muted)" },
  ".keqi-mark": {
    textDecorationLine: "underline",
    textDecorationThickness: "2px",
    textUnderlineOffset: "5px",
    textDecorationSkipInk: "none",
    borderRadius: "3px",
    cursor: "pointer",
  },
  ".keqi-error": { ...underline("wavy", "error"), backgroundColor: mixed("error", 9) },
  ".keqi-warning": underline("wavy", "warning"),
  ".keqi-info": underline("dotted", "info"),
  ".keqi-hint": underline("dotted", "hint"),
  ".keqi-other": { color: "var(--muted)" },
  ".keqi-blank": { backgroundColor: "var(--accent-soft)", borderRadius: "4px", padding: "2px 0" },
});

export class Editor {
  readonly view: EditorView;
  readonly #labels = new Compartment();

  constructor(
    host: HTMLElement,
    private readonly listener: Listener,
  ) {
    const root = host.attachShadow({ mode: "open", delegatesFocus: true });
    const parent = make("div", { class: "inside" });
    root.append(parent);
    this.view = new EditorView({ parent, root, state: this.#state() });
    parent.style.height = "100%";
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get findings(): readonly Finding[] {
    return this.view.state.field(field).findings;
  }

  /** Draw what was found, unless the draft has changed since or somebody is composing. */
  show(checked: Checked): boolean {
    if (this.view.compositionStarted || checked.text !== this.text) return false;
    this.view.dispatch({ effects: show.of(checked) });
    return true;
  }

  /** In which words the editor is called and what it says when it is empty. */
  label(name: string, empty: string): void {
    this.view.dispatch({ effects: this.#labels.reconfigure(labels(name, empty)) });
  }

  /** Make edits as one step of undoing, and tell where the text ends that they brought. */
  edit(edits: readonly Edit[], event: string): void {
    const changes = edits.map((edit) => ({ from: edit.from, to: edit.to, insert: edit.text }));
    const set = this.view.state.changes(changes);
    const last = edits.reduce((end, edit) => Math.max(end, edit.to), 0);
    this.view.dispatch({
      changes: set,
      selection: EditorSelection.cursor(set.mapPos(last, 1)),
      userEvent: event,
      annotations: isolateHistory.of("full"),
      scrollIntoView: true,
    });
  }

  /** Put a phrase where the cursor is, or for the selection; its first blank is selected. */
  insert(text: string): void {
    const { from, to } = this.view.state.selection.main;
    const blank = [...text.matchAll(BLANK)][0];
    const start = from + (blank?.index ?? text.length);
    this.view.dispatch({
      changes: { from, to, insert: text },
      selection: EditorSelection.single(start, start + (blank?.[0].length ?? 0)),
      userEvent: "input.phrase",
      annotations: isolateHistory.of("full"),
      scrollIntoView: true,
    });
    this.view.focus();
  }

  get undoable(): boolean {
    return undoDepth(this.view.state) > 0;
  }

  get redoable(): boolean {
    return redoDepth(this.view.state) > 0;
  }

  undo(): void {
    undo(this.view);
  }

  redo(): void {
    redo(this.view);
  }

  focus(): void {
    this.view.focus();
  }

  /** Select a finding and bring it into sight. */
  select(finding: Finding): void {
    // A selection shows only where the keyboard is.
    this.view.focus();
    const { from, to } = visible(finding, this.text);
    this.view.dispatch({ selection: EditorSelection.single(from, to), scrollIntoView: true });
  }

  /** Tell where a finding is on the screen, as soon as that can be measured. */
  locate(finding: Finding, tell: (place: DOMRect) => void): void {
    this.view.requestMeasure({ read: () => this.#place(finding), write: tell });
  }

  #place(finding: Finding): DOMRect {
    const { from, to } = visible(finding, this.text);
    const start = this.view.coordsAtPos(from, 1);
    const end = this.view.coordsAtPos(to, -1);
    const whole = this.view.dom.getBoundingClientRect();
    if (!start || !end) return new DOMRect(whole.left, whole.top, 0, 0);
    const top = Math.max(start.top, whole.top);
    return new DOMRect(start.left, top, Math.max(0, end.right - start.left), Math.min(end.bottom, whole.bottom) - top);
  }

  /** Open the next finding from the cursor, or the one before it. */
  step(forwards: boolean): void {
    const next = neighbour(this.findings, this.view.state.selection.main, forwards);
    if (next !== undefined) this.#open(next, true);
  }

  #open(finding: Finding, byKey: boolean): void {
    if (byKey) this.select(finding);
    this.listener.opened(finding, byKey);
  }

  #state(): EditorState {
    return EditorState.create({
      extensions: [
        history(),
        EditorView.lineWrapping,
        field,
        blanks,
        theme,
        Prec.high(keymap.of(this.#keys())),
        keymap.of([...defaultKeymap.filter((binding) => binding.key !== "Alt-Enter"), ...historyKeymap]),
        this.#labels.of(labels("", "")),
        EditorView.updateListener.of((update) => this.#updated(update)),
        EditorView.domEventHandlers({
          compositionstart: () => this.listener.composing(),
          // The text is complete only when CodeMirror has read what the input method left.
          compositionend: () => void setTimeout(() => this.#settled()),
          click: (event, view) => this.#clicked(event, view),
          scroll: () => this.listener.moved(),
        }),
      ],
    });
  }

  #keys(): { key: string; run: () => boolean }[] {
    const done = (act: () => void) => (): boolean => {
      act();
      return true;
    };
    const here = (): void => {
      const found = at(this.findings, this.view.state.selection.main.head, this.text);
      if (found !== undefined) this.#open(found, true);
      else this.step(true);
    };
    return [
      { key: "F8", run: done(() => this.step(true)) },
      { key: "Shift-F8", run: done(() => this.step(false)) },
      { key: "Alt-Enter", run: done(here) },
      { key: "Mod-.", run: done(here) },
      { key: "Mod-Shift-Enter", run: done(() => this.listener.command("rewrite")) },
      { key: "Mod-Enter", run: done(() => this.listener.command("copy")) },
      { key: "Escape", run: done(() => this.listener.left()) },
    ];
  }

  #updated(update: ViewUpdate): void {
    if (update.docChanged) {
      this.listener.left();
      if (!update.view.compositionStarted) this.listener.changed(this.text);
    }
    if (update.geometryChanged) this.listener.moved();
  }

  #settled(): void {
    if (!this.view.compositionStarted) this.listener.changed(this.text);
    else setTimeout(() => this.#settled(), 20);
  }

  #clicked(event: MouseEvent, view: EditorView): void {
    const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
    const marked = (event.target as Element | null)?.closest?.(".keqi-mark");
    const empty = view.state.selection.main.empty;
    const found = position !== null && marked && empty ? at(this.findings, position, this.text) : undefined;
    if (found !== undefined) this.#open(found, false);
    else this.listener.left();
  }
}

function labels(name: string, empty: string): ReturnType<typeof placeholder>[] {
  return [placeholder(empty), EditorView.contentAttributes.of({ "aria-label": name, spellcheck: "false" })];
}
