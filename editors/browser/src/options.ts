/** Where the server is, and how it is asked. */
import { profileName, PROFILE_ORDER } from "../../web/src/core/words";
import { byId, translate } from "./page";
import { load, pattern, save, say, type Settings } from "./settings";

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
    button.addEventListener("click", () => void drop(site));
    item.append(site, button);
    return item;
  });
  if (items.length === 0) {
    const none = Object.assign(document.createElement("li"), { className: "quiet", textContent: say("noSites") });
    items.push(none);
  }
  byId("sites").replaceChildren(...items);
}

async function drop(site: string): Promise<void> {
  const { sites } = await load();
  await save({ sites: sites.filter((one) => one !== site) });
  list(await load());
}

async function keep(): Promise<string> {
  if (!/^https?:\/\/[^/\s]/.test(server.value.trim()) || !URL.canParse(server.value.trim())) return say("badAddress");
  const { origin, pathname } = new URL(server.value.trim());
  const address = origin + pathname.replace(/\/+$/, "");
  // Asked for first, while the click still counts as one.
  const allowed = await chrome.permissions.request({ origins: [pattern(origin)] });
  await save({ server: address, token: token.value.trim(), profile: profile.value, hold: hold.checked });
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
  return response.ok ? say("saved") : say("savedNot", said?.error?.message ?? String(response.status));
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void keep().then((sentence) => (byId("state").textContent = sentence));
});

translate();
void load().then((settings) => {
  server.value = settings.server;
  token.value = settings.token;
  hold.checked = settings.hold;
  offer(PROFILE_ORDER, settings.profile);
  list(settings);
});
