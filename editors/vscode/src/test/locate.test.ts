import assert from "node:assert/strict";
import { test } from "node:test";

import { candidates, pythons, type Surroundings } from "../locate";

const EVERYWHERE = [
  "/work/.venv/bin/python",
  "/usr/bin/keqi",
  "/usr/bin/python3",
  "/chosen/python",
  "/own/venv/bin/python",
];

function around(files: readonly string[], some: Partial<Surroundings> = {}): Surroundings {
  return {
    platform: "linux",
    home: "/home/me",
    setting: "",
    folders: ["/work"],
    path: "/usr/local/bin:/usr/bin",
    interpreter: undefined,
    ownEnvironment: "/own/venv",
    isFile: (path) => files.includes(path),
    isFolder: (path) => files.some((file) => file.startsWith(`${path}/`)),
    ...some,
  };
}

const ways = (surroundings: Surroundings): string[] =>
  candidates(surroundings).map(({ command, args }) => [command, ...args].join(" "));

test("it is looked for in the workspace, on the PATH, in interpreters, in the own environment", () => {
  assert.deepEqual(ways(around(EVERYWHERE, { interpreter: "/chosen/python" })), [
    "/work/.venv/bin/python -P -m keqi",
    "/usr/bin/keqi",
    "/chosen/python -P -m keqi",
    "/usr/bin/python3 -P -m keqi",
    "/own/venv/bin/python -P -m keqi",
  ]);
});

test("nothing there, nowhere to look", () => assert.deepEqual(ways(around([])), []));

test("an untrusted workspace has no folders, and nothing in it is run", () => {
  const inside = ways(around(EVERYWHERE, { folders: [] })).filter((way) => way.startsWith("/work"));
  assert.deepEqual(inside, []);
});

test("relative entries of the PATH lead into the workspace and are passed over", () => {
  assert.deepEqual(ways(around(["./keqi", "keqi", "bin/keqi"], { path: ".:bin:" })), []);
});

for (const [what, setting, files, expected] of [
  ["keqi itself", "/opt/keqi", ["/opt/keqi"], ["/opt/keqi"]],
  ["a Python", "/opt/python3.12", ["/opt/python3.12"], ["/opt/python3.12 -P -m keqi"]],
  ["a virtual environment", "/opt/v", ["/opt/v/bin/python"], ["/opt/v/bin/python -P -m keqi"]],
  ["a project with .venv", "/opt/p", ["/opt/p/.venv/bin/python"], ["/opt/p/.venv/bin/python -P -m keqi"]],
  ["a home folder", "~/keqi", ["/home/me/keqi"], ["/home/me/keqi"]],
  ["a place in the workspace", "${workspaceFolder}/keqi", ["/work/keqi"], ["/work/keqi"]],
  ["a relative place", "./bin/keqi", ["/work/bin/keqi"], ["/work/bin/keqi"]],
  ["a bare name", "keqi", ["/usr/bin/keqi"], ["/usr/bin/keqi"]],
  ["nothing that is there", "/opt/keqi", ["/usr/bin/keqi"], []],
] as const) {
  test(`a setting that names ${what}`, () => assert.deepEqual(ways(around(files, { setting })), expected));
}

test("on Windows scripts end in .exe and paths use backslashes", () => {
  const files = ["C:\\work\\.venv\\Scripts\\python.exe", "C:\\bin\\keqi.exe", "C:\\bin\\py.exe"];
  const windows = { platform: "win32", folders: ["C:\\work"], path: "C:\\bin;relative" } as const;
  assert.deepEqual(ways(around(files, windows)), [
    "C:\\work\\.venv\\Scripts\\python.exe -P -m keqi",
    "C:\\bin\\keqi.exe",
    "C:\\bin\\py.exe -P -m keqi",
  ]);
});

test("the chosen interpreter is the first to make an environment with", () => {
  const found = pythons(around(["/usr/bin/python3", "/usr/bin/python3.11"], { interpreter: "/chosen/python" }));
  assert.deepEqual(found, ["/chosen/python", "/usr/bin/python3", "/usr/bin/python3.11"]);
});
