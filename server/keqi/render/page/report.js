
"use strict";
(() => {
  const PAGE = 50; // findings shown at a time
  const PRINTED = 500; // findings on paper
  const BARS = matchMedia("(max-width: 40rem)").matches ? 4 : 6; // bars of a chart before it is unfolded
  const WHOLE = 600; // characters of a reply that are shown without asking
  const AROUND = 200; // characters shown on each side of the place in a longer one

  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const chinese = document.documentElement.lang.startsWith("zh");
  const form = document.getElementById("filters");
  const list = document.getElementById("list");

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);

  /** An element with text and other elements in it; nothing is ever read as markup. */
  function el(tag, attributes, ...children) {
    const svg = tag === "svg" || tag === "rect";
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value !== null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  // -- what there is ----------------------------------------------------------------------------

  const items = data.files.flatMap((file) => {
    const replies = file.replies.map(([text, label, author]) => ({ text, label: file.cell || label, author }));
    return file.findings.map((finding) => {
      const reply = replies[finding.reply];
      const { text, label, author } = reply;
      return { ...finding, reply, file: file.path, text, label, author, rank: data.levels.indexOf(finding.level) };
    });
  });
  items.forEach((item, at) => { item.at = at; });

  const title = (rule) => data.rules[rule]?.title ?? "";
  const category = (id) => data.categories[id] ?? id;

  /** How what a filter or group knows by its value is called. */
  const names = {
    level: (value) => words[value],
    category,
    file: (value) => value,
    author: (value) => value || words.unknown,
    rule: (value) => `${title(value)} ${value}`.trim(),
  };

  /** The values of one property with the number of findings of each level, the most frequent first. */
  function counted(property) {
    const found = new Map();
    for (const item of items) {
      if (!found.has(item[property])) found.set(item[property], { value: item[property], total: 0, levels: {} });
      const entry = found.get(item[property]);
      entry.total += 1;
      entry.levels[item.level] = (entry.levels[item.level] ?? 0) + 1;
    }
    return [...found.values()].sort((a, b) => b.total - a.total);
  }

  const counts = Object.fromEntries(["level", "category", "file", "author"].map((name) => [name, counted(name)]));
  const authored = items.some((item) => item.author);

  /** Whether `word` is said of a finding or in its reply, which is searched once however many it has. */
  function says(item, word) {
    const reply = item.reply;
    reply.words ??= [reply.text, item.file, reply.label, reply.author].join("\n").toLowerCase();
    if (reply.asked !== word) Object.assign(reply, { asked: word, answer: reply.words.includes(word) });
    item.words ??= [item.message, ...item.fixes.map((fix) => fix.title), names.rule(item.rule), category(item.category)]
      .join("\n").toLowerCase();
    return reply.answer || item.words.includes(word);
  }

  // -- what is wanted ---------------------------------------------------------------------------

  let shown = items;
  let page = 0;

  function select() {
    const wanted = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const exact = ["category", "level", "file", "author"].filter((name) => form.elements[name].value !== "");
    shown = items.filter((item) => exact.every((name) => "=" + item[name] === form.elements[name].value));
    for (const word of wanted) shown = shown.filter((item) => says(item, word));
    shown.sort(order());
    page = 0;
    render();
  }

  function order() {
    const group = form.elements.group.value;
    const groups = new Map();
    if (group) for (const item of shown) groups.set(item[group], (groups.get(item[group]) ?? 0) + 1);
    const ranks = new Map([...groups.keys()].sort((a, b) => groups.get(b) - groups.get(a)).map((key, at) => [key, at]));
    const categories = new Map(counts.category.map((entry, at) => [entry.value, at]));
    const compare = {
      place: () => 0,
      level: (a, b) => a.rank - b.rank,
      category: (a, b) => categories.get(a.category) - categories.get(b.category),
    }[form.elements.sort.value];
    const grouped = { "": () => 0, level: (a, b) => a.rank - b.rank }[group]
      ?? ((a, b) => ranks.get(a[group]) - ranks.get(b[group]));
    return (a, b) => grouped(a, b) || compare(a, b) || a.at - b.at;
  }

  // -- findings ---------------------------------------------------------------------------------

  /** The reply with the place marked; of a long one only what is near, until the whole is asked for. */
  function reply(item, whole) {
    const text = Array.from(item.text); // code points, as the offsets count
    const from = whole || text.length <= WHOLE ? 0 : Math.max(0, item.start - AROUND);
    const to = whole || text.length <= WHOLE ? text.length : Math.min(text.length, item.end + AROUND);
    const part = (start, end) => text.slice(start, end).join("");
    const gap = item.start === item.end;
    const mark = el("mark", { class: gap ? "gap" : null, "data-said": gap ? words["missing-here"] : words.marked },
      gap ? "▴" : part(item.start, item.end));
    const quote = el("blockquote", { lang: "zh" }, from > 0 ? "……" : "", part(from, item.start), mark,
      part(item.end, to), to < text.length ? "……" : "");
    if (to - from === text.length) return [quote];
    const more = el("button", { type: "button" }, words.whole);
    more.addEventListener("click", () => {
      const [full] = reply(item, true);
      full.tabIndex = -1;
      quote.replaceWith(full);
      more.remove();
      full.focus();
    });
    return [quote, more];
  }

  function place(item) {
    const at = fill(words.line, item);
    const known = [category(item.category), item.file, item.label, at, item.author];
    return el("p", { class: "place" }, known.filter(Boolean).join(" · "));
  }

  function advice(item) {
    if (!item.fixes.length) return el("dd", {}, words["no-advice"]);
    const safeFirst = [...item.fixes].sort((a, b) => b.safe - a.safe);
    return el("dd", {}, el("ul", {}, ...safeFirst.map((fix) => el("li", {},
      el("span", { class: fix.safe ? "tag safe" : "tag ask" }, words[fix.safe ? "rule-safe" : "rule-unsafe"]),
      el("span", { class: "wording", lang: fix.title ? "zh" : null }, fix.title || words.deletion),
    ))));
  }

  function card(item, heading) {
    const name = title(item.rule);
    const why = data.rules[item.rule]?.why;
    const language = (part) => data.rules[item.rule]?.chinese.includes(part) ? "zh" : null;
    return el("article", { class: `finding ${item.level}` },
      el(heading, {}, el("span", { class: `tag ${item.level}` }, words[item.level]), " ",
        name ? el("span", { lang: language("title") }, name) : null, name ? " " : null,
        el("code", {}, item.rule)),
      place(item),
      ...reply(item, false),
      el("dl", {},
        el("dt", {}, words.message), el("dd", {}, item.message),
        why ? el("dt", {}, words.why) : null, why ? el("dd", { lang: language("why") }, why) : null,
        el("dt", {}, words.advice), advice(item)),
    );
  }

  /** Cards for some of the shown findings, with a heading where a group begins. */
  function cards(from, to) {
    const group = form.elements.group.value;
    const made = [];
    let last;
    for (const item of shown.slice(from, to)) {
      if (group && item[group] !== last) {
        last = item[group];
        const number = shown.reduce((sum, other) => sum + (other[group] === last), 0);
        made.push(el("h3", {}, names[group](last), " ", el("span", { class: "number" }, String(number))));
      }
      made.push(card(item, group ? "h4" : "h3"));
    }
    return made;
  }

  function render() {
    const said = shown.length || !items.length ? fill(words.shown, { count: shown.length, total: items.length })
      : words["none-left"];
    document.getElementById("count").textContent = items.length ? said : "";
    list.replaceChildren(...cards(page * PAGE, (page + 1) * PAGE));
    turning();
    pressed();
  }

  function turning() {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    const button = (name, to) => {
      const made = el("button", { type: "button" }, words[name]);
      made.disabled = to < 0 || to >= pages || to === page;
      made.addEventListener("click", () => {
        page = to;
        render();
        const top = document.getElementById("count");
        top.scrollIntoView();
        document.getElementById("findings").focus({ preventScroll: true });
      });
      return made;
    };
    const nav = document.getElementById("pages");
    nav.hidden = pages === 1;
    nav.replaceChildren(button("first", 0), button("previous", page - 1),
      el("span", {}, fill(words.number, { page: page + 1, pages })), button("next", page + 1), button("last", pages - 1));
  }

  // -- overview ---------------------------------------------------------------------------------

  const toggles = [];

  /** A button that sets or clears one filter. */
  function toggle(property, value, ...children) {
    const made = el("button", { type: "button", "aria-pressed": "false" }, ...children);
    made.addEventListener("click", () => {
      const field = form.elements[property];
      field.value = field.value === "=" + value ? "" : "=" + value;
      select();
    });
    toggles.push(() => made.setAttribute("aria-pressed", String(form.elements[property].value === "=" + value)));
    return made;
  }

  const pressed = () => toggles.forEach((update) => update());

  function bar(entry, most) {
    let at = 0;
    const parts = data.levels.filter((level) => entry.levels[level]).map((level) => {
      const width = (entry.levels[level] / most) * 100;
      at += width;
      return el("rect", { class: level, x: at - width, y: 0, width, height: 8 });
    });
    return el("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts);
  }

  function chart(property, heading) {
    const entries = counts[property];
    const most = entries[0]?.total;
    const rows = entries.map((entry) => el("li", {}, toggle(property, entry.value,
      el("span", {}, names[property](entry.value)), el("span", { class: "number" }, String(entry.total)),
      bar(entry, most))));
    const made = el("div", { class: "chart" }, el("h3", {}, heading), el("ul", {}, ...rows.slice(0, BARS)));
    if (rows.length > BARS) made.append(unfolding(made.lastChild, rows));
    return made;
  }

  function unfolding(bars, rows) {
    const made = el("button", { type: "button", "aria-expanded": "false" });
    const show = (all) => {
      bars.replaceChildren(...rows.slice(0, all ? rows.length : BARS));
      made.setAttribute("aria-expanded", String(all));
      made.textContent = all ? words.fewer : fill(words.more, { count: rows.length - BARS });
    };
    made.addEventListener("click", () => show(made.getAttribute("aria-expanded") === "false"));
    show(false);
    return made;
  }

  function overview() {
    // A workbook comes as its cells.
    const distinct = (files) => new Set(files.map((file) => file.path)).size;
    const bad = distinct(data.files.filter((file) => file.findings.length));
    const fixable = items.filter((item) => item.fixes.some((fix) => fix.safe)).length;
    const said = fill(items.length ? words.summary : words.clean, { files: distinct(data.files), bad, count: items.length });
    const more = fixable ? (chinese ? "" : " ") + fill(words.fixable, { count: fixable }) : "";
    document.getElementById("summary").textContent = said + more;
    for (const level of data.levels) {
      const number = counts.level.find((entry) => entry.value === level)?.total ?? 0;
      const key = el("svg", { viewBox: "0 0 8 8", "aria-hidden": "true" }, el("rect", { class: level, width: 8, height: 8, rx: 2 }));
      const tile = toggle("level", level,
        el("span", { class: "number" }, String(number)), el("span", {}, words[level]), key);
      tile.disabled = number === 0;
      document.getElementById("levels").append(tile);
    }
    const charts = [["category", words.categories], ["file", words.files]];
    if (authored) charts.push(["author", words.authors]);
    document.getElementById("charts").append(...charts.map(([property, heading]) => chart(property, heading)));
  }

  // -- beginning --------------------------------------------------------------------------------

  function options(property, all) {
    const choices = property === "level"
      ? data.levels.map((level) => counts.level.find((entry) => entry.value === level)).filter(Boolean)
      : counts[property];
    // "=" tells a value that is empty, such as no author, from no choice.
    form.elements[property].append(el("option", { value: "" }, all), ...choices.map((entry) =>
      el("option", { value: "=" + entry.value }, `${names[property](entry.value)} (${entry.total})`)));
  }

  function print(event) {
    const paper = event.type === "beforeprint";
    if (!paper) return render();
    list.replaceChildren(...cards(0, PRINTED));
    if (shown.length > PRINTED) list.prepend(el("p", { class: "notice" }, fill(words["print-limit"], { count: PRINTED })));
  }

  let waiting;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => { if (event.target !== form.elements.words) select(); });
  form.elements.words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(select, 150);
  });
  form.addEventListener("reset", () => setTimeout(select));
  addEventListener("beforeprint", print);
  addEventListener("afterprint", print);

  for (const property of Object.keys(counts)) options(property, words.all);
  if (!authored) {
    form.elements.author.closest("label").hidden = true;
    form.elements.group.querySelector("[value=author]").remove();
  }
  overview();
  if (items.length) render();
  else document.getElementById("findings").hidden = document.getElementById("levels").hidden = document.getElementById("charts").hidden = true;
  document.querySelector("main").hidden = false;
})();
