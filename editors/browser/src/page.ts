/** What the extension's own pages share. */
import { say } from "./settings";

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Put the words in the browser's language where the page names them. */
export function translate(): void {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  document.title = say("name");
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = say(element.dataset["say"] ?? "");
  }
}
