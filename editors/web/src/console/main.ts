/** The page: draft, verdict, findings, phrases, and what ties them together. */
import { ApiError, type Asking, type Checked, fix, phrases, profiles, type Rule, rules, type Scene } from "../core/api";
import { Card } from "../core/card";
import { CARD, TOKENS_DARK, TOKENS_LIGHT } from "../core/card.css";
import { Checker, type Outcome } from "../core/checker";
import { adopt, icon, ICONS, make } from "../core/dom";
import { deletes, type Finding, type Fix, matters } from "../core/findings";
import { PROFILE_ORDER, profileName, say, type Word } from "../core/words";
import { askToken, showHelp } from "./dialogs";
import { BLANK, Editor } from "./editor";
import { FindingsList } from "./list";
import { PhraseList } from "./phrases";
import { load, type Prefs, save } from "./prefs";
import { Rewrite } from "./rewrite";

const EXAMPLE =
  "你好，这个问题我不知道，你自己看说明吧😊。\n改地址不行，你早干嘛去了。订单 20240618 等一下再查。";

/** Where the server is: the page may lie below another address, behind a proxy. */
const BASE = new URL(".", document.baseURI).href;
/** Milliseconds for which a verdict may stand while the draft has changed: longer, and it would mislead. */
const STALE = 400;
/** Milliseconds for which a passing remark is shown. */
const REMARK = 4000;

class Console {
  #prefs: Prefs = load();
  #outcome: Outcome | undefined;
  #checked: Checked | undefined;
  #rules: Promise<Map<string, Rule>> | undefined;
  #scenes: readonly Scene[] = [];
  #profiles: { default: string; profiles: string[] } = { default: "", profiles: [] };
  #remark: ReturnType<typeof setTimeout> | undefined;
  #stale: ReturnType<typeof setTimeout> | undefined;

  readonly #texts: [HTMLElement, Word][] = [];
  readonly #names: [HTMLElement, Word][] = [];

  readonly #profile = make("select", { id: "profile", change: () => this.#setProfile() });
  readonly #language = make("button", { class: "tool", type: "button", click: () => this.#switchLanguage() });
  readonly #theme = make("button", { class: "icon-button", type: "button", click: () => this.#switchTheme() });
  readonly #verdict = make("p", { class: "verdict", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  readonly #note = make("p", { class: "note" });
  readonly #count = make("p", { class: "count" });
  readonly #toast = make("p", { class: "toast", role: "status", hidden: true });
  readonly #host = make("div", { class: "editor" });
  readonly #findingsPanel = make("div", { class: "panel", id: "panel-findings", role: "tabpanel", tabindex: "-1" });
  readonly #phrasesPanel = make("div", { class: "panel", id: "panel-phrases", role: "tabpanel", tabindex: "-1" });
  readonly #tabs = {
    findings: this.#tab("findings"),
    phrases: this.#tab("phrases"),
  };
  readonly #buttons = {
    rewrite: this.#action("do.rewrite", "magic", () => this.#openRewrite(), "primary"),
    undo: this.#action("do.undo", "undo", () => this.#editor.undo(), "small"),
    redo: this.#action("do.redo", "redo", () => this.#editor.redo(), "small redo"),
    clear: this.#action("do.clear", "clear", () => this.#clear(), "small"),
    copy: this.#action("do.copy", "copy", () => void this.#copy(), ""),
  };

  readonly #card = new Card();
  readonly #editor: Editor;
  readonly #checker: Checker;
  readonly #list: FindingsList;
  readonly #phrases: PhraseList;
  readonly #rewrite: Rewrite;

  constructor() {
    adopt(document, `:root{${TOKENS_LIGHT}}:root[data-theme=dark]{${TOKENS_DARK}}${CARD}`);
    this.#checker = new Checker(
      () => this.#asking,
      (outcome) => this.#told(outcome),
    );
    this.#editor = new Editor(this.#host, {
      changed: (text) => this.#checker.check(text),
      composing: () => this.#checker.stop(),
      opened: (finding, byKey) => this.#openCard(finding, byKey),
      left: () => this.#card.hide(),
      moved: () => this.#follow(),
      command: (name) => (name === "rewrite" ? this.#openRewrite() : void this.#copy()),
    });
    this.#list = new FindingsList(this.#findingsPanel, {
      opened: (finding) => this.#openFromList(finding),
      apply: (finding, chosen) => this.#apply(finding, chosen),
      example: () => this.#showExample(),
    });
    this.#phrases = new PhraseList(this.#phrasesPanel, {
      insert: (phrase) => this.#insert(phrase.text),
      scene: (scene) => this.#set({ scene }),
      search: (word) => phrases({ ...this.#asking, profile: this.#profile.value }, word),
    });
    this.#rewrite = new Rewrite({
      mend: (text, unsafe, signal) => fix(this.#asking, text, unsafe, signal),
      take: (edits) => this.#take(edits),
      unsafe: (unsafe) => this.#set({ unsafe }),
      closed: () => this.#editor.focus(),
    });
    document.body.append(...this.#layout(), this.#card.element, this.#toast);
    this.#listen();
    this.#paint();
    this.#chooseTab(this.#prefs.tab);
    void this.#learn();
    this.#editor.focus();
  }

  get #asking(): Asking {
    return { url: BASE, token: this.#prefs.token, profile: this.#prefs.profile, lang: this.#prefs.lang };
  }

  #say(word: Word, filled?: Record<string, string | number>): string {
    return say(this.#prefs.lang, word, filled);
  }

  // -- how it is laid out ------------------------------------------------------------------------

  #layout(): HTMLElement[] {
    const brand = make("h1", { class: "brand" });
    const logo = make("img", { src: "icon.svg", alt: "", width: "34", height: "34" });
    brand.append(logo, this.#text("span", "brand"));
    const profile = make("label", { class: "pick", for: "profile" }, this.#text("span", "profile"), this.#profile);
    const open = (): void => showHelp(this.#prefs.lang);
    const help = make("button", { class: "icon-button", type: "button", click: open }, icon(ICONS.help));
    this.#names.push([help, "help"]);
    const header = make("header", { class: "top" }, brand, this.#text("p", "tagline", "tagline"), profile);
    header.append(make("div", { class: "top-tools" }, this.#language, this.#theme, help));
    return [header, make("main", {}, this.#draft(), this.#side())];
  }

  #draft(): HTMLElement {
    const { rewrite, undo, redo, clear, copy } = this.#buttons;
    const tools = make("div", { class: "tools" }, rewrite, undo, redo, clear, make("span", { class: "space" }), copy);
    const foot = make("div", { class: "foot" }, make("div", {}, this.#verdict, this.#note), this.#count);
    const section = make("section", { class: "sheet draft" }, tools, this.#host, foot);
    this.#names.push([section, "draft"]);
    return section;
  }

  #side(): HTMLElement {
    const { findings, phrases: other } = this.#tabs;
    const keydown = (event: KeyboardEvent): void => this.#tabKey(event);
    const bar = make("div", { class: "tabs", role: "tablist", keydown }, findings, other);
    this.#findingsPanel.setAttribute("aria-labelledby", findings.id);
    this.#phrasesPanel.setAttribute("aria-labelledby", other.id);
    return make("aside", { class: "sheet side-sheet" }, bar, this.#findingsPanel, this.#phrasesPanel);
  }

  #text<K extends "span" | "p">(tag: K, word: Word, className = ""): HTMLElementTagNameMap[K] {
    const element = make(tag, className ? { class: className } : {});
    this.#texts.push([element, word]);
    return element;
  }

  #action(word: Word, drawing: keyof typeof ICONS, click: () => void, kind: string): HTMLButtonElement {
    const button = make("button", { class: `button ${kind}`, type: "button", click }, icon(ICONS[drawing]));
    button.append(this.#text("span", word));
    this.#names.push([button, word]);
    return button;
  }

  #tab(name: "findings" | "phrases"): HTMLButtonElement {
    const click = (): void => this.#chooseTab(name);
    const role = { role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}` };
    const button = make("button", { class: "tab", type: "button", ...role, click }, this.#text("span", `tab.${name}`));
    button.append(make("span", { class: "badge", hidden: true }));
    return button;
  }

  // -- what is said on it ------------------------------------------------------------------------

  #paint(): void {
    const { lang, theme } = this.#prefs;
    document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
    document.title = this.#say("title");
    for (const [element, word] of this.#texts) element.textContent = this.#say(word);
    for (const [element, word] of this.#names) {
      element.setAttribute("aria-label", this.#say(word));
      if (element instanceof HTMLButtonElement) element.title = this.#say(word);
    }
    this.#language.textContent = this.#say("language");
    this.#language.title = this.#say("language.label");
    this.#language.lang = lang === "en" ? "zh-CN" : "en";
    this.#theme.replaceChildren(icon(ICONS[theme]));
    this.#theme.title = this.#say(`theme.${theme}`);
    this.#theme.setAttribute("aria-label", this.#theme.title);
    this.#paintTheme();
    this.#paintProfiles();
    this.#editor.label(this.#say("draft"), this.#say("placeholder"));
    this.#phrases.show(lang, this.#scenes, this.#prefs.scene);
    this.#paintOutcome();
  }

  #paintTheme(): void {
    const { theme } = this.#prefs;
    const systems = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    document.documentElement.dataset["theme"] = theme === "system" ? systems : theme;
  }

  #paintProfiles(): void {
    const { lang, profile } = this.#prefs;
    const known = this.#profiles.profiles.length ? this.#profiles.profiles : [profile || "general"];
    const rank = (id: string): number => (PROFILE_ORDER.includes(id) ? PROFILE_ORDER.indexOf(id) : PROFILE_ORDER.length);
    const order = [...known].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    this.#profile.replaceChildren(...order.map((id) => make("option", { value: id }, profileName(lang, id))));
    this.#profile.value = known.includes(profile) ? profile : this.#profiles.default || "general";
  }

  /** Verdict, note, badges and list, after an answer or after a change of language. */
  #paintOutcome(): void {
    const text = this.#editor.text;
    const findings = text.trim() ? this.#editor.findings : [];
    const characters = [...text.replace(/\s/g, "")].length;
    this.#count.textContent = this.#say("verdict.count", { n: characters });
    this.#paintVerdict(text, findings);
    this.#paintNote(text, findings);
    const badge = this.#tabs.findings.querySelector<HTMLElement>(".badge");
    if (badge) {
      badge.hidden = findings.length === 0;
      badge.textContent = String(findings.length);
    }
    for (const button of [this.#buttons.rewrite, this.#buttons.copy, this.#buttons.clear]) button.disabled = !text.trim();
    this.#buttons.undo.disabled = !this.#editor.undoable;
    this.#buttons.redo.disabled = !this.#editor.redoable;
    this.#list.show(this.#prefs.lang, text, findings);
  }

  #paintVerdict(text: string, findings: readonly Finding[]): void {
    const [kind, sentence] = this.#judge(text, findings);
    this.#verdict.dataset["kind"] = kind;
    if (this.#verdict.textContent === sentence) return;
    const drawing = kind === "ok" ? ICONS.check : ICONS.alert;
    this.#verdict.replaceChildren(...(kind === "empty" ? [] : [icon(drawing)]), sentence);
  }

  #judge(text: string, findings: readonly Finding[]): [string, string] {
    if (!text.trim()) return ["empty", this.#say("verdict.empty")];
    if (this.#outcome?.kind === "failed") {
      const { status, message } = this.#outcome.error;
      return ["failed", status ? this.#say("verdict.failed", { why: message }) : this.#say("verdict.offline")];
    }
    if (this.#checked === undefined) return ["empty", this.#say("verdict.checking")];
    const left = findings.filter(matters).length;
    const gravest = findings.some((finding) => finding.level === "error") ? "error" : "warning";
    if (left) return [gravest, this.#say("verdict.left", { n: left })];
    return ["ok", findings.length ? this.#say("verdict.advice", { n: findings.length }) : this.#say("verdict.ok")];
  }

  #paintNote(text: string, findings: readonly Finding[]): void {
    const names = [...new Set([...text.matchAll(BLANK)].map((blank) => blank[1] as string))];
    const separator = this.#prefs.lang === "en" ? ", " : "、";
    const turns = this.#checked?.turns;
    const more = findings.filter((finding) => !matters(finding)).length;
    const said = [
      // Where nothing has to change, the verdict says it.
      ...(more && more < findings.length ? [this.#say("verdict.more", { n: more })] : []),
      ...(turns ? [this.#say("verdict.chat", { n: turns.length })] : []),
      ...(names.length ? [this.#say("verdict.gaps", { n: names.length, names: names.join(separator) })] : []),
    ];
    this.#note.textContent = said.join(" · ");
  }

  #told(outcome: Outcome): void {
    if (outcome.kind === "checking") {
      // The last verdict stands while the next one is on its way, which takes a blink: no flicker.
      this.#stale ??= setTimeout(() => this.#doubt(), STALE);
      if (!this.#editor.text.trim()) this.#paintOutcome();
      return;
    }
    clearTimeout(this.#stale);
    this.#stale = undefined;
    this.#outcome = outcome;
    if (outcome.kind === "checked") {
      if (!this.#editor.show(outcome.checked)) return;
      this.#checked = outcome.checked;
      this.#card.keep(this.#editor.findings, this.#editor);
    } else if (outcome.error.status === 401) this.#askToken();
    this.#paintOutcome();
  }

  /** No answer has come for a while: the verdict on an older draft is none on this one. */
  #doubt(): void {
    this.#stale = undefined;
    if (this.#outcome?.kind === "checked") this.#outcome = undefined;
    this.#checked = undefined;
    this.#paintOutcome();
  }

  // -- what is done on it ------------------------------------------------------------------------

  #openCard(finding: Finding, byKey: boolean): void {
    this.#rules ??= rules(this.#asking).catch(() => new Map<string, Rule>());
    const rule = this.#rules.then((known) => known.get(finding.rule));
    this.#editor.locate(finding, (anchor) => {
      this.#card.show({
        finding,
        lang: this.#prefs.lang,
        anchor,
        focus: byKey,
        rule,
        apply: (chosen) => this.#apply(finding, chosen),
        close: () => this.#closeCard(),
        next: (forwards) => this.#editor.step(forwards),
      });
    });
  }

  #closeCard(): void {
    this.#card.hide();
    this.#editor.focus();
  }

  #openFromList(finding: Finding): void {
    this.#editor.select(finding);
    this.#host.scrollIntoView({ block: "nearest" });
    this.#openCard(finding, true);
  }

  #follow(): void {
    const open = this.#card.finding;
    if (open !== undefined) this.#editor.locate(open, (place) => this.#card.place(place));
  }

  #apply(finding: Finding, chosen: Fix): void {
    // An answer to an older draft has no business in this one.
    if (!this.#editor.findings.includes(finding)) return this.#card.hide();
    const fromCard = this.#card.open;
    this.#card.hide();
    this.#editor.edit(chosen.edits, "input.fix");
    if (fromCard) this.#editor.focus();
    this.#checker.check(this.#editor.text, true);
    this.#mention(deletes(chosen) ? this.#say("did.delete") : this.#say("did.apply", { text: chosen.title }), true);
  }

  #openRewrite(): void {
    this.#card.hide();
    this.#toast.hidden = true;
    if (this.#editor.text.trim()) this.#rewrite.open(this.#prefs.lang, this.#editor.text, this.#prefs.unsafe);
  }

  #take(edits: Parameters<Editor["edit"]>[0]): void {
    this.#editor.edit(edits, "input.rewrite");
    this.#checker.check(this.#editor.text, true);
    this.#mention(this.#say("did.rewrite"), true);
  }

  #insert(text: string): void {
    this.#editor.insert(text);
    if (matchMedia("(max-width: 860px)").matches) this.#mention(this.#say("did.insert", { text }), true);
  }

  #clear(): void {
    this.#editor.edit([{ from: 0, to: this.#editor.text.length, text: "" }], "delete.clear");
    this.#editor.focus();
    this.#mention(this.#say("did.clear"), true);
  }

  #showExample(): void {
    this.#editor.edit([{ from: 0, to: this.#editor.text.length, text: EXAMPLE }], "input.example");
    this.#editor.focus();
  }

  async #copy(): Promise<void> {
    const text = this.#editor.text;
    if (!text) return;
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    const left = this.#editor.findings.filter(matters).length;
    const copied = left ? this.#say("did.copy.left", { n: left }) : this.#say("did.copy");
    this.#mention(done || copiedByHand(text) ? copied : this.#say("did.copy.not"), false);
  }

  /** A passing remark, with a way back where something was changed. */
  #mention(sentence: string, undoable: boolean): void {
    clearTimeout(this.#remark);
    this.#toast.replaceChildren(make("span", {}, sentence));
    if (undoable) {
      const undo = (): void => {
        this.#editor.undo();
        this.#editor.focus();
        this.#toast.hidden = true;
      };
      this.#toast.append(make("button", { class: "link", type: "button", click: undo }, this.#say("do.undo")));
    }
    this.#toast.hidden = false;
    this.#remark = setTimeout(() => void (this.#toast.hidden = true), REMARK);
  }

  // -- choices -----------------------------------------------------------------------------------

  #set(change: Partial<Prefs>): void {
    this.#prefs = { ...this.#prefs, ...change };
    save(this.#prefs);
  }

  #setProfile(): void {
    this.#set({ profile: this.#profile.value });
    this.#rules = undefined;
    this.#checker.check(this.#editor.text, true);
    void this.#learnPhrases();
  }

  #switchLanguage(): void {
    this.#set({ lang: this.#prefs.lang === "zh" ? "en" : "zh" });
    this.#card.hide();
    this.#rules = undefined;
    this.#paint();
    this.#checker.check(this.#editor.text, true);
  }

  #switchTheme(): void {
    const order = ["system", "light", "dark"] as const;
    this.#set({ theme: order[(order.indexOf(this.#prefs.theme) + 1) % order.length] ?? "system" });
    this.#paint();
  }

  #chooseTab(name: "findings" | "phrases", focus = false): void {
    this.#set({ tab: name });
    for (const [key, tab] of Object.entries(this.#tabs)) {
      tab.setAttribute("aria-selected", String(key === name));
      tab.tabIndex = key === name ? 0 : -1;
    }
    this.#findingsPanel.hidden = name !== "findings";
    this.#phrasesPanel.hidden = name !== "phrases";
    if (focus) this.#tabs[name].focus();
  }

  #tabKey(event: KeyboardEvent): void {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    this.#chooseTab(this.#prefs.tab === "findings" ? "phrases" : "findings", true);
  }

  // -- what the server knows ---------------------------------------------------------------------

  async #learn(): Promise<void> {
    try {
      this.#profiles = await profiles(this.#asking);
      if (!this.#profiles.profiles.includes(this.#prefs.profile)) this.#set({ profile: "" });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#askToken();
    }
    this.#paintProfiles();
    await this.#learnPhrases();
  }

  async #learnPhrases(): Promise<void> {
    this.#scenes = await phrases({ ...this.#asking, profile: this.#profile.value }).catch(() => []);
    this.#phrases.show(this.#prefs.lang, this.#scenes, this.#prefs.scene);
  }

  #askToken(): void {
    askToken(this.#prefs.lang, (token) => {
      this.#set({ token });
      void this.#learn();
      this.#checker.check(this.#editor.text, true);
    });
  }

  // -- keys, and what the window does ------------------------------------------------------------

  #listen(): void {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paintTheme());
    addEventListener("resize", () => this.#follow());
    addEventListener("scroll", () => this.#follow(), { passive: true });
    addEventListener("keydown", (event) => {
      if (event.key !== "F8" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      this.#editor.step(!event.shiftKey);
    });
    addEventListener("pointerdown", (event) => {
      const path = event.composedPath();
      if (this.#card.open && !path.includes(this.#card.element) && !path.includes(this.#host)) this.#card.hide();
    });
  }
}

/** Copying where the clipboard is out of reach, as on plain http. */
function copiedByHand(text: string): boolean {
  const active = document.activeElement as HTMLElement | null;
  const area = make("textarea", { class: "offstage", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  active?.focus();
  return done;
}

new Console();
