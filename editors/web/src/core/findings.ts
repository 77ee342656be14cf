/** What the server finds, in the page's own terms. All offsets here are UTF-16 units, half-open. */

import type { Edit, Finding, Fix, Level } from "../public";

export type { Edit, Finding, Fix, Level };

/** Levels, gravest first. */
export const LEVELS: readonly Level[] = ["error", "warning", "info", "hint"];

/** Whether the reply should not go out as it is: hints and infos are advice only. */
export function matters(finding: Finding): boolean {
  return finding.level === "error" || finding.level === "warning";
}

/** The stretch to draw, which is never empty: one neighbour stands for what is missing. */
export function visible(finding: Finding, text: string): { from: number; to: number } {
  const { from, to } = finding;
  if (to > from) return { from, to };
  const next = text.codePointAt(from);
  if (next !== undefined && next !== 10) return { from, to: from + (next > 0xffff ? 2 : 1) };
  const wide = from > 1 && /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(from - 2, from));
  return { from: Math.max(0, from - (wide ? 2 : 1)), to: from };
}

/** The finding to show for an offset: the gravest there, then the widest; none when nothing is there. */
export function at(findings: readonly Finding[], offset: number, text: string): Finding | undefined {
  const here = findings.filter((finding) => {
    const { from, to } = visible(finding, text);
    return from <= offset && offset <= to;
  });
  return here.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || b.to - b.from - (a.to - a.from))[0];
}

/** The first finding behind `offset`, or in front of it when `forwards` is false; goes round at the ends. */
export function neighbour(
  findings: readonly Finding[],
  current: { from: number; to: number },
  forwards: boolean,
): Finding | undefined {
  const order = [...findings].sort((a, b) => a.from - b.from || a.to - b.to);
  const is = (finding: Finding): boolean => finding.from === current.from && finding.to === current.to;
  const index = order.findIndex(is);
  const step = forwards ? 1 : -1;
  if (index >= 0) return order.at((index + step) % order.length);
  if (forwards) return order.find((finding) => finding.from >= current.from) ?? order[0];
  return order.findLast((finding) => finding.from < current.from) ?? order.at(-1);
}

/** What a change at `from`..`to`, now `length` units long, leaves of the findings: those it touches go. */
export function carried(findings: readonly Finding[], from: number, to: number, length: number): Finding[] {
  const by = length - (to - from);
  const kept: Finding[] = [];
  for (const finding of findings) {
    const first = Math.min(finding.from, ...finding.fixes.flatMap((fix) => fix.edits.map((edit) => edit.from)));
    const last = Math.max(finding.to, ...finding.fixes.flatMap((fix) => fix.edits.map((edit) => edit.to)));
    if (last <= from) kept.push(finding);
    else if (first >= to) kept.push(moved(finding, by));
  }
  return kept;
}

/** `fresh`, with those that say what a known one says replaced by it: what was opened before a check stays open. */
export function recognised(fresh: readonly Finding[], known: readonly Finding[]): Finding[] {
  const said = new Map(known.map((finding) => [JSON.stringify(finding), finding]));
  return fresh.map((finding) => said.get(JSON.stringify(finding)) ?? finding);
}

/** The finding in a text where `by` units more stand in front of it. */
function moved(finding: Finding, by: number): Finding {
  const shift = (edit: Edit): Edit => ({ ...edit, from: edit.from + by, to: edit.to + by });
  const fixes = finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(shift) }));
  return { ...finding, from: finding.from + by, to: finding.to + by, fixes };
}
