/**
 * Asks the server for the content scripts, which may not: a page's own policy would decide what they
 * reach. Knows the address and the token, which no page ever gets to see.
 */
import type { Message } from "../../web/src/public";
import { load, pattern, save } from "./settings";
import { granted } from "./sites";

/** What content scripts may ask for. */
const PATHS = /^\/v1\/(?:check|rules|profiles)(?:\?|$)/;

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  const asked = message as Partial<Message>;
  if (sender.id !== chrome.runtime.id || typeof asked.url !== "string" || !PATHS.test(asked.url)) return false;
  void ask(asked as Message).then(reply);
  return true;
});

async function ask({ url, method, headers, body }: Message): Promise<{ status: number; answer: unknown }> {
  const { server, token } = await load();
  if (!server) return { status: 0, answer: null };
  const sent = { ...headers, ...(token && { Authorization: `Bearer ${token}` }) };
  const init: RequestInit = { method, headers: sent, credentials: "omit", cache: "no-store", ...(body && { body }) };
  try {
    const response = await fetch(server + url, init);
    return { status: response.status, answer: await response.json().catch(() => null) };
  } catch {
    return { status: 0, answer: null };
  }
}

/** Let the content script run on the sites that are switched on, and on no others. */
async function register(): Promise<void> {
  const { sites } = await load();
  const known = await chrome.scripting.getRegisteredContentScripts();
  if (known.length) await chrome.scripting.unregisterContentScripts();
  if (sites.length === 0) return;
  const matches = [...new Set(sites.map(pattern))];
  const files = { js: ["content.js"], css: ["content.css"] };
  const script = { id: "keqi", matches, ...files, allFrames: true, runAt: "document_idle" };
  await chrome.scripting.registerContentScripts([script]);
}

// One after the other: two registrations at once would get in each other's way.
let queue = Promise.resolve();
function registerSoon(): void {
  queue = queue.then(register).catch(() => undefined);
}

chrome.runtime.onInstalled.addListener(registerSoon);
chrome.runtime.onStartup.addListener(registerSoon);
chrome.storage.local.onChanged.addListener(registerSoon);
chrome.permissions.onAdded.addListener(({ origins = [] }) => void granted(origins));
chrome.permissions.onRemoved.addListener(({ origins = [] }) => {
  void load().then(({ sites }) => save({ sites: sites.filter((site) => !origins.includes(pattern(site))) }));
});
