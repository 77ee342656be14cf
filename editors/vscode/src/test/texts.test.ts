import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { delay, Losses } from "../retry";

const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(name, "utf8"));
const sources = readdirSync("src").filter((name) => name.endsWith(".ts"));
const code = sources.map((name) => readFileSync(`src/${name}`, "utf8")).join("\n");
const holes = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).sort();

test("every text in the code has its Chinese, with the same holes, and no other has", () => {
  const used = new Set([...code.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text));
  const chinese = json("l10n/bundle.l10n.zh-cn.json");
  assert.deepEqual([...used].sort(), Object.keys(chinese).sort());
  for (const [english, text] of Object.entries(chinese)) {
    assert.deepEqual(holes(text as string), holes(english), english);
  }
});

test("every text of the manifest is there in both languages, and no other is", () => {
  const named = [...readFileSync("package.json", "utf8").matchAll(/"%([^%]+)%"/g)].map(([, key]) => key);
  for (const file of ["package.nls.json", "package.nls.zh-cn.json"]) {
    assert.deepEqual([...new Set(named)].sort(), Object.keys(json(file)).sort(), file);
  }
});

test("every setting that the manifest offers is read", () => {
  const { contributes } = json("package.json") as { contributes: { configuration: { properties: object } } };
  for (const key of Object.keys(contributes.configuration.properties)) {
    assert.match(code, new RegExp(`get\\("${key.replace("keqi.", "")}"\\)`), key);
  }
});

test("every command that the manifest offers is there", () => {
  const { contributes } = json("package.json") as { contributes: { commands: { command: string }[] } };
  for (const { command } of contributes.commands) {
    if (command === "keqi.fixWorkspace") {
      continue; // the server's own
    }
    assert.ok(code.includes(`"${command}":`), command);
  }
});

test("tries to reach a server get rarer, but never rarer than once a minute", () => {
  const waits = Array.from({ length: 20 }, (_, attempt) => delay(attempt));
  assert.deepEqual(waits.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
  assert.equal(waits.at(-1), 60_000);
});

test("a server that keeps dying is given up, one that dies now and then is not", () => {
  const often = new Losses();
  assert.deepEqual([0, 1, 2, 3, 4].map((time) => often.tooMany(time)), [false, false, false, false, true]);
  const rarely = new Losses();
  assert.ok([0, 1, 2, 3, 4, 5, 6, 7].every((minute) => !rarely.tooMany(minute * 60_000)));
});
