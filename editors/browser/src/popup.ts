/** The button in the toolbar: on or off for the site in front of the reader. */
import { byId, translate } from "./page";
import { load, say } from "./settings";
import { ask, forget, turnOff, turnOn, type Wanted } from "./sites";

async function show(): Promise<void> {
  translate();
  byId("options").addEventListener("click", () => void chrome.runtime.openOptionsPage());
  await forget();
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const { server, sites } = await load();
  if (!server) tell(say("noServer"));
  else if (!tab?.url || !/^https?:/.test(tab.url)) tell(say("noSite"));
  else {
    const { origin, host } = new URL(tab.url);
    byId("site").textContent = say("site", host);
    byId("switch").hidden = false;
    const on = byId<HTMLInputElement>("on");
    on.checked = sites.includes(origin);
    on.addEventListener("change", () => void turn({ origin, tab: tab.id ?? -1 }, on));
  }
}

async function turn(wanted: Wanted, on: HTMLInputElement): Promise<void> {
  if (!on.checked) {
    await turnOff(wanted.origin);
    tell(say("off"));
  } else if (await ask(wanted)) {
    await turnOn(wanted);
    tell(say("on"));
  } else {
    on.checked = false;
    await forget();
    tell(say("refusedSite"));
  }
}

function tell(sentence: string): void {
  byId("state").textContent = sentence;
}

void show();
