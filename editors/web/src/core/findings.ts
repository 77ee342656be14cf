/** What the server finds, in the page's own terms. All offsets here are UTF-16 units, half-open. */

import type { Edit, Finding, Fix, Level } from "../public";

export type { Edit, Finding, Fix, Level };

/** Levels, gravest first. */
export const LEVELS: readonly Level[] = ["error", "warning", "info", "hint"];

/** Whether the reply should not go out as it is: hints and infos are advice only. */
export function matters(finding: Finding): boolean {
  return finding.level === "error" || finding.level === "warning";
}

/**
 * The findings without those that go with a graver one: its first wording replaces them as well.
 *
 * Who reads “你去问快递” as something that must change need not be told of its 你 besides.
 */
export function standing(findings: readonly Finding[]): Finding[] {
  const edits = findings.flatMap((finding) => (finding.fixes[0]?.edits ?? []).map((edit) => ({ ...edit, rank: rank(finding) })));
  edits.sort((a, b) => a.from - b.from);
  /** How far those that have begun reach, by level. */
  const reach = LEVELS.map(() => -1);
  const gone = new Set<Finding>();
  let begun = 0;
  for (const finding of [...findings].sort((a, b) => a.from - b.from)) {
    for (let edit = edits[begun]; edit && edit.from <= finding.from; edit = edits[++begun]) {
      reach[edit.rank] = Math.max(reach[edit.rank] ?? -1, edit.to);
    }
    // What is missing behind the last character of an edit is not in it.
    const end = Math.max(finding.to, finding.from + 1);
    if (reach.slice(0, rank(finding)).some((to) => end <= to)) gone.add(finding);
  }
  return findings.filter((finding) => !gone.has(finding));
}

/** Whether a fix puts nothing in the place of what it takes away. */
export function deletes(fix: Fix): boolean {
  return fix.edits.every((edit) => edit.text === "");
}

function rank(finding: Finding): number {
  return LEVELS.indexOf(finding.level);
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
  return here.sort((a, b) => rank(a) - rank(b) || b.to - b.from - (a.to - a.from))[0];
}

/**
 * The first finding behind `current`, or in front of it when `forwards` is false; goes round at the
 * ends. Of those that begin together the gravest comes first.
 */
export function neighbour(
  findings: readonly Finding[],
  current: { from: number; to: number },
  forwards: boolean,
): Finding | undefined {
  const order = [...findings].sort((a, b) => a.from - b.from || rank(a) - rank(b) || b.to - a.to);
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
