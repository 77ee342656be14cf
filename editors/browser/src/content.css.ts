import { HIGHLIGHT_CSS } from "../../web/src/attach/richtext";

export const CSS = HIGHLIGHT_CSS;
