/** "Rewrite all": the draft before and after, side by side, and one key to take it. */
import { ApiError, type Language, type Mended } from "../core/api";
import { make } from "../core/dom";
import type { Edit } from "../core/findings";
import { say } from "../core/words";
import { compared } from "./compare";

export interface RewriteEvents {
  mend(text: string, unsafe: boolean, signal: AbortSignal): Promise<Mended>;
  take(edits: Edit[]): void;
  unsafe(chosen: boolean): void;
  closed(): void;
}

export class Rewrite {
  readonly #before = make("div", { class: "side" });
  readonly #after = make("div", { class: "side" });
  readonly #state = make("p", { class: "rewrite-state", role: "status" });
  readonly #unsafe = make("input", { type: "checkbox", id: "unsafe", change: () => this.#chosen() });
  readonly #take = make("button", { class: "button primary", type: "button", click: () => this.#taken() });
  readonly #dialog = make("dialog", { class: "dialog rewrite", close: () => this.#closed() });
  #lang: Language = "zh";
  #text = "";
  #edits: Edit[] = [];
  #running: AbortController | undefined;

  constructor(private readonly events: RewriteEvents) {
    document.body.append(this.#dialog);
  }

  /** Show what becomes of `text`. */
  open(lang: Language, text: string, unsafe: boolean): void {
    this.#lang = lang;
    this.#text = text;
    this.#unsafe.checked = unsafe;
    this.#build();
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#mend();
  }

  #build(): void {
    const title = make("h2", { id: "rewrite-title" }, say(this.#lang, "rewrite.title"));
    this.#dialog.setAttribute("aria-labelledby", "rewrite-title");
    const label = make("label", { class: "check", for: "unsafe" }, this.#unsafe, say(this.#lang, "rewrite.unsafe"));
    const cancel = make("button", { class: "button", type: "button", click: () => this.#dialog.close() });
    cancel.append(say(this.#lang, "rewrite.cancel"));
    this.#take.textContent = say(this.#lang, "rewrite.apply");
    const side = (name: "rewrite.before" | "rewrite.after", body: HTMLElement): HTMLElement => {
      body.tabIndex = 0;
      body.setAttribute("role", "group");
      body.setAttribute("aria-label", say(this.#lang, name));
      return make("div", { class: "column" }, make("h3", {}, say(this.#lang, name)), body);
    };
    const columns = make("div", { class: "columns" }, side("rewrite.before", this.#before), side("rewrite.after", this.#after));
    this.#dialog.replaceChildren(title, columns, label, this.#state, make("div", { class: "dialog-keys" }, cancel, this.#take));
  }

  async #mend(): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#take.disabled = true;
    this.#state.textContent = say(this.#lang, "rewrite.working");
    try {
      const mended = await this.events.mend(this.#text, this.#unsafe.checked, running.signal);
      if (!running.signal.aborted) this.#show(mended);
    } catch (error) {
      if (running.signal.aborted) return;
      const why = error instanceof ApiError && error.status ? error.message : say(this.#lang, "verdict.offline");
      this.#state.textContent = say(this.#lang, "verdict.failed", { why });
    }
  }

  #show(mended: Mended): void {
    this.#edits = compared(this.#text, mended.text);
    let by = 0;
    const fresh = this.#edits.map(({ from, to, text }) => {
      const start = from + by;
      by += text.length - (to - from);
      return [start, start + text.length] as const;
    });
    const old = this.#edits.map(({ from, to }) => [from, to] as const);
    this.#before.replaceChildren(...marked(this.#text, old, "del"));
    this.#after.replaceChildren(...marked(mended.text, fresh, "ins"));
    this.#state.textContent = this.#sentence(mended);
    this.#take.disabled = this.#edits.length === 0;
    if (this.#edits.length > 0) this.#take.focus();
  }

  #sentence(mended: Mended): string {
    const rest = mended.left ? say(this.#lang, "rewrite.left", { n: mended.left }) : say(this.#lang, "rewrite.done");
    return this.#edits.length ? rest : say(this.#lang, "rewrite.same");
  }

  #chosen(): void {
    this.events.unsafe(this.#unsafe.checked);
    void this.#mend();
  }

  #taken(): void {
    this.#dialog.close();
    this.events.take(this.#edits);
  }

  #closed(): void {
    this.#running?.abort();
    this.events.closed();
  }
}

function marked(text: string, spans: readonly (readonly [number, number])[], tag: "del" | "ins"): (Node | string)[] {
  let done = 0;
  const parts: (Node | string)[] = [];
  for (const [from, to] of spans) {
    parts.push(text.slice(done, from));
    if (to > from) parts.push(make(tag, {}, text.slice(from, to)));
    done = to;
  }
  return [...parts, text.slice(done)];
}
