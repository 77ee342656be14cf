/** In the pages of a site that is switched on: the field in which somebody writes gets checked. */
import { attach, attachable } from "../../web/src/attach/attach";
import type { Attached, Send } from "../../web/src/public";
import { load, type Settings } from "./settings";

declare global {
  var keqiIsHere: boolean | undefined;
}

/** By way of the background, which knows where the server is. */
const send: Send = async (message) => {
  try {
    return (await chrome.runtime.sendMessage(message)) as { status: number; answer: unknown };
  } catch {
    return { status: 0, answer: null };
  }
};

const fields = new Map<HTMLElement, Attached>();
let settings: Settings | undefined;

function focused(event: Event): void {
  const element = event.composedPath()[0];
  if (element instanceof Element) take(element);
}

function take(element: Element): void {
  for (const [field, attached] of fields) {
    if (field.isConnected) continue;
    attached.destroy();
    fields.delete(field);
  }
  const field = host(element);
  if (!settings?.server || !settings.sites.includes(location.origin) || !field || fields.has(field)) return;
  const { profile, hold } = settings;
  const lang = chrome.i18n.getUILanguage().startsWith("en") ? "en" : "zh";
  fields.set(field, attach(field, { url: "", profile, hold, lang, send }));
}

/** The whole field that an element belongs to: of an editable region its outermost element. */
function host(element: Element): HTMLElement | null {
  if (!attachable(element)) return null;
  let outermost = element;
  while (outermost.isContentEditable && outermost.parentElement?.isContentEditable) outermost = outermost.parentElement;
  return outermost;
}

async function refresh(): Promise<void> {
  settings = await load();
  for (const attached of fields.values()) attached.destroy();
  fields.clear();
  if (document.activeElement) take(document.activeElement);
}

// Switched on in an open page, the script may come twice.
if (!globalThis.keqiIsHere) {
  globalThis.keqiIsHere = true;
  addEventListener("focusin", focused, { capture: true });
  chrome.storage.local.onChanged.addListener(() => void refresh());
  void refresh();
}
