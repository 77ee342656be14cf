/** What the module needs of a field, whatever kind of field it is. Offsets are UTF-16 units of `text`. */
import type { Edit, Finding } from "../core/findings";

export interface Surface {
  /** What stands in the field now. */
  readonly text: string;
  /** The caret, or the end of the selection; -1 when it is elsewhere. */
  readonly caret: number;
  /** Underline these findings, which are in `text`, and nothing else. */
  draw(findings: readonly Finding[]): void;
  /** Where a finding that is drawn is on the screen, line by line. */
  places(finding: Finding): DOMRect[];
  /** Replace text as if it were typed, as one step of the field's own undoing. Resolves when done. */
  replace(edit: Edit): Promise<void>;
  /** Follow the field on the screen; called once a frame while something is drawn. */
  follow(): void;
  destroy(): void;
}

/** The part of the screen on which `element` shows: its own box, cut by all that scrolls around it. */
export function visibleBox(element: Element): DOMRect {
  const box = element.getBoundingClientRect();
  let { left, top, right, bottom } = box;
  for (let around = parent(element); around !== null; around = parent(around)) {
    const style = getComputedStyle(around);
    if (style.overflow === "visible" || around === document.documentElement || around === document.body) continue;
    const outer = around.getBoundingClientRect();
    left = Math.max(left, outer.left);
    top = Math.max(top, outer.top);
    right = Math.min(right, outer.right);
    bottom = Math.min(bottom, outer.bottom);
  }
  return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
}

/** The element around another, out of shadow trees too. */
export function parent(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
