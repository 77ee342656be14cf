import assert from "node:assert/strict";
import { test } from "node:test";
import { compared } from "../console/compare";
import { at, carried, type Finding, neighbour, recognised, visible } from "../core/findings";
import { agentTurns } from "../core/transcript";
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

const CHATS: [string, string, string[] | null][] = [
  ["a draft", "您好，客服会联系您。", null],
  ["labels", "客户：在吗\n客服：不行\n客户：唉", ["不行"]],
  ["a turn of several lines", "客服：您好\n请讲\n\n客户：好", ["您好\n请讲"]],
  ["names in brackets and times", "[10:23:45] 客服(小王)：您好\n[10:24:01] 客户：不行", ["您好"]],
  ["the message below", "客服小美 2026-01-02 10:23:45\n您好\n买家 10:24\n不行", ["您好"]],
  ["only one side", "客服：您好\n客服：不行", null],
  ["half-width colons", "用户: hi\nAgent: 不行", ["不行"]],
  ["a reply that mentions labels late", "您好。\n请看：\n第一\n第二\n客服：一\n客户：二", null],
  ["an empty turn", "客服：\n客户：在吗\n客服：不行", ["不行"]],
];

for (const [name, text, wanted] of CHATS) {
  test(`chats: ${name}`, () => {
    assert.deepEqual(agentTurns(text)?.map(({ from, to }) => text.slice(from, to)) ?? null, wanted);
  });
}

test("spaces without end take no time", () => {
  assert.equal(agentTurns(`客服${" ".repeat(200_000)}x\n`.repeat(2)), null);
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
