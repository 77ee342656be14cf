import assert from "node:assert/strict";
import { test } from "node:test";
import { compared } from "../console/compare";
import { type Asking, check, fix } from "../core/api";
import { at, carried, type Finding, neighbour, recognised, standing, visible } from "../core/findings";
import { Offsets } from "../core/units";

const found = (from: number, to: number, level: Finding["level"] = "error", text = ""): Finding => ({
  rule: "r", category: "c", level, message: "", from, to, fixes: text ? [{ title: text, safe: true, edits: [{ from, to, text }] }] : [],
});

test("offsets in code points become offsets in units, for any text", () => {
  for (const text of ["", "您好", "😀您好😀", "𠮷a😀", "a\ud800b", "👨‍👩‍👧好"]) {
    const offsets = new Offsets(text);
    const characters = [...text];
    for (let point = 0; point <= characters.length; point++) {
      assert.equal(offsets.units(point), characters.slice(0, point).join("").length, `${text} ${point}`);
    }
  }
});

/** A server that answers so, and what it was asked. */
function answering(result: object): { asking: Asking; asked: { url: string; body: unknown }[] } {
  const asked: { url: string; body: unknown }[] = [];
  const send: Asking["send"] = ({ url, body }) => {
    asked.push({ url, body: JSON.parse(body ?? "null") });
    return Promise.resolve({ status: 200, answer: { results: [result] } });
  };
  return { asking: { url: "http://keqi/", token: "", profile: "hotel", lang: "zh", send: send! }, asked };
}

const never = new AbortController().signal;
const CHAT = "😀客户：在吗\n客服：😀不行";
const RAW = {
  rule: "refusal.bare", category: "refusal", severity: "error", message: "m",
  start: { offset: 11 }, end: { offset: 13 },
  fixes: [{ title: "t", safe: true, edits: [{ start: 11, end: 13, text: "t" }] }],
};

test("what the server says of a chat comes in units, and with the agent's turns", async () => {
  const { asking, asked } = answering({ format: "transcript", segments: [{ start: 10, end: 13 }], findings: [RAW] });
  const { findings, turns } = await check(asking, CHAT, never);
  assert.deepEqual(asked, [
    { url: "http://keqi/v1/check", body: { replies: [CHAT], format: "auto", lang: "zh", profile: "hotel" } },
  ]);
  assert.deepEqual(turns?.map(({ from, to }) => CHAT.slice(from, to)), ["😀不行"]);
  assert.deepEqual(findings.map(({ from, to }) => CHAT.slice(from, to)), ["不行"]);
  assert.deepEqual(findings[0]?.fixes[0]?.edits, [{ from: 13, to: 15, text: "t" }]);
});

test("a draft has no turns", async () => {
  const { asking } = answering({ format: "draft", segments: [{ start: 0, end: 2 }], findings: [] });
  assert.equal((await check(asking, "您好", never)).turns, null);
});

test("a rewritten text comes whole, with what is left to change", async () => {
  const { asking, asked } = answering({ text: "t", findings: [RAW, { ...RAW, severity: "hint" }] });
  assert.deepEqual(await fix(asking, CHAT, true), { text: "t", left: 1 });
  assert.equal((asked[0]?.body as { unsafe: boolean }).unsafe, true);
});

test("nobody is asked about a text that is blank", async () => {
  const { asking, asked } = answering({});
  assert.deepEqual(await check(asking, " \n", never), { text: " \n", findings: [], turns: null });
  assert.deepEqual(await fix(asking, " \n", false), { text: " \n", left: 0 });
  assert.deepEqual(asked, []);
});

test("what is missing is drawn on its neighbour, a whole character of it", () => {
  assert.deepEqual(visible(found(0, 0), "😀好"), { from: 0, to: 2 });
  assert.deepEqual(visible(found(3, 3), "好😀"), { from: 1, to: 3 });
  assert.deepEqual(visible(found(0, 0), ""), { from: 0, to: 0 });
});

test("of several findings in a place the gravest opens", () => {
  const findings = [found(0, 2, "warning"), found(0, 5, "error"), found(0, 9, "hint")];
  assert.equal(at(findings, 1, "一二三四五六七八九"), findings[1]);
  assert.equal(at(findings, 8, "一二三四五六七八九"), findings[2]);
});

test("what a graver finding's wording replaces is not told of besides", () => {
  const outer = found(2, 9, "error", "x");
  const inner = found(2, 3, "warning");
  const [beside, behind, deeper] = [found(9, 10, "warning"), found(9, 9, "hint"), found(4, 5, "error")];
  assert.deepEqual(standing([inner, outer, beside, behind, deeper]), [outer, beside, behind, deeper]);
  assert.deepEqual(standing([inner, { ...outer, fixes: [] }]).length, 2);
  assert.deepEqual(standing([found(2, 9, "hint", "x"), inner]).length, 2);
});

test("of findings that begin together the gravest is stepped to first", () => {
  const [advice, rude] = [found(0, 4, "hint"), found(0, 2, "error")] as [Finding, Finding];
  assert.equal(neighbour([advice, rude], { from: 0, to: 0 }, true), rude);
  assert.equal(neighbour([advice, rude], rude, true), advice);
});

test("stepping goes round at both ends", () => {
  const [a, b] = [found(0, 2), found(4, 6)] as [Finding, Finding];
  assert.equal(neighbour([b, a], a, true), b);
  assert.equal(neighbour([b, a], b, true), a);
  assert.equal(neighbour([b, a], a, false), b);
  assert.equal(neighbour([b, a], { from: 3, to: 3 }, true), b);
  assert.equal(neighbour([b, a], { from: 3, to: 3 }, false), a);
  assert.equal(neighbour([], a, true), undefined);
});

test("a change carries along what it does not touch", () => {
  const findings = [found(0, 2, "error", "x"), found(4, 6, "error", "y"), found(8, 9, "error", "z")];
  const left = carried(findings, 4, 5, 3);
  assert.deepEqual(left.map(({ from, to }) => [from, to]), [[0, 2], [10, 11]]);
  assert.deepEqual(left[1]?.fixes[0]?.edits, [{ from: 10, to: 11, text: "z" }]);
});

test("a finding that was carried along is known again", () => {
  const before = carried([found(4, 6, "error", "y")], 0, 0, 2);
  assert.equal(recognised([found(6, 8, "error", "y")], before)[0], before[0]);
});

const REWRITES: [string, string][] = [
  ["你好", "您好"],
  ["你好。\n不行。\n", "您好。\n非常抱歉，暂时不行。\n"],
  ["你好。\n不行。", "您好。非常抱歉。"],
  ["", "您好"],
  ["😀你好", ""],
  ["您好", "您好"],
  ["😀你\n".repeat(3000), "😀您\n".repeat(3000)],
];

for (const [old, fresh] of REWRITES) {
  test(`rewrites: the edits make ${fresh.slice(0, 12)} of ${old.slice(0, 12)}`, () => {
    let done = 0;
    let made = "";
    for (const { from, to, text } of compared(old, fresh)) {
      made += old.slice(done, from) + text;
      done = to;
    }
    assert.equal(made + old.slice(done), fresh);
  });
}
