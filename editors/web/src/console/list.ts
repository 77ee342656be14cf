/** The findings as a list, by level: what is wrong, and the best wording one click away. */
import type { Language } from "../core/api";
import { icon, ICONS, make } from "../core/dom";
import { deletes, type Finding, type Fix, LEVELS } from "../core/findings";
import { say } from "../core/words";

export interface ListEvents {
  opened(finding: Finding): void;
  apply(finding: Finding, fix: Fix): void;
  example(): void;
}

/** Findings of a level that are listed; behind them the underlines have to do. */
const MOST = 100;

export class FindingsList {
  constructor(
    private readonly element: HTMLElement,
    private readonly events: ListEvents,
  ) {}

  /** Show the findings in `text`. The keyboard stays where it was, or goes to what took its place. */
  show(lang: Language, text: string, findings: readonly Finding[]): void {
    const buttons = (): HTMLElement[] => [...this.element.querySelectorAll<HTMLElement>("button")];
    const focused = buttons().indexOf(document.activeElement as HTMLElement);
    this.element.replaceChildren(...(findings.length ? this.#groups(lang, text, findings) : [this.#nothing(lang, text)]));
    if (focused >= 0) (buttons()[Math.min(focused, buttons().length - 1)] ?? this.element).focus();
  }

  #groups(lang: Language, text: string, findings: readonly Finding[]): HTMLElement[] {
    return LEVELS.flatMap((level) => {
      const members = findings.filter((finding) => finding.level === level);
      if (members.length === 0) return [];
      const heading = make("h3", { class: "group" });
      heading.append(make("span", { class: `level ${level}` }, say(lang, `level.${level}`)), ` ${members.length}`);
      const items = members.slice(0, MOST).map((finding) => this.#item(lang, text, finding));
      return [make("section", {}, heading, make("ul", { class: "findings" }, ...items))];
    });
  }

  #item(lang: Language, text: string, finding: Finding): HTMLElement {
    const open = make(
      "button",
      { class: "finding-main", type: "button", click: () => this.events.opened(finding) },
      make("q", { class: finding.level }, ...quoted(lang, text, finding)),
      make("span", {}, finding.message),
    );
    const item = make("li", { class: "finding" }, open);
    const best = finding.fixes[0];
    if (best !== undefined) item.append(this.#best(lang, finding, best));
    return item;
  }

  #best(lang: Language, finding: Finding, fix: Fix): HTMLElement {
    const line = make("div", { class: "finding-fix" });
    const apply = make("button", { class: "finding-apply", type: "button", click: () => this.events.apply(finding, fix) });
    const [verb, ...wording] = deletes(fix) ? [say(lang, "card.delete")] : [say(lang, "list.apply"), make("span", {}, fix.title)];
    apply.append(make("span", { class: "verb" }, verb), ...wording);
    line.append(apply);
    if (!fix.safe) {
      line.append(make("small", { class: "confirm", title: say(lang, "card.confirm.title") }, say(lang, "card.confirm")));
    }
    const more = finding.fixes.length - 1;
    if (more > 0) {
      const label = say(lang, "list.more", { n: more });
      line.append(make("button", { class: "link", type: "button", click: () => this.events.opened(finding) }, label));
    }
    return line;
  }

  #nothing(lang: Language, text: string): HTMLElement {
    if (text.trim()) return make("p", { class: "quiet good" }, icon(ICONS.check), say(lang, "list.ok"));
    const example = make("button", { class: "button", type: "button", click: () => this.events.example() });
    example.append(say(lang, "list.example"));
    return make("div", { class: "quiet" }, make("p", {}, say(lang, "list.empty")), example);
  }
}

/** Characters around a short quotation by which a reader knows it again. */
const AROUND = 6;

/** What a finding is about; a word or less with what stands around it in its clause. */
function quoted(lang: Language, text: string, { from, to }: Finding): (Node | string)[] {
  if (from === to) return [say(lang, "list.gone")];
  const said = text.slice(from, to);
  if (to - from > 2) return [said];
  const clause = `[^，。！？；：,.!?;:\\s]{0,${AROUND}}`;
  const before = new RegExp(`${clause}$`, "u").exec(text.slice(Math.max(0, from - 2 * AROUND), from))?.[0] ?? "";
  const behind = new RegExp(`^${clause}`, "u").exec(text.slice(to, to + 2 * AROUND))?.[0] ?? "";
  return [make("small", {}, before), said, make("small", {}, behind)];
}
