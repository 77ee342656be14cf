/** The team server's HTTP API. Every answer is turned into the page's own terms here. */
import { type Edit, type Finding, type Level, moved } from "./findings";
import { agentTurns, type Turn } from "./transcript";
import { Offsets } from "./units";

export type Language = "zh" | "en";

/** Why there is no answer: `status` 0 when the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
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

/** The standard phrases by scene; none where the server has none to give. */
export async function phrases(asking: Asking): Promise<Scene[]> {
  try {
    const answer = (await request(asking, "/v1/phrases" + query(asking))) as { scenes?: Scene[] };
    return (answer.scenes ?? []).filter((scene) => scene.phrases?.length);
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

function query(asking: Asking): string {
  return asking.profile ? `?profile=${encodeURIComponent(asking.profile)}` : "";
}

async function post<T>(asking: Asking, path: string, body: object, signal?: AbortSignal): Promise<T[]> {
  const profile = asking.profile ? { profile: asking.profile } : {};
  const said = JSON.stringify({ ...body, ...profile, lang: asking.lang });
  const init: RequestInit = { method: "POST", body: said, headers: { "Content-Type": "application/json" } };
  const answer = await request(asking, path, signal ? { ...init, signal } : init);
  return (answer as { results: T[] }).results;
}

async function request(asking: Asking, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers: Record<string, string> = {
    "Accept-Language": asking.lang === "en" ? "en" : "zh-CN",
    ...(init.headers as Record<string, string> | undefined),
  };
  if (asking.token) headers["Authorization"] = `Bearer ${asking.token}`;
  let response: Response;
  try {
    response = await fetch(asking.url + path, { ...init, headers, credentials: "omit", referrerPolicy: "no-referrer" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, String(error));
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, said(answer) ?? response.statusText);
  return answer;
}

function said(answer: unknown): string | undefined {
  return (answer as { error?: { message?: string } } | null)?.error?.message;
}
