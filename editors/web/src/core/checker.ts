/** Checks a draft while it changes: the last text wins, and an answer to an older one is never shown. */
import { ApiError, type Asking, check, type Checked } from "./api";

export type Outcome =
  | { readonly kind: "checking" }
  | { readonly kind: "checked"; readonly checked: Checked }
  | { readonly kind: "failed"; readonly error: ApiError };

/** Milliseconds without a keystroke after which a text is sent: shorter than what a reader notices. */
const PAUSE = 80;
/** Milliseconds until a server that could not answer is asked again, and at most. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 15000;
/** Statuses that another try will not mend: the text, the token or the address has to change. */
const FINAL = new Set([400, 401, 403, 404, 405, 413]);
/** What the server calls a text that takes too long to check. */
const TOO_LONG = "time";

export class Checker {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #retry = FIRST_RETRY;

  /** `asking` is called for every request, so that settings count at once. */
  constructor(
    private readonly asking: () => Asking,
    private readonly tell: (outcome: Outcome) => void,
  ) {}

  /** Check `text`, after a short pause unless `now`. Whatever was asked before is dropped. */
  check(text: string, now = false): void {
    this.stop();
    this.tell({ kind: "checking" });
    this.#after(now ? 0 : PAUSE, text);
  }

  /** Drop what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
  }

  #after(milliseconds: number, text: string): void {
    this.#timer = setTimeout(() => void this.#send(text), milliseconds);
  }

  async #send(text: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      const checked = await check(this.asking(), text, running.signal);
      if (running.signal.aborted) return;
      this.#retry = FIRST_RETRY;
      this.tell({ kind: "checked", checked });
    } catch (error) {
      if (running.signal.aborted) return;
      const failure = error instanceof ApiError ? error : new ApiError(0, String(error));
      this.tell({ kind: "failed", error: failure });
      if (FINAL.has(failure.status) || failure.code === TOO_LONG) return;
      this.#after(this.#retry, text);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
    }
  }
}
