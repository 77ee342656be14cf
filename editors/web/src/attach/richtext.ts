/**
 * `contenteditable`: underlines are custom highlights, which leave the page's DOM as it is; browsers
 * without them get lines laid over the text.
 */
import { adopt, make } from "../core/dom";
import { type Edit, type Finding, type Level, LEVELS, visible } from "../core/findings";
import { type Surface, visibleBox } from "./surface";

/** Where a stretch of the text stands in the page. */
interface Piece {
  readonly node: Text;
  readonly from: number;
}

/** Stands for pictures and other things that are no text: no rule reads across it. */
const OBJECT = "\ufffc";

export class RichText implements Surface {
  #pieces: Piece[] = [];
  #text = "";
  #ranges = new Map<Finding, Range>();
  readonly #lines = make("div", { class: "lines", "aria-hidden": "true" });
  readonly #highlights = typeof Highlight === "function" && "highlights" in CSS;

  constructor(
    private readonly field: HTMLElement,
    layer: ShadowRoot,
  ) {
    layer.append(this.#lines);
    if (this.#highlights) paintHighlights(field.getRootNode() as Document | ShadowRoot);
  }

  get text(): string {
    this.#read();
    return this.#text;
  }

  get caret(): number {
    const selection = (this.field.getRootNode() as Document).getSelection?.() ?? getSelection();
    const { focusNode, focusOffset } = selection ?? {};
    if (!focusNode || !this.field.contains(focusNode)) return -1;
    this.#read();
    const piece = this.#pieces.find(({ node }) => node === focusNode);
    return piece ? piece.from + (focusOffset ?? 0) : -1;
  }

  draw(findings: readonly Finding[]): void {
    this.#forget();
    const text = this.text;
    for (const finding of findings) {
      const { from, to } = visible(finding, text);
      const range = this.#range(from, to);
      if (range === null) continue;
      this.#ranges.set(finding, range);
      if (this.#highlights) highlight(finding.level).add(range);
    }
    this.follow();
  }

  places(finding: Finding): DOMRect[] {
    const view = visibleBox(this.field);
    const boxes = [...(this.#ranges.get(finding)?.getClientRects() ?? [])];
    return boxes.filter((box) => box.width > 0 && box.bottom > view.top && box.top < view.bottom);
  }

  async replace(edit: Edit): Promise<void> {
    const range = this.#range(edit.from, edit.to);
    if (range === null) return;
    this.field.focus();
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    // Editors learn of a selection from an event that comes a little later.
    await new Promise((done) => setTimeout(done));
    if (edit.text) document.execCommand("insertText", false, edit.text);
    else document.execCommand("delete");
  }

  follow(): void {
    if (this.#highlights) return;
    const view = visibleBox(this.field);
    const lines = [...this.#ranges.keys()].flatMap((finding) =>
      this.places(finding).map((box) => {
        const line = make("div", { class: `line ${finding.level}` });
        line.style.left = `${Math.max(box.left, view.left)}px`;
        line.style.width = `${Math.max(0, Math.min(box.right, view.right) - Math.max(box.left, view.left))}px`;
        line.style.top = `${box.bottom - 1}px`;
        return line;
      }),
    );
    this.#lines.replaceChildren(...lines);
  }

  destroy(): void {
    this.#forget();
    this.#lines.remove();
  }

  #forget(): void {
    for (const [finding, range] of this.#ranges) if (this.#highlights) highlight(finding.level).delete(range);
    this.#ranges.clear();
  }

  #range(from: number, to: number): Range | null {
    const start = this.#locate(from, true);
    const end = this.#locate(to, false);
    if (start === null || end === null) return null;
    const range = document.createRange();
    range.setStart(start.node, start.offset);
    range.setEnd(end.node, end.offset);
    return range;
  }

  /** The place of an offset; between two nodes, in the later one when `after`. */
  #locate(offset: number, after: boolean): { node: Text; offset: number } | null {
    const holds = ({ node, from }: Piece): boolean => from <= offset && offset <= from + node.length;
    const piece = after ? this.#pieces.findLast(holds) : this.#pieces.find(holds);
    return piece ? { node: piece.node, offset: offset - piece.from } : null;
  }

  /** Read the text: blocks and breaks are line ends, what is no text is one character. */
  #read(): void {
    this.#pieces = [];
    this.#text = "";
    this.#gather(this.field);
    this.#text = this.#text.replace(/\n+$/, "");
  }

  #gather(element: Element): void {
    for (const node of element.childNodes) {
      if (node instanceof Text) {
        if (node.length === 0) continue;
        this.#pieces.push({ node, from: this.#text.length });
        this.#text += node.data;
      } else if (node instanceof Element) this.#within(node);
    }
  }

  #within(element: Element): void {
    if (element instanceof HTMLBRElement) this.#text += "\n";
    else if (element instanceof HTMLImageElement || element.getAttribute("contenteditable") === "false") this.#text += OBJECT;
    else {
      const block = !/^(inline|contents)/.test(getComputedStyle(element).display);
      if (block) this.#breakLine();
      this.#gather(element);
      if (block) this.#breakLine();
    }
  }

  #breakLine(): void {
    if (this.#text && !this.#text.endsWith("\n")) this.#text += "\n";
  }
}

// -- highlights, which belong to the whole document ------------------------------------------------

const COLOURS: Record<Level, string> = { error: "#c9372c", warning: "#b4690e", info: "#2f7abf", hint: "#77817f" };

/** The rules that draw highlights, for documents and shadow trees alike. */
export const HIGHLIGHT_CSS = LEVELS.map((level) => {
  const style = level === "error" || level === "warning" ? "wavy" : "dotted";
  return `::highlight(keqi-${level}){text-decoration:underline ${style} ${COLOURS[level]};text-decoration-skip-ink:none;text-underline-offset:3px}`;
}).join("\n");

const painted = new WeakSet<Document | ShadowRoot>();

function paintHighlights(root: Document | ShadowRoot): void {
  if (painted.has(root)) return;
  painted.add(root);
  try {
    adopt(root, HIGHLIGHT_CSS);
  } catch {
    /* an extension's own style sheet has these rules where scripts may not add any */
  }
}

function highlight(level: Level): Highlight {
  const name = `keqi-${level}`;
  const known = CSS.highlights.get(name);
  if (known) return known;
  const made = new Highlight();
  made.priority = LEVELS.length - LEVELS.indexOf(level);
  CSS.highlights.set(name, made);
  return made;
}
