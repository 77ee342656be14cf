/**
 * The button with which a page sends what is written in a field. Pages have no common way to say so:
 * it goes by what the button is called, and by whether button and field are nearest to each other.
 */
import { parent } from "./surface";

/** How far a button may be from its field, in pixels. */
const NEAR = 300;
/** As many send buttons as a composer may have (“发送”, “发送并结束”); more of them are a list's. */
const MOST = 3;
/** How many elements above what was clicked may be the button: icons lie inside. */
const DEPTH = 5;

const BUTTON = "button, [role=button], input[type=submit], input[type=button], input[type=image], a";
const FIELD = "textarea, input:not([type]), input[type=text], input[type=search], [contenteditable]:not([contenteditable=false])";

const CHINESE =
  /^(?:立即|马上|确认|确定|直接)?(?:发送|发出|发表|提交|回复|發送|發出|傳送|送出|回覆)(?:消息|信息|回复|回答|留言|评论|邮件|短信|工单|客户|给客户|訊息|回覆|客戶|給客戶)?(?:[并後后且併].{1,4})?$/;
const ENGLISH =
  /^(?:send|submit|reply|post)(?: (?:now|message|reply|response|answer|comment|email|sms|ticket|to|all|the|customer|and|as|close|next|open|pending|solved|resolved))*$/;
/** Of an icon's button, whose makers named it at least for themselves. */
const NAMED = /(?:^|-)send(?!-?(?:file|image|img|pic|photo|gift|card|coupon|link|voice|video|emoji|order|code|later))(?:-|$)/;
/** Which keys do the same: not part of the name. */
const KEYS = /\b(?:ctrl|cmd|command|alt|shift|enter|return|s)\b|回车键?|快捷键/g;

/** The element, of those that a click went through, which sends the text of `field`; none if it does not. */
export function sendButton(path: readonly EventTarget[], field: Element): HTMLElement | undefined {
  const outside = path.findIndex((part) => part instanceof Element && contains(part, field));
  const around = path.slice(0, outside).filter((part) => part instanceof HTMLElement).slice(0, DEPTH);
  const button = around.find(sends);
  return button && belong(button, field) ? button : undefined;
}

/** The send button of `field` in place of one that the page has drawn anew. */
export function otherButton(field: Element): HTMLElement | undefined {
  for (let area = parent(field); area !== null; area = parent(area)) {
    const found = buttons(area).find((button) => belong(button, field));
    if (found) return found;
  }
  return undefined;
}

function sends(element: HTMLElement): boolean {
  const button = element.matches(BUTTON);
  // Many a page has made its button of something else; then the pointer tells.
  if (!button && getComputedStyle(element).cursor !== "pointer") return false;
  if (element.matches(":disabled, [aria-disabled=true]")) return false;
  const name = words(element);
  // A picture or an arrow is no name.
  return /\p{L}/u.test(name) ? saysSend(name) : button && meansSend(marks(element));
}

/** Whether a button of this name sends a text. */
export function saysSend(name: string): boolean {
  const plain = name.normalize("NFKC").toLowerCase().replace(/\(.*?\)/g, " ").replace(KEYS, " ").replace(/[^\p{L}]+/gu, " ").trim();
  return CHINESE.test(plain.replaceAll(" ", "")) || ENGLISH.test(plain);
}

/** Whether the names that only the page's makers see are those of a button that sends a text. */
export function meansSend(marks: string): boolean {
  return NAMED.test(marks.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase().replace(/[^a-z]+/g, "-"));
}

/** What the button is called, for those who see it or hear of it. */
function words(element: HTMLElement): string {
  const label = element.getAttribute("aria-labelledby")?.split(/\s+/).map((id) => text(element, id)).join(" ");
  const image = element.querySelector("img[alt], svg[aria-label]");
  const names = [
    label,
    element.getAttribute("aria-label"),
    element instanceof HTMLInputElement ? element.value || element.alt : element.innerText,
    element.title,
    image?.getAttribute("alt") ?? image?.getAttribute("aria-label"),
  ];
  const name = names.find((known) => known?.trim()) ?? "";
  // Long texts are no names, and not worth reading.
  return name.trim().slice(0, 80);
}

function text(element: Element, id: string): string {
  return (element.getRootNode() as Document | ShadowRoot).getElementById(id)?.textContent ?? "";
}

/** What the page itself calls an element. */
function marks(element: HTMLElement): string {
  return [element.id, element.getAttribute("class"), ...Object.values(element.dataset)].join(" ");
}

/** Whether button and field are nearest to each other: in the page's structure, and on the screen. */
function belong(button: Element, field: Element): boolean {
  const area = common(button, field);
  if (!area || gap(button.getBoundingClientRect(), field.getBoundingClientRect()) > NEAR) return false;
  if (buttons(area).length > MOST) return false;
  const [besideButton, besideField] = [within(area, button), within(area, field)];
  const others = [...besideButton.querySelectorAll(FIELD)].some((other) => other !== field && shown(other));
  return !others && (besideField === field || buttons(besideField).length === 0);
}

function buttons(area: Element): HTMLElement[] {
  return [...area.querySelectorAll<HTMLElement>(BUTTON)].filter((button) => shown(button) && sends(button));
}

function common(one: Element, other: Element): Element | null {
  let area = parent(one);
  while (area !== null && !contains(area, other)) area = parent(area);
  return area;
}

/** The part of `area`, one step inside, in which `element` is. */
function within(area: Element, element: Element): Element {
  let part = element;
  for (let next = parent(part); next !== null && next !== area; next = parent(part)) part = next;
  return part;
}

/** Whether an element is inside another, shadow trees included. */
function contains(area: Element, element: Element): boolean {
  for (let around: Element | null = element; around !== null; around = parent(around)) if (around === area) return true;
  return false;
}

function shown(element: Element): boolean {
  return element.getClientRects().length > 0;
}

/** The distance between two boxes on the screen. */
function gap(one: DOMRect, other: DOMRect): number {
  const across = Math.max(one.left - other.right, other.left - one.right, 0);
  return Math.max(across, one.top - other.bottom, other.top - one.bottom, 0);
}
