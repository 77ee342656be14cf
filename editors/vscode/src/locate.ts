/** Where the language server may be, in the order in which it is looked for. Knows nothing of VS Code. */

import { posix, win32 } from "node:path";

/** What is known about the machine and the workspace. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The setting `keqi.path`, empty when not set. */
  readonly setting: string;
  /** Workspace folders; empty in an untrusted workspace, whose programs must not be run. */
  readonly folders: readonly string[];
  /** The value of PATH. */
  readonly path: string;
  /** The interpreter chosen in the Python extension. */
  readonly interpreter: string | undefined;
  /** The virtual environment that this extension makes on request. */
  readonly ownEnvironment: string;
  readonly isFile: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
}

/** A way to start `keqi`: `command ...args`, to which a subcommand is added. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * All ways to start `keqi` worth trying, the first one that works is to be taken.
 *
 * A setting stands alone: what the user named is used or complained about, never passed over.
 */
export function candidates(around: Surroundings): Launch[] {
  if (around.setting) {
    return named(around);
  }
  const roots = around.folders.flatMap((folder) => inEnvironment(join(around, folder, ".venv"), around));
  return [...roots, ...onPath(around), ...interpreters(around), ...inEnvironment(around.ownEnvironment, around)];
}

/** The Pythons that a virtual environment may be made with. */
export function pythons(around: Surroundings): string[] {
  const names = around.platform === "win32" ? ["python.exe", "py.exe"] : NEWEST_FIRST;
  const chosen = around.interpreter ? [around.interpreter] : [];
  return [...chosen, ...names.flatMap((name) => found(name, around).slice(0, 1))];
}

const NEWEST_FIRST = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];

/** The Python of a virtual environment. */
export function pythonIn(environment: string, platform: NodeJS.Platform): string {
  return platform === "win32"
    ? win32.join(environment, "Scripts", "python.exe")
    : posix.join(environment, "bin", "python");
}

function named(around: Surroundings): Launch[] {
  const path = expanded(around.setting, around);
  if (around.isFolder(path)) {
    const environments = [path, join(around, path, ".venv")];
    return environments.flatMap((environment) => inEnvironment(environment, around));
  }
  if (!around.isFile(path)) {
    return /[\\/]/.test(path) ? [] : found(path, around).map(launched);
  }
  return [launched(path)];
}

function expanded(setting: string, around: Surroundings): string {
  const [folder] = around.folders;
  const path = setting.replace(/^~(?=$|[\\/])/, around.home).replace("${workspaceFolder}", folder ?? "");
  const relative = /^\.{1,2}[\\/]/.test(path);
  return relative && folder !== undefined ? join(around, folder, path) : path;
}

/** A Python is asked for its module; anything else is taken for `keqi` itself. */
function launched(path: string): Launch {
  const isPython = /^(python[\d.]*|py)(\.exe)?$/i.test(path.split(/[\\/]/).at(-1) ?? "");
  return isPython ? asModule(path) : { command: path, args: [] };
}

/** `-P` keeps the current folder out of the import path: a folder called `keqi` there must not be run. */
function asModule(python: string): Launch {
  return { command: python, args: ["-P", "-m", "keqi"] };
}

function inEnvironment(environment: string, around: Surroundings): Launch[] {
  const python = pythonIn(environment, around.platform);
  return around.isFile(python) ? [asModule(python)] : [];
}

function onPath(around: Surroundings): Launch[] {
  const names = around.platform === "win32" ? ["keqi.exe"] : ["keqi"];
  return names.flatMap((name) => found(name, around)).map((command) => ({ command, args: [] }));
}

function interpreters(around: Surroundings): Launch[] {
  return pythons(around).map(asModule);
}

/** The files of that name on the PATH. Relative entries are passed over: they lead into the workspace. */
function found(name: string, around: Surroundings): string[] {
  const windows = around.platform === "win32";
  const entries = around.path.split(windows ? ";" : ":");
  const absolute = entries.filter((entry) => (windows ? win32 : posix).isAbsolute(entry));
  return absolute.map((entry) => join(around, entry, name)).filter(around.isFile);
}

function join(around: Surroundings, ...parts: string[]): string {
  return (around.platform === "win32" ? win32 : posix).join(...parts);
}
