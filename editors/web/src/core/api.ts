/** The team server's HTTP API. Every answer is turned into the page's own terms here. */
import type { Edit, Finding, Language, Level, Message, Send } from "../public";
import { standing } from "./findings";
import { Offsets } from "./units";

export type { Language };

/** Why there is no answer: `status` 0 when the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the server calls it; empty when something before it answered. */
    readonly code = "",
  ) {
    super(message);
  }
}

/** How the server is to be asked. */
export interface Asking {
  /** The server's address without a slash at the end; empty: where the page came from. */
  readonly url: string;
  readonly token: string;
  /** Empty: the server's own. */
  readonly profile: string;
  readonly lang: Language;
  /** How requests travel; by default from the page itself. */
  readonly send?: Send;
}

/** A stretch of a text, in UTF-16 units, half-open. */
export interface Turn {
  readonly from: number;
  readonly to: number;
}

/** A text that was checked. */
export interface Checked {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** What the agent said when the text is a chat; null: it was read as one reply. */
  readonly turns: readonly Turn[] | null;
}

/** What the server knows of a rule. */
export interface Rule {
  readonly id: string;
  /** In the language that was asked for; in Chinese where there is no English. */
  readonly title: string;
  readonly title_en?: string;
  readonly why: string;
  readonly why_en?: string;
}

export interface Phrase {
  readonly title: string;
  readonly text: string;
}

export interface Scene {
  readonly id: string;
  readonly title: string;
  readonly phrases: readonly Phrase[];
}

interface RawPlace {
  readonly offset: number;
}

interface RawFinding {
  readonly rule: string;
  readonly category: string;
  readonly severity: Level;
  readonly message: string;
  readonly start: RawPlace;
  readonly end: RawPlace;
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  }[];
}

interface RawChecked {
  /** What the text was read as. */
  readonly format: string;
  /** Where its replies are. */
  readonly segments: readonly { readonly start: number; readonly end: number }[];
  readonly findings: readonly RawFinding[];
}

/** What the server names a chat; others' words in it are not checked. */
const CHAT = "transcript";

/** The findings in `text`. Raises ApiError; an aborted request raises the signal's own error. */
export async function check(asking: Asking, text: string, signal: AbortSignal): Promise<Checked> {
  if (!text.trim()) return { text, findings: [], turns: null };
  const { format, segments, findings } = await post<RawChecked>(asking, "/v1/check", text, {}, signal);
  const offsets = new Offsets(text);
  const turn = (one: { start: number; end: number }): Turn => ({
    from: offsets.units(one.start),
    to: offsets.units(one.end),
  });
  const turns = format === CHAT ? segments.map(turn) : null;
  return { text, findings: standing(findings.map((raw) => finding(raw, offsets))), turns };
}

/** A text after its fixes. */
export interface Mended {
  readonly text: string;
  /** How many findings that matter are still in it. */
  readonly left: number;
}

/** `text` with all that is safe mended, or with `unsafe` also what a person should read first. */
export async function fix(asking: Asking, text: string, unsafe: boolean, signal?: AbortSignal): Promise<Mended> {
  if (!text.trim()) return { text, left: 0 };
  const mended = await post<RawChecked & { text: string }>(asking, "/v1/fix", text, { unsafe }, signal);
  const left = mended.findings.filter((f) => f.severity === "error" || f.severity === "warning");
  return { text: mended.text, left: left.length };
}

/** The profiles there are, and the server's own. */
export async function profiles(asking: Asking): Promise<{ default: string; profiles: string[] }> {
  return (await request(asking, "/v1/profiles")) as { default: string; profiles: string[] };
}

/** What the rules are called and why they are there, by id. */
export async function rules(asking: Asking): Promise<Map<string, Rule>> {
  const answer = (await request(asking, "/v1/rules" + query(asking))) as { rules: Rule[] };
  return new Map(answer.rules.map((rule) => [rule.id, rule]));
}

/**
 * The standard phrases by scene, in the server's order; none where the server has none to give.
 *
 * With a `word` those that it finds: by what they say, by their tags, by pinyin.
 */
export async function phrases(asking: Asking, word = ""): Promise<Scene[]> {
  const scenes = new Map<string, { id: string; title: string; phrases: Phrase[] }>();
  for (const { scene, sceneTitle, ...phrase } of await listed(asking, word)) {
    const known = scenes.get(scene) ?? { id: scene, title: sceneTitle, phrases: [] };
    known.phrases.push(phrase);
    scenes.set(scene, known);
  }
  return [...scenes.values()];
}

async function listed(asking: Asking, word: string): Promise<(Phrase & { scene: string; sceneTitle: string })[]> {
  try {
    const answer = (await request(asking, "/v1/phrases" + query(asking, word))) as { phrases?: [] };
    return answer.phrases ?? [];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

function finding(raw: RawFinding, offsets: Offsets): Finding {
  const edit = (e: { start: number; end: number; text: string }): Edit => ({
    from: offsets.units(e.start),
    to: offsets.units(e.end),
    text: e.text,
  });
  return {
    rule: raw.rule,
    category: raw.category,
    level: raw.severity,
    message: raw.message,
    from: offsets.units(raw.start.offset),
    to: offsets.units(raw.end.offset),
    fixes: raw.fixes.map((f) => ({ title: f.title, safe: f.safe, edits: f.edits.map(edit) })),
  };
}

function query(asking: Asking, word = ""): string {
  const asked = new URLSearchParams({ ...(asking.profile && { profile: asking.profile }), ...(word && { q: word }) });
  const said = String(asked);
  return said && `?${said}`;
}

/** What the server says of `text`, a draft or a whole chat: it finds out which. */
async function post<T>(asking: Asking, path: string, text: string, more: object, signal?: AbortSignal): Promise<T> {
  const profile = asking.profile ? { profile: asking.profile } : {};
  const asked = { replies: [text], format: "auto", lang: asking.lang, ...profile, ...more };
  const { results } = (await request(asking, path, JSON.stringify(asked), signal)) as { results: [T] };
  return results[0];
}

async function request(asking: Asking, path: string, body?: string, signal?: AbortSignal): Promise<unknown> {
  const headers: Record<string, string> = { "Accept-Language": asking.lang === "en" ? "en" : "zh-CN" };
  if (asking.token) headers["Authorization"] = `Bearer ${asking.token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const url = asking.url.replace(/\/+$/, "") + path;
  const message: Message = { method: body === undefined ? "GET" : "POST", url, headers, ...(body !== undefined && { body }) };
  const { status, answer } = await (asking.send ?? fetched)(message, signal);
  if (status < 200 || status > 299) {
    const error = (answer as { error?: { code?: string; message?: string } } | null)?.error;
    throw new ApiError(status, error?.message ?? `HTTP ${status}`, error?.code);
  }
  return answer;
}

/** Delivery with the page's own `fetch`: no cookies, and no address of the page's in a header. */
export const fetched: Send = async ({ url, ...message }, signal) => {
  const init: RequestInit = { ...message, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };
  try {
    const response = await fetch(url, signal ? { ...init, signal } : init);
    return { status: response.status, answer: (await response.json().catch(() => null)) as unknown };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { status: 0, answer: { error: { message: String(error) } } };
  }
};
