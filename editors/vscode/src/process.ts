/** Running other programs to their end. Knows nothing of VS Code. */

import { spawn } from "node:child_process";

import type { Launch } from "./locate";

export interface Outcome {
  /** The exit status; null when the program could not be started or was ended. */
  readonly status: number | null;
  /** What it printed on both streams. */
  readonly output: string;
}

export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<Outcome>;

export interface RunOptions {
  /** The folder it runs in. */
  readonly cwd?: string;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Called with each piece of what it prints. */
  readonly onOutput?: (text: string) => void;
}

/** Run a program without a shell, to its end. Never rejects. */
export const run: Run = (command, args, options = {}) =>
  new Promise((resolve) => {
    let output = "";
    const { onOutput, ...rest } = options;
    const child = spawn(command, args, {
      ...rest,
      env: { ...process.env, PYTHONUTF8: "1" },
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        onOutput?.(text);
      });
    }
    child.on("error", (error) => resolve({ status: null, output: output + error.message }));
    child.on("close", (status) => resolve({ status, output }));
  });

const PATIENCE_MS = 20_000;

/** The version that a way to start `keqi` leads to; undefined when it leads nowhere. */
export async function versionOf(launch: Launch, cwd: string, runner: Run = run): Promise<string | undefined> {
  const options = { cwd, timeout: PATIENCE_MS };
  const { status, output } = await runner(launch.command, [...launch.args, "--version"], options);
  return status === 0 ? /^keqi (\S+)/m.exec(output)?.[1] : undefined;
}

/** The first way that works, and its version. */
export async function firstWorking(
  launches: readonly Launch[],
  cwd: string,
  runner: Run = run,
): Promise<{ launch: Launch; version: string } | undefined> {
  for (const launch of launches) {
    const version = await versionOf(launch, cwd, runner);
    if (version !== undefined) {
      return { launch, version };
    }
  }
  return undefined;
}
