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
const persistent = extension && (await chromium.launchPersistentContext(mkdtempSync(`${tmpdir()}/profile-`), {
  executablePath,
  headless: false,
  args: [...args, "--headless=new", `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
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
async function until({ script, given }) {
  const asked = `(${script})(${JSON.stringify(given ?? null)})`;
  const deadline = Date.now() + PATIENCE;
  while (!(await page.evaluate(asked))) {
    if (Date.now() > deadline) throw new Error("never came true");
    await page.waitForTimeout(20);
  }
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
  page: ({ script, given }) => page.evaluate(`(${script})(${JSON.stringify(given ?? null)})`),
  until,
  async cdp({ method, given }) {
    const session = await page.context().newCDPSession(page);
    await session.send(method, given);
    await session.detach();
  },
  extension: async () => {
    const [worker] = persistent.serviceWorkers();
    return (worker ?? (await persistent.waitForEvent("serviceworker"))).url();
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
