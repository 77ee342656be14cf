import assert from "node:assert/strict";
import { test } from "node:test";

import { install } from "../install";
import { firstWorking, run, type Outcome, type Run } from "../process";

const answers = (table: Record<string, Outcome>, calls: string[] = []): Run => async (command, args) => {
  const line = [command, ...args].join(" ");
  calls.push(line);
  const known = Object.keys(table).find((start) => line.startsWith(start));
  return known === undefined ? { status: null, output: "ENOENT" } : (table[known] as Outcome);
};
const fine = (output = ""): Outcome => ({ status: 0, output });
const bad: Outcome = { status: 1, output: "No module named keqi" };

test("the first way that tells a version is taken", async () => {
  const runner = answers({ "/a ": bad, "/b ": fine("something else\n"), "/c ": fine("keqi 0.3.1\n") });
  const ways = ["/missing", "/a", "/b", "/c", "/d"].map((command) => ({ command, args: ["-m", "keqi"] }));
  assert.deepEqual(await firstWorking(ways, "/", runner), { launch: ways[3], version: "0.3.1" });
});

test("when no way works, there is none", async () => {
  assert.equal(await firstWorking([{ command: "/a", args: [] }], "/", answers({})), undefined);
});

test("a real program's status and output are told, and a missing one is no crash", async () => {
  const script = "console.log('out'); console.error('err'); process.exit(3)";
  const { status, output } = await run(process.execPath, ["-e", script]);
  assert.equal(status, 3);
  assert.deepEqual(output.trim().split("\n").sort(), ["err", "out"]);
  assert.equal((await run("/no/such/program", [])).status, null);
});

test("a program that takes too long is ended", async () => {
  const { status } = await run(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { timeout: 200 });
  assert.equal(status, null);
});

test("keqi is installed with the first Python that is new enough", async () => {
  const calls: string[] = [];
  const runner = answers({ "/old -c": bad, "/new -c": fine(), "/new -m venv": fine(), "/own/bin/python": fine() }, calls);
  assert.equal(await install(["/old", "/new"], "/own", runner, "linux", {}), undefined);
  assert.match(calls.at(-1) ?? "", /^\/own\/bin\/python -m pip install .* keqi$/);
});

for (const [what, table, failure] of [
  ["no Python is new enough", { "/new -c": bad }, { kind: "no-python" }],
  ["the environment cannot be made", { "/new -c": fine(), "/new -m venv": bad }, { kind: "failed", step: "venv" }],
  ["pip fails", { "/new -c": fine(), "/new -m venv": fine(), "/own": bad }, { kind: "failed", step: "pip" }],
] as const) {
  test(`when ${what}, that is told`, async () => {
    assert.deepEqual(await install(["/new"], "/own", answers(table), "linux", {}), failure);
  });
}
