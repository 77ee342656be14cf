/** The small window beside an underlined stretch: what is wrong, why, and what to say instead. */
import type { Language, Rule } from "./api";
import { icon, ICONS, make } from "./dom";
import { deletes, type Finding, type Fix } from "./findings";
import { say } from "./words";

export interface Shown {
  readonly finding: Finding;
  readonly lang: Language;
  /** Where the stretch is on the screen. */
  readonly anchor: DOMRect;
  /** Whether the keyboard goes into the card: when it was asked for by a key. */
  readonly focus: boolean;
  /** What is known of the rule; may come late or never. */
  readonly rule: Promise<Rule | undefined>;
  apply(fix: Fix): void;
  /** Called when the reader closes the card, with the keyboard to be taken back. */
  close(): void;
  next(forwards: boolean): void;
}

const GAP = 6;
const EDGE = 8;

export class Card {
  readonly element = make("div", {
    class: "card",
    role: "dialog",
    hidden: true,
    keydown: (event: KeyboardEvent) => this.#key(event),
  });
  #shown: Shown | undefined;

  get open(): boolean {
    return this.#shown !== undefined;
  }

  get finding(): Finding | undefined {
    return this.#shown?.finding;
  }

  /** Whether the keyboard is in the card. */
  get focused(): boolean {
    return this.element.contains((this.element.getRootNode() as Document | ShadowRoot).activeElement);
  }

  /** Close when what it is about is no longer among `findings`; the keyboard goes back to `field`. */
  keep(findings: readonly Finding[], field: { focus(): void }): void {
    if (this.#shown === undefined || findings.includes(this.#shown.finding)) return;
    const focused = this.focused;
    this.hide();
    if (focused) field.focus();
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#fill(shown);
    this.element.hidden = false;
    this.place(shown.anchor);
    if (shown.focus) this.focus();
  }

  hide(): void {
    this.#shown = undefined;
    this.element.hidden = true;
  }

  /** Take the keyboard: the first wording, or the card itself when there is none. */
  focus(): void {
    (this.element.querySelector<HTMLElement>(".alt") ?? this.element).focus();
  }

  /** Stand below the stretch, or above it where there is more room, inside the window. */
  place(anchor: DOMRect): void {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { clientWidth, clientHeight } = document.documentElement;
    const below = anchor.bottom + GAP;
    const fits = below + height <= clientHeight - EDGE || anchor.top < clientHeight / 2;
    const top = fits ? below : anchor.top - GAP - height;
    this.element.style.left = `${Math.max(EDGE, Math.min(anchor.left, clientWidth - width - EDGE))}px`;
    this.element.style.top = `${Math.max(EDGE, Math.min(top, clientHeight - height - EDGE))}px`;
  }

  #fill(shown: Shown): void {
    const { finding, lang } = shown;
    const title = make("strong", { class: "card-title" });
    const why = make("details", { class: "card-why", hidden: true });
    void shown.rule.then((rule) => {
      if (rule === undefined || this.#shown !== shown) return;
      title.textContent = rule.title;
      if (!rule.title_en) title.lang = "zh";
      if (rule.why) {
        const reason = make("p", rule.why_en ? {} : { lang: "zh" }, rule.why);
        why.append(make("summary", {}, say(lang, "card.why")), reason);
        why.hidden = false;
      }
      this.place(shown.anchor);
    });
    const message = make("p", { class: "card-message", id: "keqi-card-message" }, finding.message);
    this.element.setAttribute("aria-label", say(lang, "card.label"));
    this.element.setAttribute("aria-describedby", message.id);
    this.element.tabIndex = -1;
    this.element.replaceChildren(
      make(
        "div",
        { class: "card-head" },
        make("span", { class: `level ${finding.level}` }, say(lang, `level.${finding.level}`)),
        title,
        this.#button("next", "card.next", () => shown.next(true)),
        this.#button("close", "card.close", () => shown.close()),
      ),
      message,
      this.#alternatives(shown),
      why,
      ...this.#hints(shown),
    );
  }

  /** Which keys do what: other ones while the keyboard is still in the draft. */
  #hints({ finding, lang }: Shown): HTMLElement[] {
    if (finding.fixes.length === 0) return [];
    const hint = (key: "card.keys" | "card.click"): HTMLElement =>
      make("p", { class: `card-keys ${key.replace(".", "-by-")}`, "aria-hidden": "true" }, say(lang, key));
    return [hint("card.keys"), hint("card.click")];
  }

  #alternatives({ finding, lang, apply }: Shown): HTMLElement {
    if (finding.fixes.length === 0) return make("p", { class: "card-none" }, say(lang, "card.none"));
    const offer = (fix: Fix): HTMLElement => {
      const wording = deletes(fix) ? say(lang, "card.delete") : fix.title;
      const button = make("button", { class: "alt", type: "button", click: () => apply(fix) }, make("span", {}, wording));
      if (!fix.safe) {
        button.append(make("small", { title: say(lang, "card.confirm.title") }, say(lang, "card.confirm")));
      }
      return make("li", {}, button);
    };
    return make("ul", { class: "alts" }, ...finding.fixes.map(offer));
  }

  #button(name: "next" | "close", label: "card.next" | "card.close", click: () => void): HTMLElement {
    const words = say(this.#shown?.lang ?? "zh", label);
    return make("button", { class: "icon-button", type: "button", title: words, "aria-label": words, click }, icon(ICONS[name]));
  }

  #key(event: KeyboardEvent): void {
    const shown = this.#shown;
    if (shown === undefined || event.isComposing) return;
    const alternatives = [...this.element.querySelectorAll<HTMLElement>(".alt")];
    const root = this.element.getRootNode() as Document | ShadowRoot;
    const current = alternatives.indexOf(root.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const digit = /^[1-9]$/.test(event.key) ? shown.finding.fixes[Number(event.key) - 1] : undefined;
    if (event.key === "Escape") shown.close();
    else if (event.key === "F8") shown.next(!event.shiftKey);
    else if (step !== undefined) alternatives.at((current + step) % alternatives.length)?.focus();
    else if (digit !== undefined) shown.apply(digit);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
