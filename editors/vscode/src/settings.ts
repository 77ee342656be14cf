/** What the user may decide, and what the server is told of it. Knows nothing of VS Code. */

export interface Settings {
  /** The trade; empty: the project's `keqi.toml` decides. */
  readonly profile: string;
  /** Globs of the files to check; empty: all that `STANDARD_LANGUAGES` and `STANDARD_FILES` name. */
  readonly files: readonly string[];
  /** WebSocket address of a team server; empty: a server of our own is started. */
  readonly serverUrl: string;
  /** Where `keqi`, a Python that has it or a virtual environment is; empty: it is looked for. */
  readonly path: string;
  /** Folders with the user's own rules. */
  readonly lexicon: readonly string[];
  /** `zh`, `en`, or empty: the language of the editor. */
  readonly locale: string;
  /** Whether replies carry a line with the number of findings. */
  readonly codeLens: boolean;
  /** Whether files that no editor has open are always checked, too. */
  readonly workspaceDiagnostics: boolean;
  /** Milliseconds without a keystroke before a check starts; undefined: the server decides. */
  readonly debounceMs: number | undefined;
}

/** The part of a `vscode.DocumentFilter` that is used here. */
export interface Filter {
  readonly scheme: string;
  readonly language?: string;
  readonly pattern?: string;
}

export const STANDARD_LANGUAGES: readonly string[] = [
  "plaintext",
  "markdown",
  "json",
  "jsonc",
  "jsonl",
  "yaml",
  "csv",
  "tsv",
  "html",
  "toml",
  "properties",
  "po",
];

/** Other extensions name these languages differently, so the file names count as well. */
const OTHERWISE_NAMED = "**/*.{csv,tsv,jsonl,toml,po,chat}";

/** The files that a check of the whole workspace looks at when the user names none. */
export const STANDARD_FILES =
  "**/*.{txt,md,markdown,csv,tsv,json,jsonl,yaml,yml,html,htm,toml,properties,po,chat}";

/** The settings, from whatever stands in `settings.json`: a value of the wrong kind counts as not set. */
export function readSettings(get: (key: keyof Settings) => unknown): Settings {
  return {
    profile: text(get("profile")),
    files: texts(get("files")),
    serverUrl: text(get("serverUrl")),
    path: text(get("path")),
    lexicon: texts(get("lexicon")),
    locale: text(get("locale")),
    codeLens: get("codeLens") !== false,
    workspaceDiagnostics: get("workspaceDiagnostics") === true,
    debounceMs: milliseconds(get("debounceMs")),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== "") : [];
}

function milliseconds(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value <= 5000 ? value : undefined;
}

/** The settings as the server reads them. What is not set is left out, so that `keqi.toml` may decide. */
export function forServer(settings: Settings): Record<string, unknown> {
  return {
    ...(settings.profile && { profile: settings.profile }),
    ...(settings.lexicon.length > 0 && { lexicon: settings.lexicon }),
    ...(settings.locale && { locale: settings.locale }),
    ...(settings.debounceMs !== undefined && { debounceMs: settings.debounceMs }),
    codeLens: settings.codeLens,
    workspaceDiagnostics: settings.workspaceDiagnostics,
  };
}

/**
 * Whether only a new server can follow a change of the settings.
 *
 * New values are sent to a running one. It cannot be told that a value is gone, nor change what
 * it was started with.
 */
export function needsRestart(before: Settings, after: Settings): boolean {
  const told = forServer(after);
  return (
    before.path !== after.path ||
    before.serverUrl !== after.serverUrl ||
    before.locale !== after.locale ||
    before.files.join("\n") !== after.files.join("\n") ||
    Object.keys(forServer(before)).some((key) => !(key in told))
  );
}

/** The documents to check: the user's globs or the usual languages, and drafts not saved yet. */
export function selector(files: readonly string[]): Filter[] {
  const drafts = STANDARD_LANGUAGES.map((language) => ({ scheme: "untitled", language }));
  if (files.length > 0) {
    return [...files.map((glob) => ({ scheme: "file", pattern: anywhere(glob) })), ...drafts];
  }
  const saved = STANDARD_LANGUAGES.map((language) => ({ scheme: "file", language }));
  return [...saved, { scheme: "file", pattern: OTHERWISE_NAMED }, ...drafts];
}

/** The globs for a search through the workspace. */
export function searched(files: readonly string[]): string[] {
  return files.length > 0 ? files.map(anywhere) : [STANDARD_FILES];
}

/** VS Code compares globs with absolute paths; people write them from the folder they have open. */
function anywhere(glob: string): string {
  const absolute = /^(\/|\*\*\/|[A-Za-z]:)/.test(glob);
  return absolute ? glob : `**/${glob.replace(/^\.\//, "")}`;
}
