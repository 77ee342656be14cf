/**
 * keqi in any text box of a web page: the types of `attach.js`.
 *
 *     import { attach } from "https://keqi.example/attach.js";
 *     const attached = attach(document.querySelector("textarea"), { url: "https://keqi.example" });
 */

/** `error` must change before the reply goes out, `warning` should; the others are advice. */
export type Level = "error" | "warning" | "info" | "hint";

export type Language = "zh" | "en";

/** Replaces `from`..`to` by `text`. Offsets are UTF-16 units as everywhere in JavaScript, half-open. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edits made together. */
export interface Fix {
  /** The new wording in a line. */
  readonly title: string;
  /** Whether facts and decision stay and nothing is promised. */
  readonly safe: boolean;
  /** In order, not overlapping. */
  readonly edits: readonly Edit[];
}

export interface Finding {
  readonly rule: string;
  readonly category: string;
  readonly level: Level;
  readonly message: string;
  /** `from === to` marks where something is missing. */
  readonly from: number;
  readonly to: number;
  /** Best first. */
  readonly fixes: readonly Fix[];
}

/** What travels to the server. */
export interface Message {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Delivers a message; `status` 0 when the server was not reached. `answer` is what the JSON said, or null. */
export type Send = (message: Message, signal?: AbortSignal) => Promise<{ status: number; answer: unknown }>;

export interface Options {
  /** The server's address, such as `https://keqi.example`. */
  url: string;
  /** The profile to check under; without it the server's own. */
  profile?: string;
  /** What the server asks for, if it does. */
  token?: string;
  /** Of messages; without it the page's own. */
  lang?: Language;
  /** Of the card; without it the system's. */
  theme?: "light" | "dark";
  /** Called after every check. */
  onFindings?(findings: readonly Finding[]): void;
  /**
   * Ask before Enter, a form or the send button beside the field sends a text in which something must
   * change. Nothing is blocked without a word, and nothing at all while the server does not answer.
   */
  hold?: boolean;
  /** How requests travel, where the page itself may not make them. */
  send?: Send;
}

export interface Attached {
  /** Take everything away again; the field stays as it is. */
  destroy(): void;
  /** Check now, for instance after the server's rules have changed. */
  recheck(): void;
}

/**
 * Check what is written in `element`: a `<textarea>`, a text `<input>`, or something `contenteditable`.
 *
 * Underlines what reads badly; a click on it, F8 or Alt+Enter opens the reason and better wordings.
 * Nothing inside the field is touched but by the wording that somebody chooses, and that the field
 * can undo. The text goes to the server at `url` and nowhere else.
 */
export declare function attach(element: HTMLElement, options: Options): Attached;

/** Whether `element` is a field that can be checked. Passwords, numbers and the like are not read. */
export declare function attachable(element: Element): element is HTMLElement;
