// Builds the extension into dist/, or the folder given, to be loaded unpacked or zipped for a store.
// Uses what is installed in ../web.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "../web/node_modules/esbuild/lib/main.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("dist");
const target = ["chrome123", "firefox128"];

mkdirSync(folder, { recursive: true });
const scripts = Object.fromEntries(["background", "content", "options", "popup"].map((name) => [name, here(`src/${name}.ts`)]));
await build({ entryPoints: scripts, outdir: folder, bundle: true, format: "iife", target, charset: "utf8" });
const { outputFiles } = await build({ entryPoints: [here("src/content.css.ts")], bundle: true, format: "esm", write: false });
const { CSS } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
writeFileSync(`${folder}/content.css`, CSS);
for (const name of ["manifest.json", "_locales", "icons"]) cpSync(here(name), `${folder}/${name}`, { recursive: true });
for (const name of ["options.html", "popup.html", "pages.css"]) cpSync(here(`src/${name}`), `${folder}/${name}`);
