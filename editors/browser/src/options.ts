/** Where the server is, and how it is asked. */
import { profileName, PROFILE_ORDER } from "../../web/src/core/words";
import { byId, translate } from "./page";
import { load, save, say, type Settings } from "./settings";
import { forget, giveBack, leave, turnOff } from "./sites";

const server = byId<HTMLInputElement>("server");
const token = byId<HTMLInputElement>("token");
const profile = byId<HTMLSelectElement>("profile");
const hold = byId<HTMLInputElement>("hold");

function offer(profiles: readonly string[], chosen: string): void {
  const lang = chrome.i18n.getUILanguage().startsWith("en") ? "en" : "zh";
  const known = [...new Set([...profiles, ...(chosen ? [chosen] : [])])];
  const options = [["", say("profileOwn")], ...known.map((id) => [id, profileName(lang, id)])] as [string, string][];
  profile.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
  profile.value = chosen;
}

function list({ sites }: Settings): void {
  const items = sites.map((site) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { className: "link", type: "button" });
    button.textContent = say("remove");
    button.setAttribute("aria-label", `${say("remove")} ${site}`);
    button.addEventListener("click", () => void turnOff(site));
    item.append(site, button);
    return item;
  });
  if (items.length === 0) {
    const none = Object.assign(document.createElement("li"), { className: "quiet", textContent: say("noSites") });
    items.push(none);
  }
  byId("sites").replaceChildren(...items);
}

async function keep(): Promise<string> {
  if (!/^https?:\/\/[^/\s]/.test(server.value.trim()) || !URL.canParse(server.value.trim())) return say("badAddress");
  const { origin, pathname } = new URL(server.value.trim());
  const address = origin + pathname.replace(/\/+$/, "");
  // Asked for first, while the click still counts as one.
  const asked = leave(origin);
  // Leave for the server is none for a site of the same name.
  await forget();
  const allowed = await asked;
  const before = (await load()).server;
  await save({ server: address, token: token.value.trim(), profile: profile.value, hold: hold.checked });
  if (before) await giveBack(before);
  if (!allowed) return say("refusedPermission");
  return test(address);
}

async function test(address: string): Promise<string> {
  const headers: Record<string, string> = token.value ? { Authorization: `Bearer ${token.value.trim()}` } : {};
  // Asked as drafts will be: servers look at who is asking.
  const message = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: '{"replies":[]}' };
  const response = await fetch(`${address}/v1/check`, message).catch(() => null);
  if (response === null) return say("savedNot", say("unreachable"));
  const said = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  if (said?.error?.code === "origin") return say("origin", location.origin);
  if (said?.error?.code === "token") return say("tokenAsked");
  return response.ok ? say("saved") : say("savedNot", said?.error?.message ?? String(response.status));
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("state").textContent = say("testing");
  void keep().then((sentence) => (byId("state").textContent = sentence));
});

translate();
chrome.storage.local.onChanged.addListener(() => void load().then(list));
void load().then((settings) => {
  server.value = settings.server;
  token.value = settings.token;
  hold.checked = settings.hold;
  offer(PROFILE_ORDER, settings.profile);
  list(settings);
});
