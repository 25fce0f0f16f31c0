// The search page: one box over everything; the address holds the question, and the keyboard does the rest.

import { definePage, t } from "../core.js";
import { h, replace } from "../dom.js";
import { commandButton } from "../clipboard.js";
import { askLive, openByMeaning, openKeyword, openRelated, sectionText } from "../search_engine.js";
import { countKinds, latelyWritten, mergeResults } from "../search_merge.js";
import { latelyLine, quoteNodes, relatedLine, resultItem } from "../search_results.js";
import { readState, writeState } from "../url_state.js";

const PAGE = 30;
const MEANING_DELAY_MS = 120;
const LIVE_DELAY_MS = 220;
const RELATED_OF = 4; // results whose neighbours are shown
const MIN_TEXT = 2;
const LATELY = 8;

let view = null;

function kindButtons(counts) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const button = (kind, count) =>
    h("button", { type: "button", class: "mc-button mc-kind", "aria-pressed": String(view.kind === kind), on: { click: () => setKind(view.kind === kind ? "" : kind) } }, t(`search.kind-${kind || "all"}`), h("span", { class: "mc-count" }, count));
  replace(view.kinds, button("", all), view.docs.kinds.map((kind) => button(kind, counts[kind])));
}

function setKind(kind) {
  view.kind = kind;
  writeState({ kind });
  draw();
  if (kind === view.kind) view.kinds.querySelector("[aria-pressed=true]")?.focus();
}

function note(kind, ...children) {
  view.notes.set(kind, children);
  replace(view.how, [...view.notes.values()].filter((nodes) => nodes.length).map((nodes) => h("p", null, nodes)));
}

function drawStart() {
  kindButtons(view.docs.counts);
  replace(view.status, "");
  const key = (name, text) => [h("kbd", { class: "mc-key" }, name), " ", h("span", null, text)];
  const keys = h("p", { class: "mc-keys mc-muted" }, key("/", t("search.focus")), key("j", ""), key("k", t("search.keys")), key("↵", t("search.open")));
  const lately = latelyWritten(view.docs, LATELY).map((row) => latelyLine(row, view.docs));
  replace(view.list, h("section", { class: "mc-start" }, lately.length ? [h("h2", { class: "mc-subtitle" }, t("search.lately")), h("div", { class: "mc-lines" }, lately)] : null, keys));
}

function drawNone(text, total) {
  const shown = total ? [h("p", { class: "mc-empty__title" }, t("search.none-kind")), h("button", { type: "button", class: "mc-button", on: { click: () => setKind("") } }, t("search.show-all"))] : [h("p", { class: "mc-empty__title" }, t("search.none", { text })), h("p", null, t("search.none-hint"))];
  replace(view.list, h("div", { class: "mc-empty" }, shown));
}

/** Fills in the quoted lines as their texts arrive, and what is related to the first results. */
function complete(items, round) {
  items.forEach(({ item, result }, place) => {
    sectionText(result.number, view.docs).then((text) => {
      if (round === view.round) replace(item.quoted, quoteNodes(result, text));
    });
    if (view.related && place < RELATED_OF) {
      const line = relatedLine(view.related(result.row), view.docs);
      if (line) item.node.append(line);
    }
  });
}

function draw() {
  const text = view.field.value.trim();
  const round = (view.round += 1);
  if (text.length < MIN_TEXT || !view.keyword) {
    if (!view.keyword && text.length >= MIN_TEXT) replace(view.status, t("search.loading"));
    else drawStart();
    return;
  }
  const results = mergeResults(view.found, text);
  kindButtons(countKinds(results, view.docs.kinds));
  const shown = view.kind ? results.filter((result) => view.docs.kinds[result.row[0]] === view.kind) : results;
  replace(view.status, t("search.found", { n: shown.length }), h("span", { class: "mc-muted" }, ` · ${t("search.in-ms", { ms: view.ms < 1 ? "< 1" : Math.round(view.ms) })}`), view.some ? h("span", { class: "mc-muted" }, ` · ${t("search.some-words")}`) : null);
  if (!shown.length) {
    drawNone(text, results.length);
    return;
  }
  const items = shown.slice(0, view.limit).map((result) => ({ result, item: resultItem(result, view.docs) }));
  const rest = shown.length - items.length;
  const more = () => {
    const at = view.limit;
    view.limit += PAGE;
    draw();
    view.list.querySelectorAll("a.mc-hit")[at]?.focus();
  };
  const focused = view.list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  replace(view.list, h("ol", { class: "mc-hits", "aria-label": t("search.results") }, items.map(({ item }) => item.node)), rest > 0 ? h("button", { type: "button", class: "mc-button mc-hits__more", on: { click: more } }, t("search.more", { n: Math.min(rest, PAGE) })) : null);
  // Results by meaning come later: whoever is on a result stays on it.
  if (focused) [...view.list.querySelectorAll("a.mc-hit")].find((link) => link.getAttribute("href") === focused)?.focus();
  complete(items, round);
}

/** Runs `search` after `delay`, unless the question has changed by then, and draws what it gives. */
function later(kind, delay, text, search) {
  clearTimeout(view.timers[kind]);
  view.timers[kind] = setTimeout(async () => {
    try {
      const results = await search();
      if (view.field.value.trim() !== text) return;
      view.found[kind] = results;
      draw();
    } catch (error) {
      if (error.name !== "AbortError") note(kind, t(kind === "live" ? "search.live-off" : "search.meaning-failed", { message: error.message }));
    }
  }, delay);
}

function ask() {
  const text = view.field.value.trim();
  writeState({ q: text });
  view.limit = PAGE;
  view.found = {};
  view.asking?.abort();
  if (text.length >= MIN_TEXT && view.keyword) {
    const begun = performance.now();
    const { results, some } = view.keyword(text);
    view.found.keyword = results;
    view.some = some && results.length > 0;
    view.ms = performance.now() - begun;
    if (view.meaning) later("meaning", MEANING_DELAY_MS, text, () => view.meaning(text));
    if (view.live) {
      const asking = (view.asking = new AbortController());
      later("live", LIVE_DELAY_MS, text, () => askLive(text, view.docs, asking.signal));
    }
  }
  draw();
}

function move(step) {
  const links = [...view.list.querySelectorAll("a.mc-hit")];
  const at = links.indexOf(document.activeElement);
  if (step < 0 && at <= 0) view.field.focus();
  else links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

function onKey(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const down = event.key === "ArrowDown" || (!typing && event.key === "j");
  const up = (!typing && event.key === "ArrowUp") || (!typing && event.key === "k");
  if (event.key === "/" && !typing) view.field.focus();
  else if (down && (!typing || event.target === view.field)) move(1);
  else if (up) move(-1);
  else if (event.key === "Enter" && event.target === view.field) view.list.querySelector("a.mc-hit")?.click();
  else if (event.key === "Escape" && event.target === view.field && view.field.value) setText("");
  else return;
  event.preventDefault();
}

function setText(text) {
  view.field.value = text;
  ask();
}

async function open() {
  try {
    view.keyword = await openKeyword(view.docs);
    ask();
  } catch (error) {
    replace(view.status, t("search.failed", { message: error.message }));
    return;
  }
  if (view.live) note("live", t("search.live-on"));
  try {
    const { search, hasMeaning } = await openByMeaning(view.docs);
    view.meaning = search;
    if (hasMeaning) note("meaning", t("search.meaning-on"));
    else note("meaning", t("search.no-vectors"), " ", commandButton("openclaw knowledge setup"));
    view.related = await openRelated(view.docs);
    ask();
  } catch {
    note("meaning", t("search.meaning-off"), " ", commandButton("openclaw knowledge index"));
  }
}

definePage("search", {
  data: ["search-docs"],
  mount(root, data, ctx) {
    const state = readState();
    const field = h("input", { type: "search", class: "mc-field mc-search__field", placeholder: t("search.placeholder"), "aria-label": t("search.label"), value: state.q || "", autocomplete: "off", spellcheck: "false" });
    view = { docs: data["search-docs"], field, kind: state.kind || "", live: Boolean(ctx.live), limit: PAGE, round: 0, ms: 0, some: false, found: {}, timers: {}, notes: new Map(), keyword: null, meaning: null, related: null, asking: null };
    view.kinds = h("div", { class: "mc-search__kinds", role: "group", "aria-label": t("search.filter-kind") });
    view.status = h("p", { class: "mc-search__status mc-num", role: "status" });
    view.list = h("div", { class: "mc-search__list" });
    view.how = h("div", { class: "mc-search__how mc-muted" });
    field.addEventListener("input", ask);
    document.addEventListener("keydown", onKey, { signal: ctx.signal });
    globalThis.addEventListener("popstate", () => {
      const { q = "", kind = "" } = readState();
      if (q === field.value && kind === view.kind) return;
      view.kind = kind;
      setText(q);
    }, { signal: ctx.signal });
    root.append(h("div", { class: "mc-search" }, h("h1", { class: "mc-title" }, t("search.title")), field, view.kinds, view.status, view.list, view.how));
    draw();
    if (!state.task) field.focus();
    open();
  },
});
