/** Elements made by hand: no markup is ever parsed, so no text can become code. */

type Attributes = Record<string, string | boolean | ((event: never) => void)>;

/** An element with attributes (a function listens, `true` is an empty attribute, `false` none) and content. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of 24 by 24 in the text's colour, silent for screen readers. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  next: "M12 5v14M6 13l6 6 6-6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 7v6M12 16.5v.5M12 3a9 9 0 100 18 9 9 0 000-18z",
  undo: "M8 5L4 9l4 4M4 9h10a6 6 0 010 12h-3",
  redo: "M16 5l4 4-4 4M20 9H10a6 6 0 000 12h3",
  copy: "M9 9h10v11H9zM6 15H5V4h10v1",
  clear: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13",
  magic: "M4 20L15 9M13 4l1 2.5L16.5 7.5 14 8.5 13 11 12 8.5 9.5 7.5 12 6.5zM19 12l.7 1.8 1.8.7-1.8.7L19 17l-.7-1.8-1.8-.7 1.8-.7z",
  help: "M9.2 9a2.9 2.9 0 115 2c-1 .9-2.2 1.5-2.2 3M12 17.5v.2M12 3a9 9 0 100 18 9 9 0 000-18z",
  system: "M3 5h18v11H3zM9 20h6M12 16v4",
  light: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.5 1.5M17.6 17.6l1.5 1.5M4.9 19.1l1.5-1.5M17.6 6.4l1.5-1.5",
  dark: "M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z",
} as const;

/** Styles for a document or a shadow tree that no Content-Security-Policy forbids. */
export function adopt(root: DocumentOrShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
