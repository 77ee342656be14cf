/** When to try again after a server was lost. Knows nothing of VS Code. */

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const WINDOW_MS = 180_000;
const LOSSES = 4;

/** Milliseconds to wait before the `attempt`-th try (from 0) to reach a team server. */
export function delay(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS);
}

/** Counts the losses of a process: one that keeps dying is not started again for ever. */
export class Losses {
  private times: number[] = [];

  /** Note a loss at `now` (milliseconds); whether it was one too many. */
  tooMany(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WINDOW_MS), now];
    return this.times.length > LOSSES;
  }
}
