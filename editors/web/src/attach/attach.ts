/** The embeddable module; `public.d.ts` says what it offers. */
import { type Asking, type Checked, type Language, type Rule, rules } from "../core/api";
import { Card } from "../core/card";
import { CARD, FONT, TOKENS_DARK, TOKENS_LIGHT } from "../core/card.css";
import { Checker, type Outcome } from "../core/checker";
import { adopt, make } from "../core/dom";
import { at, carried, type Edit, type Finding, type Fix, neighbour, recognised } from "../core/findings";
import { say } from "../core/words";
import type * as Public from "../public";
import type { Options } from "../public";
import { RichText } from "./richtext";
import { otherButton, sendButton } from "./sendbutton";
import { parent, type Surface } from "./surface";
import { TextField } from "./textfield";

/** Milliseconds between looks at a field whose text a script may have changed without an event. */
const LOOK = 300;
/** Milliseconds for which sending may wait for the server's answer. */
const LONGEST_HOLD = 1500;

const STYLE = `
:host { all: initial; display: contents; ${TOKENS_LIGHT} }
:host([data-theme=dark]) { ${TOKENS_DARK} }
[hidden] { display: none !important; }
.copy-window, .line { position: fixed; z-index: var(--keqi-level, auto); overflow: hidden; pointer-events: none; }
.copy { box-sizing: border-box; width: max-content; margin: 0; border: 0; color: transparent; transform-origin: 0 0; user-select: none; }
.mark { text-decoration-line: underline; text-decoration-thickness: 2px; text-decoration-skip-ink: none; text-underline-offset: 3px; }
.mark.error { text-decoration-style: wavy; text-decoration-color: #c9372c; }
.mark.warning { text-decoration-style: wavy; text-decoration-color: #b4690e; }
.mark.info { text-decoration-style: dotted; text-decoration-color: #2f7abf; }
.mark.hint { text-decoration-style: dotted; text-decoration-color: #77817f; }
.line { height: 2px; }
.line.error { background: #c9372c; } .line.warning { background: #b4690e; }
.line.info { background: #2f7abf; } .line.hint { background: #77817f; }
.said { position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.ask { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; }
.ask p { flex: 1 1 100%; margin: 0; font: 600 15px/1.6 ${FONT}; }
.ask .ask-what { color: var(--error); font-weight: 400; overflow-wrap: anywhere; }
.ask button { padding: 6px 14px; border: 1px solid var(--line); border-radius: 9px; background: var(--surface); color: var(--text); font: 15px/1.6 ${FONT}; cursor: pointer; }
.ask small { margin-inline-start: 6px; color: var(--muted); font-size: 12.5px; }
.ask button:first-of-type { border-color: var(--accent); background: var(--accent); color: var(--accent-text); }
.ask button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
${CARD}`;

export const attach: typeof Public.attach = (element, options) => {
  const attachment = new Attachment(element, options);
  return { destroy: () => attachment.destroy(), recheck: () => attachment.recheck() };
};

export const attachable: typeof Public.attachable = (element): element is HTMLElement => {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  if (element instanceof HTMLInputElement) {
    return ["text", "search"].includes(element.type) && !element.readOnly && !element.disabled;
  }
  return element instanceof HTMLElement && element.isContentEditable;
};

class Attachment {
  readonly #host = make("div", { "data-keqi": true });
  readonly #layer = this.#host.attachShadow({ mode: "open" });
  readonly #said = make("p", { class: "said", role: "status", "aria-live": "polite" });
  readonly #ask = make("div", { class: "card", role: "alertdialog", hidden: true });
  readonly #card = new Card();
  readonly #surface: Surface;
  readonly #checker: Checker;
  readonly #gone = new AbortController();
  readonly #watch: MutationObserver;
  readonly #look: ReturnType<typeof setInterval>;
  #rules: Promise<Map<string, Rule>> | undefined;
  #findings: readonly Finding[] = [];
  #text = "";
  #composing = false;
  #frame = 0;
  /** The text that was checked last, or could not be. */
  #judged = "";
  /** The text that may go as it is. */
  #pass = "";
  /** The text that waits for the server's answer before it goes. */
  #waiting = "";
  #answered: () => void = () => undefined;

  constructor(
    private readonly field: HTMLElement,
    private readonly options: Options,
  ) {
    adoptHere(this.#layer, STYLE);
    this.#layer.append(this.#said, this.#card.element, this.#ask);
    const plain = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement;
    this.#surface = plain ? new TextField(field, this.#layer) : new RichText(field, this.#layer);
    this.#checker = new Checker(
      () => this.#asking,
      (outcome) => this.#told(outcome),
    );
    this.#watch = new MutationObserver(() => this.#changed());
    if (!plain) this.#watch.observe(field, { childList: true, characterData: true, subtree: true });
    this.#look = setInterval(() => this.#glance(), LOOK);
    this.#listen();
    this.#settle();
    this.recheck();
  }

  get #lang(): Language {
    const page = document.documentElement.lang || navigator.language;
    return this.options.lang ?? (/^en/i.test(page) ? "en" : "zh");
  }

  get #asking(): Asking {
    const { url, token, profile, send } = this.options;
    return { url, token: token ?? "", profile: profile ?? "", lang: this.#lang, ...(send && { send }) };
  }

  recheck(): void {
    this.#text = this.#surface.text;
    this.#checker.check(this.#text, true);
  }

  destroy(): void {
    this.#gone.abort();
    this.#checker.stop();
    this.#watch.disconnect();
    clearInterval(this.#look);
    cancelAnimationFrame(this.#frame);
    this.#surface.destroy();
    this.#host.remove();
  }

  // -- what happens to the field -----------------------------------------------------------------

  #listen(): void {
    const { signal } = this.#gone;
    const field = this.field;
    field.addEventListener("input", () => this.#changed(), { signal });
    field.addEventListener("compositionstart", () => this.#compose(true), { signal });
    field.addEventListener("compositionend", () => this.#compose(false), { signal });
    field.addEventListener("click", (event) => this.#clicked(event), { signal });
    field.addEventListener("keydown", (event) => this.#key(event), { signal });
    field.addEventListener("focus", () => this.#changed(), { signal });
    const elsewhere = (event: Event): void => {
      const path = event.composedPath();
      if (!path.includes(this.#host) && !path.includes(field)) this.#card.hide();
    };
    addEventListener("pointerdown", elsewhere, { signal, capture: true });
    if (this.options.hold) {
      addEventListener("keydown", (event) => this.#holdKey(event), { signal, capture: true });
      addEventListener("submit", (event) => this.#holdForm(event), { signal, capture: true });
      addEventListener("click", (event) => this.#holdClick(event), { signal, capture: true });
    }
  }

  #compose(begins: boolean): void {
    this.#composing = begins;
    if (begins) this.#checker.stop();
    else this.#changed(true);
  }

  /** Look whether the text is another one; while an input method composes, underlines only move along. */
  #changed(always = false): void {
    const text = this.#surface.text;
    if (text === this.#text && !always) {
      // The framework has drawn the same text anew: the underlines have to find it again.
      if (!this.#composing && this.#findings.length) this.#draw(this.#findings);
      return;
    }
    const { from, to, length } = difference(this.#text, text);
    const left = carried(this.#findings, from, to, length);
    this.#text = text;
    this.#judged = this.#pass = "";
    this.#card.hide();
    const live = this.#surface instanceof TextField;
    if (!this.#composing || live) this.#draw(left);
    else this.#findings = left;
    if (!this.#composing) this.#checker.check(text);
  }

  #glance(): void {
    if (!this.field.isConnected || this.#composing) return;
    this.#settle();
    // It was taken out of the page and put in again.
    if (this.#findings.length && this.#frame === 0) this.#draw(this.#findings);
    // Other fields tell by themselves.
    if (this.#surface instanceof TextField && this.#surface.text !== this.#text) this.#changed();
  }

  /** Lie in the same layer as the field, so that what covers the field covers its underlines too. */
  #settle(): void {
    let place: Element | undefined;
    let level = 0;
    for (let around: Element | null = this.field; around !== null && !place; around = parent(around)) {
      // A modal dialog covers all that is not inside it.
      if (around.matches("dialog:modal, [popover]")) place = around;
      else level = Math.max(level, Number(getComputedStyle(around).zIndex) || 0);
    }
    place ??= document.body;
    if (this.field.isConnected && this.#host.parentNode !== place) place.append(this.#host);
    this.#host.style.setProperty("--keqi-level", level ? String(level) : "auto");
    const dark = this.options.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    this.#host.dataset["theme"] = dark;
  }

  // -- findings ----------------------------------------------------------------------------------

  #told(outcome: Outcome): void {
    if (outcome.kind === "checked") this.#show(outcome.checked);
    else if (outcome.kind === "failed") {
      this.#draw([]);
      this.#judged = this.#text;
      this.#answered();
      const why = outcome.error.status ? outcome.error.message : say(this.#lang, "verdict.offline");
      this.#tell(say(this.#lang, "field.status.failed", { why }));
    }
  }

  #show(checked: Checked): void {
    if (this.#composing || checked.text !== this.#surface.text) return;
    this.#draw(recognised(checked.findings, this.#findings));
    this.#judged = checked.text;
    this.#answered();
    this.#card.keep(this.#findings, this.field);
    const n = checked.findings.length;
    const blank = !checked.text.trim();
    this.#tell(blank ? "" : say(this.#lang, n ? "field.status" : "field.status.none", { n }));
    this.options.onFindings?.(checked.findings);
  }

  #tell(sentence: string): void {
    if (this.#said.textContent !== sentence) this.#said.textContent = sentence;
  }

  #draw(findings: readonly Finding[]): void {
    this.#findings = findings;
    this.#surface.draw(findings);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (findings.length) this.#frame = requestAnimationFrame(() => this.#follow());
  }

  /** Once a frame, while there is something to see: whatever moved the field, the underlines follow. */
  #follow(): void {
    this.#surface.follow();
    if (!this.field.isConnected) {
      this.#card.hide();
      this.#frame = 0;
      return;
    }
    const open = this.#card.finding;
    const place = open && this.#surface.places(open)[0];
    if (place) this.#card.place(place);
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  // -- the card ----------------------------------------------------------------------------------

  #clicked(event: MouseEvent): void {
    const here = this.#findings.filter((finding) => this.#surface.places(finding).some((box) => inside(box, event)));
    const found = at(here, this.#surface.caret, this.#text) ?? here[0];
    if (found) this.#open(found, false);
    else this.#card.hide();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || this.#findings.length === 0) return;
    const asked = (event.key === "Enter" && event.altKey) || (event.key === "." && (event.ctrlKey || event.metaKey));
    const caret = this.#surface.caret;
    if (event.key === "F8") this.#step(!event.shiftKey, { from: caret, to: caret });
    else if (asked) {
      const found = at(this.#findings, caret, this.#text);
      if (!found) return;
      this.#open(found, true);
    } else if (event.key === "Escape" && this.#card.open) this.#card.hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(forwards: boolean, from: { from: number; to: number }): void {
    const next = neighbour(this.#findings, from, forwards);
    if (next) this.#open(next, true);
  }

  #open(finding: Finding, byKey: boolean): void {
    this.#settle();
    this.#rules ??= rules(this.#asking).catch(() => new Map<string, Rule>());
    const places = this.#surface.places(finding);
    this.#card.show({
      finding,
      lang: this.#lang,
      anchor: places[0] ?? this.field.getBoundingClientRect(),
      focus: byKey,
      rule: this.#rules.then((known) => known.get(finding.rule)),
      apply: (fix) => void this.#apply(finding, fix),
      close: () => {
        this.#card.hide();
        this.field.focus();
      },
      next: (forwards) => this.#step(forwards, finding),
    });
  }

  async #apply(finding: Finding, fix: Fix): Promise<void> {
    this.#card.hide();
    if (this.#surface.text !== this.#text || !this.#findings.includes(finding)) return;
    await this.#surface.replace(joined(this.#text, fix.edits));
    this.#changed();
    this.#checker.check(this.#surface.text, true);
  }

  // -- asking before something is sent -------------------------------------------------------------

  get #mustChange(): number {
    return this.#findings.filter((finding) => finding.level === "error").length;
  }

  #holdKey(event: KeyboardEvent): void {
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing && !this.#composing;
    const inField = event.composedPath().includes(this.field) && !event.composedPath().includes(this.#host);
    if (sends && inField) this.#hold(event, () => this.#enter(event));
  }

  #holdForm(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.contains(this.field)) this.#hold(event, () => form.requestSubmit(event.submitter));
  }

  #holdClick(event: MouseEvent): void {
    const path = event.composedPath();
    if (!this.field.isConnected || path.includes(this.#host)) return;
    const button = sendButton(path, this.field);
    // Drawn anew in the meantime, the button is another one.
    if (button) this.#hold(event, () => (button.isConnected ? button : otherButton(this.field))?.click());
  }

  /** Stop what would send the text until it is known to be fine, or somebody says that it may go. */
  #hold(event: Event, send: () => void): void {
    const text = this.#surface.text;
    const fine = this.#judged === text && this.#mustChange === 0;
    if (!text.trim() || fine || this.#pass === text) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // A second press while the first one waits is no second sending.
    if (this.#waiting === text) return;
    this.#waiting = text;
    void this.#judge(text).then(() => {
      this.#waiting = "";
      if (this.#surface.text !== text) return;
      if (this.#mustChange > 0) this.#askFirst(send);
      else this.#let(text, send);
    });
  }

  /** Resolves when `text` was checked, or could not be: a server that does not answer holds nobody up. */
  async #judge(text: string): Promise<void> {
    if (this.#judged === text) return;
    this.#text = text;
    const answered = new Promise<void>((done) => (this.#answered = done));
    this.#checker.check(text, true);
    await Promise.race([answered, new Promise((done) => setTimeout(done, LONGEST_HOLD))]);
  }

  #let(text: string, send: () => void): void {
    this.#pass = text;
    send();
  }

  /** Press Enter once more: for the page's scripts, or else for what the browser does with it in such a field. */
  #enter({ key, code, ctrlKey, metaKey }: KeyboardEvent): void {
    const again = { key, code, ctrlKey, metaKey, bubbles: true, cancelable: true, composed: true };
    if (!this.field.dispatchEvent(new KeyboardEvent("keydown", again))) return;
    if (this.field instanceof HTMLInputElement) this.field.form?.requestSubmit();
    else if (this.field instanceof HTMLTextAreaElement) document.execCommand("insertText", false, "\n");
    else document.execCommand("insertParagraph");
  }

  #askFirst(send: () => void): void {
    const close = (): void => {
      this.#ask.hidden = true;
      this.field.focus();
    };
    const goBack = (): void => {
      close();
      const first = this.#findings.find((finding) => finding.level === "error");
      if (first) this.#open(first, false);
    };
    const goOn = (): void => {
      close();
      // What was read and confirmed once is not asked about again.
      this.#let(this.#text, send);
    };
    const back = make("button", { type: "button", click: goBack }, say(this.#lang, "hold.back"));
    const anyway = make("button", { type: "button", click: goOn }, say(this.#lang, "hold.send"), make("small", {}, "Ctrl+Enter"));
    const title = say(this.#lang, "hold.title", { n: this.#mustChange });
    this.#ask.setAttribute("aria-label", title);
    this.#ask.setAttribute("aria-describedby", "keqi-ask-what");
    const what = make("p", { class: "ask-what", id: "keqi-ask-what" }, this.#quoted());
    this.#ask.replaceChildren(make("div", { class: "ask" }, make("p", {}, title), what, back, anyway));
    this.#ask.hidden = false;
    this.#ask.onkeydown = (event) => {
      if (event.key === "Escape") goBack();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) goOn();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    this.#placeAsk();
    back.focus();
  }

  /** What must change, as far as a glance takes it in. */
  #quoted(): string {
    const errors = this.#findings.filter((finding) => finding.level === "error" && finding.to > finding.from);
    const quotes = errors.slice(0, 3).map(({ from, to }) => `“${shortened(this.#text.slice(from, to))}”`);
    return quotes.join("") + (errors.length > quotes.length ? "…" : "");
  }

  /** Above the field, or below it where there is no room. */
  #placeAsk(): void {
    const { offsetWidth: width, offsetHeight: height } = this.#ask;
    const { clientWidth, clientHeight } = document.documentElement;
    const box = this.field.getBoundingClientRect();
    const above = box.top - height - 8;
    const top = above >= 8 ? above : Math.min(box.bottom + 8, clientHeight - height - 8);
    this.#ask.style.left = `${Math.max(8, Math.min(box.left, clientWidth - width - 8))}px`;
    this.#ask.style.top = `${Math.max(8, top)}px`;
  }
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > 16 ? `${characters.slice(0, 15).join("")}…` : text;
}

/** One edit for several, so that one undo takes all of them back. */
function joined(text: string, edits: readonly Edit[]): Edit {
  const order = [...edits].sort((a, b) => a.from - b.from);
  const from = order[0]?.from ?? 0;
  let done = from;
  let made = "";
  for (const edit of order) {
    made += text.slice(done, edit.from) + edit.text;
    done = edit.to;
  }
  return { from, to: done, text: made };
}

/** The stretch of `old` that differs, and how long it is in `text`. */
function difference(old: string, text: string): { from: number; to: number; length: number } {
  const most = Math.min(old.length, text.length);
  let head = 0;
  while (head < most && old[head] === text[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  return { from: head, to: old.length - tail, length: text.length - tail - head };
}

function inside(box: DOMRect, { clientX: x, clientY: y }: MouseEvent): boolean {
  return box.left - 2 <= x && x <= box.right + 2 && box.top <= y && y <= box.bottom + 4;
}

/** Adopt styles; in an extension on Firefox, where that is not allowed, a style element does it. */
function adoptHere(root: ShadowRoot, css: string): void {
  try {
    adopt(root, css);
  } catch {
    root.append(make("style", {}, css));
  }
}
