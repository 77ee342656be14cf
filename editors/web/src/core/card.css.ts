/** How the card and the underlines look, wherever they stand. */

export const TOKENS_LIGHT = `
  --bg: #f6f4ee; --surface: #ffffff; --raised: #ffffff; --text: #1f2b2b; --muted: #5b6867; --line: #e1dcd0;
  --field: #fbfaf7; --accent: #2a686c; --accent-text: #ffffff; --accent-soft: #e3efee;
  --error: #b2352b; --error-soft: #fbe9e6; --warning: #8d5510; --warning-soft: #fcf0dc;
  --info: #27608f; --info-soft: #e5eff8; --hint: #5b6867; --hint-soft: #eeece6;
  --ok: #26714a; --ok-soft: #e3f2e9; --shadow: 0 1px 2px #1f2b2b0f, 0 8px 24px #1f2b2b14;
  --shadow-high: 0 2px 6px #1f2b2b1f, 0 16px 48px #1f2b2b33;`;

export const TOKENS_DARK = `
  --bg: #141918; --surface: #1c2322; --raised: #242d2c; --text: #e5ebe9; --muted: #9daba8; --line: #323d3b;
  --field: #191f1e; --accent: #84c7c3; --accent-text: #10201f; --accent-soft: #233a39;
  --error: #f59a90; --error-soft: #42221f; --warning: #eab868; --warning-soft: #3b2e18;
  --info: #8fc1ea; --info-soft: #1c3245; --hint: #9daba8; --hint-soft: #2a3331;
  --ok: #86d0a5; --ok-soft: #1c3a2a; --shadow: 0 1px 2px #0006, 0 8px 24px #0005;
  --shadow-high: 0 2px 6px #0008, 0 16px 48px #000a;`;

export const FONT = `system-ui, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif`;

export const CARD = `
.card, .card * { box-sizing: border-box; }
.card { position: fixed; z-index: 2147483000; width: min(376px, calc(100vw - 16px)); max-height: min(70vh, 480px);
  overflow: auto; padding: 14px 16px 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--raised);
  color: var(--text); box-shadow: var(--shadow-high); font: 15px/1.65 ${FONT}; text-align: start; }
.card[hidden] { display: none; }
.card:focus { outline: none; }
.card-head { display: flex; align-items: center; gap: 8px; }
.card-title { flex: 1; min-width: 0; font-weight: 600; }
.level { flex: none; padding: 1px 8px; border-radius: 99px; font-size: 12.5px; line-height: 1.6; font-weight: 600; }
.level.error { color: var(--error); background: var(--error-soft); }
.level.warning { color: var(--warning); background: var(--warning-soft); }
.level.info { color: var(--info); background: var(--info-soft); }
.level.hint { color: var(--hint); background: var(--hint-soft); }
.card-message { margin: 8px 0 10px; }
.card-none, .card-keys { margin: 0; color: var(--muted); font-size: 13px; }
.card-keys { margin-top: 8px; }
.card:not(:focus-within) .card-by-keys, .card:focus-within .card-by-click { display: none; }
@media (hover: none) and (pointer: coarse) { .card-keys { display: none; } }
.alts { display: grid; gap: 6px; margin: 0; padding: 0; list-style: none; }
.alt { display: flex; align-items: baseline; gap: 8px; width: 100%; padding: 8px 12px; border: 1px solid var(--line);
  border-radius: 9px; background: var(--surface); color: var(--text); font: inherit; text-align: start; cursor: pointer; }
.alt span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.alt small { flex: none; color: var(--warning); font-size: 12.5px; }
.alt:hover { border-color: var(--accent); background: var(--accent-soft); }
.alt:focus-visible, .icon-button:focus-visible, .card summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.alts li:first-child .alt { border-color: var(--accent); }
.card-why { margin-top: 10px; font-size: 13.5px; color: var(--muted); }
.card-why summary { cursor: pointer; width: fit-content; }
.card-why p { margin: 4px 0 0; }
.icon { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.icon-button { display: inline-grid; place-items: center; flex: none; width: 30px; height: 30px; padding: 0; border: 0;
  border-radius: 8px; background: none; color: var(--muted); cursor: pointer; }
.icon-button:hover { background: var(--hint-soft); color: var(--text); }
`;
