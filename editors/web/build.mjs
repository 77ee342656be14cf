// Builds the server's page into server/keqi/adapters/serve/console (committed: it travels in the wheel).
// usage: node build.mjs [FOLDER]   another folder, to compare with what is committed
//        node build.mjs --tests    the tests, into out/
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const tests = process.argv[2] === "--tests";
const folder = tests ? here("out") : process.argv[2] ?? here("../../server/keqi/adapters/serve/console");

const common = {
  absWorkingDir: here("."),
  outdir: folder,
  minify: true,
  target: ["chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
};

if (tests) await buildTests();
else await buildPage();

async function buildPage() {
  mkdirSync(folder, { recursive: true });
  const scripts = { app: "src/console/main.ts", attach: "src/attach/attach.ts" };
  await build({ ...common, entryPoints: scripts, bundle: true, format: "esm", legalComments: "none" });
  await build({ ...common, entryPoints: { app: "src/console/app.css" } });
  for (const name of ["index.html", "icon.svg"]) copyFileSync(here(`src/console/${name}`), `${folder}/${name}`);
  copyFileSync(here("src/public.d.ts"), `${folder}/attach.d.ts`);
}

async function buildTests() {
  const entryPoints = readdirSync(here("src/test")).map((name) => `src/test/${name}`);
  const node = { platform: "node", target: "node20", minify: false, outExtension: { ".js": ".mjs" } };
  await build({ ...common, ...node, entryPoints, bundle: true, format: "esm" });
}
