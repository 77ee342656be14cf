/** The button in the toolbar: on or off for the site in front of the reader. */
import { load, pattern, save, say } from "./settings";
import { byId, translate } from "./page";

async function show(): Promise<void> {
  translate();
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const { server, sites } = await load();
  byId("options").addEventListener("click", () => void chrome.runtime.openOptionsPage());
  const state = byId("state");
  if (!server) state.textContent = say("noServer");
  else if (!tab?.url || !/^https?:/.test(tab.url)) state.textContent = say("noSite");
  else {
    const { origin, host } = new URL(tab.url);
    byId("site").textContent = say("site", host);
    byId("switch").hidden = false;
    state.hidden = true;
    const on = byId<HTMLInputElement>("on");
    on.checked = sites.includes(origin);
    on.addEventListener("change", () => void turn(origin, tab.id ?? -1, on));
  }
}

async function turn(origin: string, tab: number, on: HTMLInputElement): Promise<void> {
  // Asked for first, while the click still counts as one.
  if (on.checked && !(await chrome.permissions.request({ origins: [pattern(origin)] }))) {
    on.checked = false;
    return;
  }
  const { sites } = await load();
  const others = sites.filter((site) => site !== origin);
  await save({ sites: on.checked ? [...others, origin] : others });
  if (!on.checked) return;
  // The page that is open already gets it without being loaded anew.
  const target = { tabId: tab, allFrames: true };
  await chrome.scripting.insertCSS({ target, files: ["content.css"] });
  await chrome.scripting.executeScript({ target, files: ["content.js"] });
}

void show();
