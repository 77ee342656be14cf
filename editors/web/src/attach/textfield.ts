/**
 * `<textarea>` and `<input>`: nothing can be drawn inside them, so a copy of the text lies over them.
 *
 * The copy is invisible but for its underlines, takes no clicks, and has the field's own font,
 * width and wrapping; it is moved and cut as the field is.
 */
import { make } from "../core/dom";
import { type Edit, type Finding, LEVELS, visible } from "../core/findings";
import { type Surface, visibleBox } from "./surface";

type Field = HTMLTextAreaElement | HTMLInputElement;

/** What decides where a character stands. */
const COPIED = [
  "direction", "fontFamily", "fontSize", "fontStretch", "fontStyle", "fontVariant", "fontWeight", "fontFeatureSettings",
  "fontKerning", "letterSpacing", "lineHeight", "paddingBottom", "paddingLeft", "paddingRight", "paddingTop", "tabSize",
  "textAlign", "textIndent", "textTransform", "wordBreak", "wordSpacing", "overflowWrap", "lineBreak", "hyphens",
  "textRendering", "writingMode",
] as const;

export class TextField implements Surface {
  readonly #window = make("div", { class: "copy-window", "aria-hidden": "true" });
  readonly #copy = make("div", { class: "copy" });
  readonly #marks = new Map<Finding, HTMLElement[]>();
  #placed = "";
  #styled = "";

  constructor(
    private readonly field: Field,
    layer: ShadowRoot,
  ) {
    this.#window.append(this.#copy);
    layer.append(this.#window);
  }

  get text(): string {
    return this.field.value;
  }

  get caret(): number {
    return this.field.selectionEnd ?? -1;
  }

  draw(findings: readonly Finding[]): void {
    const text = this.text;
    this.#marks.clear();
    const cuts = new Set([0, text.length]);
    const spans = findings.map((finding) => ({ finding, ...visible(finding, text) }));
    for (const { from, to } of spans) cuts.add(from).add(to);
    const points = [...cuts].sort((a, b) => a - b);
    const parts = points.slice(1).map((to, index) => {
      const from = points[index] as number;
      const over = spans.filter((span) => span.from <= from && to <= span.to).map((span) => span.finding);
      return over.length ? this.#mark(text.slice(from, to), over) : text.slice(from, to);
    });
    // A last line without characters has a height only when something stands on it.
    this.#copy.replaceChildren(...parts, "\u200b");
    this.#window.hidden = findings.length === 0;
    this.#placed = "";
    this.follow();
  }

  #mark(text: string, over: readonly Finding[]): HTMLElement {
    const gravest = LEVELS.find((level) => over.some((finding) => finding.level === level)) ?? "hint";
    const mark = make("span", { class: `mark ${gravest}` }, text);
    for (const finding of over) this.#marks.set(finding, [...(this.#marks.get(finding) ?? []), mark]);
    return mark;
  }

  places(finding: Finding): DOMRect[] {
    const view = visibleBox(this.field);
    return (this.#marks.get(finding) ?? [])
      .flatMap((mark) => [...mark.getClientRects()])
      .filter((box) => box.bottom > view.top && box.top < view.bottom && box.right > view.left && box.left < view.right);
  }

  async replace(edit: Edit): Promise<void> {
    this.field.focus();
    this.field.setSelectionRange(edit.from, edit.to);
    const wanted = this.text.slice(0, edit.from) + edit.text + this.text.slice(edit.to);
    const done = edit.text ? document.execCommand("insertText", false, edit.text) : document.execCommand("delete");
    if (done && this.text === wanted) return;
    // Browsers without the command lose their undo, but the page still hears of the change.
    this.field.setRangeText(edit.text, edit.from, edit.to, "end");
    const heard = { bubbles: true, inputType: "insertReplacementText", data: edit.text };
    this.field.dispatchEvent(new InputEvent("input", heard));
  }

  follow(): void {
    if (this.#window.hidden) return;
    const { field } = this;
    const box = field.getBoundingClientRect();
    const view = visibleBox(field);
    const scale = field.offsetWidth ? box.width / field.offsetWidth : 1;
    const measures = [box.left, box.top, view.left, view.top, view.width, view.height, scale, field.clientWidth,
      field.clientHeight, field.scrollLeft, field.scrollTop, field.isConnected];
    const placed = measures.join(" ");
    if (placed === this.#placed) return;
    this.#placed = placed;
    this.#style();
    this.#place(box, view, scale);
  }

  #style(): void {
    const style = getComputedStyle(this.field);
    const said = COPIED.map((name) => style[name]).join("|") + this.field.clientHeight;
    if (said === this.#styled) return;
    this.#styled = said;
    for (const name of COPIED) this.#copy.style[name] = style[name];
    const one = this.field instanceof HTMLInputElement;
    this.#copy.style.whiteSpace = one ? "pre" : "pre-wrap";
    if (one) {
      const inside = this.field.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      this.#copy.style.lineHeight = `${inside}px`;
    }
  }

  #place(box: DOMRect, view: DOMRect, scale: number): void {
    const { field } = this;
    const left = box.left + field.clientLeft * scale;
    const top = box.top + field.clientTop * scale;
    const right = Math.min(view.right, left + field.clientWidth * scale);
    const bottom = Math.min(view.bottom, top + field.clientHeight * scale);
    const style = this.#window.style;
    const from = { x: Math.max(left, view.left), y: Math.max(top, view.top) };
    style.left = `${from.x}px`;
    style.top = `${from.y}px`;
    style.width = `${Math.max(0, right - from.x)}px`;
    style.height = `${Math.max(0, bottom - from.y)}px`;
    style.visibility = field.isConnected && field.clientWidth ? "visible" : "hidden";
    const copy = this.#copy.style;
    if (field instanceof HTMLInputElement) copy.minWidth = `${field.clientWidth}px`;
    else copy.width = `${field.clientWidth}px`;
    const shift = `translate(${left - from.x}px, ${top - from.y}px)`;
    copy.transform = `${shift} scale(${scale}) translate(${-field.scrollLeft}px, ${-field.scrollTop}px)`;
  }

  destroy(): void {
    this.#window.remove();
  }
}
