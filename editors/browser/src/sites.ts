/** Sites on which fields are checked: switched on with the browser's leave, which goes when the site does. */
import { load, pattern, save } from "./settings";

/** What somebody has asked for, and in which tab. */
export interface Wanted {
  readonly origin: string;
  readonly tab: number;
}

/**
 * Ask the browser for leave. Has to be called while the click still counts as one.
 *
 * The browser's question may close the popup that asked, so what was wanted is noted down for
 * `granted`, which runs where nothing closes.
 */
export function ask(wanted: Wanted): Promise<boolean> {
  void chrome.storage.session.set({ wanted });
  return leave(wanted.origin);
}

/** Ask for leave to reach an address; false too when the browser may not even ask. */
export function leave(origin: string): Promise<boolean> {
  return chrome.permissions.request({ origins: [pattern(origin)] }).catch(() => false);
}

/** The browser has given leave for `origins`: do what was waiting for it. */
export async function granted(origins: readonly string[]): Promise<void> {
  const { wanted } = (await chrome.storage.session.get()) as { wanted?: Wanted };
  if (wanted && origins.includes(pattern(wanted.origin))) await turnOn(wanted);
}

/** Nobody is waiting any more. */
export function forget(): Promise<void> {
  return chrome.storage.session.remove("wanted");
}

/** Check on a site from now on; the page that is open already gets it without being loaded anew. */
export async function turnOn({ origin, tab }: Wanted): Promise<void> {
  await forget();
  const { sites } = await load();
  // The popup and the background may both come here.
  if (sites.includes(origin)) return;
  await save({ sites: [...sites, origin] });
  const target = { tabId: tab, allFrames: true };
  await chrome.scripting.insertCSS({ target, files: ["content.css"] });
  await chrome.scripting.executeScript({ target, files: ["content.js"] });
}

export async function turnOff(origin: string): Promise<void> {
  const { sites } = await load();
  await save({ sites: sites.filter((site) => site !== origin) });
  await giveBack(origin);
}

/** Give back the leave for an address that neither a site nor the server needs any more. */
export async function giveBack(origin: string): Promise<void> {
  const { server, sites } = await load();
  const needed = [...sites, ...(server ? [server] : [])].map(pattern);
  if (!needed.includes(pattern(origin))) await chrome.permissions.remove({ origins: [pattern(origin)] });
}
