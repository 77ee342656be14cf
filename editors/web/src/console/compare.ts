/** What differs between a draft and its rewrite, cut where people read: between words. */
import { presentableDiff } from "@codemirror/merge";
import type { Edit } from "../core/findings";

/** Bounds for the search in one stretch: beyond them the whole of it counts as changed. */
const LIMITS = { scanLimit: 500, timeout: 100 };

/** The edits that turn `old` into `fresh`, in order. Line by line where the lines are as many: time stays linear. */
export function compared(old: string, fresh: string): Edit[] {
  const [before, after] = [old.split("\n"), fresh.split("\n")];
  if (before.length !== after.length) return stretch(old, fresh, 0);
  let start = 0;
  return before.flatMap((line, index) => {
    const at = start;
    start += line.length + 1;
    return stretch(line, after[index] as string, at);
  });
}

function stretch(old: string, fresh: string, start: number): Edit[] {
  if (old === fresh) return [];
  return presentableDiff(old, fresh, LIMITS).map(({ fromA, toA, fromB, toB }) => ({
    from: start + fromA,
    to: start + toA,
    text: fresh.slice(fromB, toB),
  }));
}
