/** The page's small dialogs. */
import type { Language } from "../core/api";
import { make } from "../core/dom";
import { say, type Word } from "../core/words";

const KEYS: readonly (readonly [string, Word])[] = [
  ["F8 Shift+F8", "help.next"],
  ["Alt+Enter Ctrl+.", "help.open"],
  ["Enter", "help.apply"],
  ["Esc", "help.escape"],
  ["Ctrl+Shift+Enter", "help.rewrite"],
  ["Ctrl+Enter", "help.copy"],
  ["Ctrl+Z Ctrl+Y", "help.undo"],
];

/** Show which keys do what, and where drafts go. */
export function showHelp(lang: Language): void {
  const rows = KEYS.map(([keys, word]) => {
    const pressed = keys.split(" ").map((key) => make("kbd", {}, key));
    return make("tr", {}, make("td", {}, ...pressed), make("td", {}, say(lang, word)));
  });
  const close = make("button", { class: "button", type: "button" }, say(lang, "help.close"));
  const dialog = open(
    "help-title",
    make("h2", { id: "help-title" }, say(lang, "help")),
    make("table", { class: "keys" }, ...rows),
    make("p", { class: "fine" }, say(lang, "help.privacy")),
    make("div", { class: "dialog-keys" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  close.focus();
}

/** Ask for the server's token, unless that is being asked already. */
export function askToken(lang: Language, given: (token: string) => void): void {
  if (document.getElementById("token-title")) return;
  const input = make("input", { type: "password", id: "token", autocomplete: "current-password" });
  const form = make("form", { method: "dialog", submit: () => given(input.value.trim()) });
  form.append(
    make("h2", { id: "token-title" }, say(lang, "token.title")),
    make("label", { for: "token" }, say(lang, "token.label")),
    input,
    make("p", { class: "fine" }, say(lang, "token.note")),
    make("div", { class: "dialog-keys" }, make("button", { class: "button primary" }, say(lang, "token.save"))),
  );
  open("token-title", form);
}

/** A modal dialog with this content, which is gone when it is closed. */
function open(title: string, ...content: HTMLElement[]): HTMLDialogElement {
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": title }, ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
