/** Standard phrases by scene, to be put into the draft. */
import type { Language, Phrase, Scene } from "../core/api";
import { make } from "../core/dom";
import { say } from "../core/words";
import { BLANK } from "./editor";

export interface PhraseEvents {
  insert(phrase: Phrase): void;
  scene(id: string): void;
  search(word: string): Promise<Scene[]>;
}

/** Phrases shown at most: more than anybody reads, few enough to be drawn at once. */
const MOST = 120;

export class PhraseList {
  readonly #scene = make("select", { id: "scene", change: () => this.#chosen() });
  readonly #search = make("input", { type: "search", id: "phrase-search", input: () => void this.#seek() });
  readonly #items = make("ul", { class: "phrases" });
  #scenes: readonly Scene[] = [];
  /** What is sought; null while nothing is. */
  #found: readonly Scene[] | null = null;
  #lang: Language = "zh";

  constructor(
    private readonly element: HTMLElement,
    private readonly events: PhraseEvents,
  ) {}

  /** Show these scenes, and of them the one named, or all. */
  show(lang: Language, scenes: readonly Scene[], chosen: string): void {
    this.#lang = lang;
    this.#scenes = scenes;
    if (scenes.length === 0) {
      this.element.replaceChildren(make("p", { class: "quiet" }, say(lang, "phrases.none")));
      return;
    }
    const options = [["", say(lang, "phrases.all")] as const, ...scenes.map((scene) => [scene.id, scene.title] as const)];
    this.#scene.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
    this.#scene.value = scenes.some((scene) => scene.id === chosen) ? chosen : "";
    this.#scene.setAttribute("aria-label", say(lang, "phrases.scene"));
    this.#search.placeholder = say(lang, "phrases.search");
    this.#search.setAttribute("aria-label", say(lang, "phrases.search"));
    this.element.replaceChildren(make("div", { class: "phrase-tools" }, this.#scene, this.#search), this.#items);
    void this.#seek();
  }

  #chosen(): void {
    this.events.scene(this.#scene.value);
    this.#list();
  }

  /** Ask the server what a word finds; an answer to an older word is dropped. */
  async #seek(): Promise<void> {
    const word = this.#search.value.trim();
    const found = word ? await this.events.search(word).catch(() => []) : null;
    if (word !== this.#search.value.trim()) return;
    this.#found = found;
    this.#list();
  }

  #list(): void {
    const shown = (this.#found ?? this.#scenes).filter((scene) => !this.#scene.value || scene.id === this.#scene.value);
    let left = MOST;
    const items = shown.flatMap((scene) => {
      const some = scene.phrases.slice(0, left);
      left -= some.length;
      if (some.length === 0) return [];
      return [make("li", { class: "scene" }, scene.title), ...some.map((phrase) => make("li", {}, this.#button(phrase)))];
    });
    if (items.length === 0) items.push(make("li", { class: "quiet" }, say(this.#lang, "phrases.nothing")));
    this.#items.replaceChildren(...items);
  }

  #button(phrase: Phrase): HTMLElement {
    const button = make("button", { class: "phrase", type: "button", click: () => this.events.insert(phrase) });
    if (phrase.title) button.append(make("strong", {}, phrase.title));
    const text = make("span", {});
    let done = 0;
    for (const blank of phrase.text.matchAll(BLANK)) {
      text.append(phrase.text.slice(done, blank.index), make("i", {}, blank[1] as string));
      done = blank.index + blank[0].length;
    }
    text.append(phrase.text.slice(done));
    button.append(text);
    return button;
  }
}
