/** What the extension remembers, in this browser only. */

export interface Settings {
  /** The server's address without a slash at the end; empty until somebody sets it. */
  readonly server: string;
  readonly token: string;
  /** Empty: the server's own. */
  readonly profile: string;
  readonly hold: boolean;
  /** Origins on which fields are checked, such as `https://desk.example.com`. */
  readonly sites: readonly string[];
}

const DEFAULTS: Settings = { server: "", token: "", profile: "", hold: false, sites: [] };

export async function load(): Promise<Settings> {
  return { ...DEFAULTS, ...(await chrome.storage.local.get()) };
}

export function save(change: Partial<Settings>): Promise<void> {
  return chrome.storage.local.set(change);
}

/** The pattern for all pages of an origin. Patterns have no ports: one host's ports go together. */
export function pattern(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/** The words for `name` in the browser's language. */
export function say(name: string, filled?: string): string {
  return chrome.i18n.getMessage(name, filled);
}
