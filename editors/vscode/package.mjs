// Packs the extension as dist/keqi.vsix. Works offline. The licence is the project's own, lent for the time of packing.
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";

execFileSync(process.execPath, ["build.mjs"], { stdio: "inherit" });
copyFileSync("../../LICENSE", "LICENSE");
try {
  const vsce = "node_modules/@vscode/vsce/vsce";
  const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  execFileSync(process.execPath, [vsce, "package", ...options, "--out", "dist/keqi.vsix"], { stdio: "inherit" });
} finally {
  rmSync("LICENSE");
}
