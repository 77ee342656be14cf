/** Putting keqi into a virtual environment of this extension's own. Knows nothing of VS Code. */

import { pythonIn } from "./locate";
import type { Run, RunOptions } from "./process";

/** Why an installation failed: no Python that is new enough, or a step that did. */
export type Failure = { readonly kind: "no-python" } | { readonly kind: "failed"; readonly step: "venv" | "pip" };

const CHECK_VERSION = "import sys; sys.exit(sys.version_info < (3, 11))";

/** The first of `pythons` that is new enough for keqi (3.11). */
export async function usablePython(pythons: readonly string[], runner: Run): Promise<string | undefined> {
  for (const python of pythons) {
    const { status } = await runner(python, ["-c", CHECK_VERSION], { timeout: 20_000 });
    if (status === 0) {
      return python;
    }
  }
  return undefined;
}

/**
 * Make the environment anew and install keqi into it; undefined when all went well.
 *
 * pip's own settings (index, proxy, certificates) hold, so a company's mirror is used without ado.
 */
export async function install(
  pythons: readonly string[],
  environment: string,
  runner: Run,
  platform: NodeJS.Platform,
  options: RunOptions,
): Promise<Failure | undefined> {
  const python = await usablePython(pythons, runner);
  if (python === undefined) {
    return { kind: "no-python" };
  }
  const made = await runner(python, ["-m", "venv", "--clear", environment], options);
  if (made.status !== 0) {
    return { kind: "failed", step: "venv" };
  }
  const pip = ["-m", "pip", "install", "--upgrade", "--disable-pip-version-check", "keqi"];
  const installed = await runner(pythonIn(environment, platform), pip, options);
  return installed.status === 0 ? undefined : { kind: "failed", step: "pip" };
}
