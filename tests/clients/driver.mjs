// A browser under the command of another program: one JSON request a line in, one JSON answer a line out.
// usage: node driver.mjs PLAYWRIGHT_FOLDER CHROMIUM
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, executablePath] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(`${folder}/index.mjs`));
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const browser = await chromium.launch({ executablePath, args });
let page;

const verbs = {
  async open({ url, width, height, patience }) {
    // Leaving the page first tells the server that nobody is coming back.
    await page?.goto("about:blank");
    await page?.context().close();
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await context.newPage();
    page.setDefaultTimeout(patience);
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(url);
  },
  press: ({ keys }) => page.keyboard.press(keys),
  type: ({ text }) => page.keyboard.insertText(text),
  click: ({ selector, twice, button }) =>
    page.locator(selector).first().click({ clickCount: twice ? 2 : 1, button: button ?? "left" }),
  see: ({ selector }) => page.locator(selector).first().waitFor({ state: "visible" }),
  texts: ({ selector }) => page.locator(selector).allInnerTexts(),
  // Both take a function's source: `page` runs it once, `until` until what it gives is true.
  page: ({ script, given }) => page.evaluate(`(${script})(${JSON.stringify(given ?? null)})`),
  until: ({ script, given }) => page.waitForFunction(`(${script})(${JSON.stringify(given ?? null)})`).then(() => true),
  screenshot: ({ path, clip }) => page.screenshot({ path, ...(clip && { clip }) }).then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await verbs[verb](rest)) ?? null };
  } catch (error) {
    answer = { error: `${verb} ${JSON.stringify(rest)}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
