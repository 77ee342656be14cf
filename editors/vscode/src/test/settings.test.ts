import assert from "node:assert/strict";
import { test } from "node:test";

import { forServer, needsRestart, readSettings, searched, selector, type Settings } from "../settings";

const nothing = readSettings(() => undefined);
const having = (some: Partial<Settings>): Settings => ({ ...nothing, ...some });

test("values of the wrong kind count as not set", () => {
  const wrong: Record<string, unknown> = { profile: 3, files: "*.md", lexicon: [1, " a "], debounceMs: "fast" };
  assert.deepEqual(readSettings((key) => wrong[key]), having({ lexicon: ["a"] }));
});

test("a delay outside the server's limits counts as not set", () => {
  for (const debounceMs of [-1, 5001, NaN]) {
    assert.equal(readSettings((key) => (key === "debounceMs" ? debounceMs : undefined)).debounceMs, undefined);
  }
});

test("the server is told only of what is set, so that keqi.toml may decide on the rest", () => {
  const always = { codeLens: true, workspaceDiagnostics: false };
  assert.deepEqual(forServer(nothing), always);
  const set = { profile: "hotel", lexicon: ["own"], locale: "en", debounceMs: 0 };
  assert.deepEqual(forServer(having({ ...set, path: "x", serverUrl: "ws://x", files: ["*.md"] })), { ...set, ...always });
});

for (const [what, before, after, restart] of [
  ["another profile", { profile: "hotel" }, { profile: "bank" }, false],
  ["a first profile", {}, { profile: "bank" }, false],
  ["no profile any more", { profile: "bank" }, {}, true],
  ["no lexicon any more", { lexicon: ["own"] }, {}, true],
  ["a delay", {}, { debounceMs: 200 }, false],
  ["no delay any more", { debounceMs: 200 }, {}, true],
  ["no code lens", {}, { codeLens: false }, false],
  ["another place", {}, { path: "/opt/keqi" }, true],
  ["another server", { serverUrl: "ws://a" }, { serverUrl: "ws://b" }, true],
  ["other files", {}, { files: ["*.md"] }, true],
  ["another language", {}, { locale: "en" }, true],
] as const) {
  test(`${what}: ${restart ? "a new server" : "told to the running one"}`, () => {
    assert.equal(needsRestart(having(before), having(after)), restart);
  });
}

test("without globs the usual languages are checked, saved or not", () => {
  const filters = selector([]);
  for (const scheme of ["file", "untitled"]) {
    for (const language of ["plaintext", "markdown", "json", "yaml", "csv", "html"]) {
      assert.ok(filters.some((filter) => filter.scheme === scheme && filter.language === language));
    }
  }
});

test("globs choose the files, and drafts are checked all the same", () => {
  const filters = selector(["replies/*.txt"]);
  assert.deepEqual(filters.filter((filter) => filter.scheme === "file"), [{ scheme: "file", pattern: "**/replies/*.txt" }]);
  assert.ok(filters.some((filter) => filter.scheme === "untitled"));
});

for (const [written, meant] of [
  ["*.md", "**/*.md"],
  ["./a/*.md", "**/a/*.md"],
  ["**/a.md", "**/a.md"],
  ["/srv/a.md", "/srv/a.md"],
  ["C:/a.md", "C:/a.md"],
] as const) {
  test(`the glob ${written} is searched for as ${meant}`, () => assert.deepEqual(searched([written]), [meant]));
}
