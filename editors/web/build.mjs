// Builds the server's page into server/keqi/adapters/serve/console (committed: it travels in the wheel).
// usage: node build.mjs [FOLDER]   another folder, to compare with what is committed
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("../../server/keqi/adapters/serve/console");

mkdirSync(folder, { recursive: true });
await build({
  absWorkingDir: here("."),
  entryPoints: { app: "src/console/main.ts" },
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
});
await build({
  absWorkingDir: here("."),
  entryPoints: { app: "src/console/app.css" },
  outdir: folder,
  minify: true,
  target: ["chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(here(`src/console/${name}`), `${folder}/${name}`);
