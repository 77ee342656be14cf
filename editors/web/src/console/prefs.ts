/** What the browser remembers of the reader's choices. Never the draft. */
import type { Language } from "../core/api";

export interface Prefs {
  readonly lang: Language;
  readonly theme: "system" | "light" | "dark";
  /** Empty: the server's own. */
  readonly profile: string;
  readonly unsafe: boolean;
  readonly tab: "findings" | "phrases";
  readonly scene: string;
  readonly token: string;
}

const KEY = "keqi.console";

const DEFAULTS: Prefs = {
  lang: /^en/i.test(navigator.language) ? "en" : "zh",
  theme: "system",
  profile: "",
  unsafe: false,
  tab: "findings",
  scene: "",
  token: "",
};

const ALLOWED: { readonly [key in keyof Prefs]?: readonly string[] } = {
  lang: ["zh", "en"],
  theme: ["system", "light", "dark"],
  tab: ["findings", "phrases"],
};

/** The choices kept so far; what is missing or was tampered with takes its default. */
export function load(): Prefs {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    const fits = (key: keyof Prefs, value: unknown): boolean =>
      typeof value === typeof DEFAULTS[key] && (ALLOWED[key]?.includes(value as string) ?? true);
    const known = Object.entries(kept).filter(([key, value]) => fits(key as keyof Prefs, value));
    return { ...DEFAULTS, ...Object.fromEntries(known) };
  } catch {
    return DEFAULTS;
  }
}

/** Keep the choices; a browser that keeps nothing is no reason to fail. */
export function save(prefs: Prefs): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs));
  } catch {
    /* private windows */
  }
}
