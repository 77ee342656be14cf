/** The team server's HTTP API. Every answer is turned into the page's own terms here. */
import type { Edit, Finding, Language, Level, Message, Send } from "../public";
import { moved } from "./findings";
import { agentTurns, type Turn } from "./transcript";
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

/** A text that was checked. */
export interface Checked {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The agent's turns when the text is a chat; null: it was read as one reply. */
  readonly turns: readonly Turn[] | null;
}

/** What the server knows of a rule. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
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

interface RawMended {
  readonly text: string;
  readonly findings: readonly RawFinding[];
}

/** The findings in `text`. Raises ApiError; an aborted request raises the signal's own error. */
export async function check(asking: Asking, text: string, signal: AbortSignal): Promise<Checked> {
  const { turns, pieces } = split(text);
  if (pieces.length === 0) return { text, findings: [], turns };
  const replies = pieces.map((piece) => text.slice(piece.from, piece.to));
  const answer = await post<{ findings: RawFinding[] }>(asking, "/v1/check", { replies }, signal);
  const findings = pieces.flatMap((piece, index) => {
    const offsets = new Offsets(replies[index] as string);
    return (answer[index]?.findings ?? []).map((raw) => moved(finding(raw, offsets), piece.from));
  });
  return { text, findings, turns };
}

/** A text after its fixes. */
export interface Mended {
  readonly text: string;
  /** How many findings that matter are still in it. */
  readonly left: number;
}

/** `text` with all that is safe mended, or with `unsafe` also what a person should read first. */
export async function fix(asking: Asking, text: string, unsafe: boolean, signal?: AbortSignal): Promise<Mended> {
  const { pieces } = split(text);
  if (pieces.length === 0) return { text, left: 0 };
  const replies = pieces.map((piece) => text.slice(piece.from, piece.to));
  const answer = await post<RawMended>(asking, "/v1/fix", { replies, unsafe }, signal);
  const left = answer.flatMap((one) => one.findings).filter((f) => f.severity === "error" || f.severity === "warning");
  let done = 0;
  let made = "";
  pieces.forEach((piece, index) => {
    made += text.slice(done, piece.from) + (answer[index]?.text ?? replies[index]);
    done = piece.to;
  });
  return { text: made + text.slice(done), left: left.length };
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

/** What of a text is to be checked: a draft whole, of a chat what the agent said; nothing of blank text. */
function split(text: string): { turns: Turn[] | null; pieces: Turn[] } {
  const turns = agentTurns(text);
  return { turns, pieces: turns ?? (text.trim() ? [{ from: 0, to: text.length }] : []) };
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

async function post<T>(asking: Asking, path: string, body: object, signal?: AbortSignal): Promise<T[]> {
  const profile = asking.profile ? { profile: asking.profile } : {};
  const answer = await request(asking, path, JSON.stringify({ ...body, ...profile, lang: asking.lang }), signal);
  return (answer as { results: T[] }).results;
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
