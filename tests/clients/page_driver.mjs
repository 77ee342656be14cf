// A web page under the command of another program: one JSON request a line in, one JSON answer a line out.
// usage: node page_driver.mjs PLAYWRIGHT_FOLDER CHROMIUM [EXTENSION_FOLDER]
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, executablePath, extension] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(`${folder}/index.mjs`));
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
// Extensions live in persistent profiles only, and in the new headless mode.
const extended = ["--headless=new", "--enable-unsafe-extension-debugging"];
const persistent = extension && (await chromium.launchPersistentContext(mkdtempSync(`${tmpdir()}/profile-`), {
  executablePath,
  headless: false,
  args: [...args, ...extended, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
}));
const browser = persistent ? undefined : await chromium.launch({ executablePath, args });
const PATIENCE = 15000;
let page;
let noise = [];

async function fresh({ width = 1280, height = 800, scheme = "light", locale = "zh-CN" }) {
  if (persistent) {
    await page?.close();
    page = await persistent.newPage();
    await page.setViewportSize({ width, height });
    return;
  }
  await page?.context().close();
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  page = await context.newPage();
}

// Asked from outside: what waits inside the page is evaluated there, which its policy forbids.
async function until(comesTrue) {
  const deadline = Date.now() + PATIENCE;
  while (!(await comesTrue())) {
    if (Date.now() > deadline) throw new Error("never came true");
    await page.waitForTimeout(20);
  }
}

const source = ({ script, given }) => `(${script})(${JSON.stringify(given ?? null)})`;

async function worker() {
  return persistent.serviceWorkers()[0] ?? persistent.waitForEvent("serviceworker");
}

// Playwright knows nothing of popups: they are found and spoken to by hand.
let browserwide;
async function targets(type) {
  browserwide ??= await persistent.browser().newBrowserCDPSession();
  return (await browserwide.send("Target.getTargets", { filter: [{ type }] })).targetInfos;
}

async function popup() {
  return (await targets("page")).find(({ url }) => url.startsWith("chrome-extension:") && url.endsWith("/popup.html"));
}

async function inPopup(method, params) {
  const { targetId } = (await popup()) ?? {};
  if (!targetId) throw new Error("no popup is open");
  const { sessionId } = await browserwide.send("Target.attachToTarget", { targetId, flatten: false });
  const answered = new Promise((done) => {
    browserwide.once("Target.receivedMessageFromTarget", ({ message }) => done(JSON.parse(message)));
    // Closed by what it was told to do.
    browserwide.once("Target.detachedFromTarget", () => done({ result: {} }));
  });
  const message = JSON.stringify({ id: 1, method, params });
  await browserwide.send("Target.sendMessageToTarget", { sessionId, message });
  const { result, error } = await answered;
  await browserwide.send("Target.detachFromTarget", { sessionId }).catch(() => undefined);
  if (error ?? result.exceptionDetails) throw new Error(JSON.stringify(error ?? result.exceptionDetails));
  return result;
}

// Leave for a site, as somebody gives or takes it in the browser's own settings.
async function leave(change, origins) {
  const settings = await persistent.newPage();
  await settings.goto("chrome://extensions/");
  const given = [change, new URL((await worker()).url()).host, origins];
  const made = ([change, id, origins]) => Promise.all(origins.map((origin) => chrome.developerPrivate[change](id, origin)));
  await settings.evaluate(made, given);
  await settings.close();
}

const verbs = {
  async open({ url, ...options }) {
    await fresh(options);
    noise = [];
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()));
    await page.goto(url);
  },
  // What the page complained about: errors, and what its Content-Security-Policy refused.
  noise: () => noise,
  press: ({ keys }) => page.keyboard.press(keys),
  type: ({ text }) => page.keyboard.type(text),
  insert: ({ text }) => page.keyboard.insertText(text),
  click: ({ selector }) => page.locator(selector).first().click(),
  click_at: ({ x, y }) => page.mouse.click(x, y),
  choose: ({ selector, value }) => page.locator(selector).selectOption(value),
  see: ({ selector }) => page.locator(selector).first().waitFor({ state: "visible" }),
  gone: ({ selector }) => page.locator(selector).first().waitFor({ state: "hidden" }),
  texts: ({ selector }) => page.locator(selector).allInnerTexts(),
  // Both take a function's source: `page` runs it once, `until` until what it gives is true.
  page: (asked) => page.evaluate(source(asked)),
  until: (asked) => until(() => page.evaluate(source(asked))),
  async cdp({ method, given }) {
    const session = await page.context().newCDPSession(page);
    await session.send(method, given);
    await session.detach();
  },
  extension: async () => (await worker()).url(),
  background: async (asked) => (await worker()).evaluate(source(asked)),
  background_until: (asked) => until(async () => (await worker()).evaluate(source(asked))),
  allow: ({ origins }) => leave("addHostPermission", origins),
  disallow: ({ origins }) => leave("removeHostPermission", origins),
  // A click on the extension's button in the toolbar, with the page in front; then what its popup shows, a click in it.
  async toolbar() {
    const [tab] = (await targets("tab")).filter(({ url }) => url === page.url());
    const id = new URL((await worker()).url()).host;
    await browserwide.send("Extensions.triggerAction", { id, targetId: tab.targetId });
  },
  popup_gone: () => until(async () => (await popup()) === undefined),
  popup: async (asked) => {
    const given = { expression: source(asked), awaitPromise: true, returnByValue: true };
    return (await inPopup("Runtime.evaluate", given)).result.value;
  },
  popup_until: (asked) => until(() => verbs.popup(asked).catch(() => false)),
  async popup_click({ selector }) {
    const middle = `({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 })`;
    const script = `(s) => (${middle})(document.querySelector(s).getBoundingClientRect())`;
    const at = { ...(await verbs.popup({ script, given: selector })), button: "left", clickCount: 1 };
    for (const type of ["mousePressed", "mouseReleased"]) await inPopup("Input.dispatchMouseEvent", { type, ...at });
  },
  screenshot: ({ path }) => page.screenshot({ path }).then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await verbs[verb](rest)) ?? null };
  } catch (error) {
    answer = { error: `${verb} ${JSON.stringify(rest).slice(0, 300)}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await (persistent ?? browser).close();
