// The board's toolbar: text filter, facets, segments, grouping, compact, copy view, time.

import { copyButton } from "./clipboard.js";
import { GROUPS } from "./columns.js";
import { t } from "./core.js";
import { h, replace, svg } from "./dom.js";
import { facetMenu } from "./facet_menu.js";
import { countFacet, countSegments, FACETS, isFiltered, SEGMENTS } from "./filters.js";
import { avatar, label, ring } from "./glyphs.js";

function choiceText(facet, value) {
  if (value === "") return t(`board.none-${facet}`);
  return facet === "status" ? t(`status.${value}`) : value;
}

function choiceNode(facet, value) {
  const text = h("span", { class: "mc-menu__text" }, choiceText(facet, value));
  if (facet === "status") return [ring(value), text];
  if (facet === "owner") return [avatar(value), text];
  if (facet === "label" && value) return label(value);
  return text;
}

function facet(name, board) {
  return facetMenu({
    title: t(`board.facet-${name}`),
    options: () => countFacet(board.tasks, board.view, name, board.news),
    chosen: () => board.view.choices[name],
    show: (value) => choiceNode(name, value),
    text: (value) => choiceText(name, value),
    toggle: (value, on) => board.choose(name, value, on),
    clear: () => board.clear(name),
  });
}

function searchField(board) {
  const input = h("input", {
    type: "search",
    class: "mc-field mc-bar__search",
    "aria-label": t("board.filter"),
    placeholder: t("board.filter"),
    value: board.view.text,
    "aria-keyshortcuts": "/",
    on: { input: (event) => board.setText(event.target.value) },
  });
  return { node: h("span", { class: "mc-bar__find" }, input, h("kbd", { class: "mc-key", "aria-hidden": "true" }, "/")), input };
}

const SHAPES = {
  clock: ["M2.6 5.2A6 6 0 1 1 2 8.6", "M2.2 2.4v3h3", "M8 4.8V8l2.2 1.6"],
  rows: ["M2.5 4h11", "M2.5 8h11", "M2.5 12h11"],
  link: ["M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7l-.9.9", "M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.9-.9"],
};

function icon(name) {
  const line = (d) => svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" });
  return svg("svg", { viewBox: "0 0 16 16", width: 15, height: 15, "aria-hidden": "true" }, SHAPES[name].map(line));
}

/** What an icon button is called, to those who see it and to those who hear it. */
function named(text) {
  return { class: "mc-button mc-button--icon", "aria-label": text, title: text };
}

function segmentButtons(board) {
  const buttons = SEGMENTS.map((name) => h("button", { type: "button", dataset: { segment: name }, on: { click: () => board.setSegment(name) } }));
  return h("div", { class: "mc-segments", role: "group", "aria-label": t("board.segments") }, buttons);
}

function groupField(board) {
  const options = ["", ...GROUPS].map((name) => h("option", { value: name, selected: name === board.group }, t(`board.group-${name || "none"}`)));
  const select = h("select", { class: "mc-field", on: { change: (event) => board.setGroup(event.target.value) } }, options);
  return h("label", { class: "mc-bar__group" }, h("span", null, t("board.group")), select);
}

/** The toolbar of `board` (see pages/board.js). Gives {node, input, refresh(shown)}. */
export function boardBar(board) {
  const search = searchField(board);
  const facets = FACETS.map(({ name }) => facet(name, board));
  const segments = segmentButtons(board);
  const count = h("span", { class: "mc-bar__count mc-num", role: "status" });
  const clear = h("button", { type: "button", ...named(t("board.clear")), on: { click: () => board.clearAll() } }, "✕");
  const compact = h("button", { type: "button", ...named(t("board.compact")), "aria-pressed": "false", on: { click: () => board.setCompact(!board.compact) } }, icon("rows"));
  const time = h("button", { type: "button", class: "mc-button", "aria-pressed": "false", on: { click: () => board.toggleTime() } }, icon("clock"), t("board.time"));
  const help = h("button", { type: "button", ...named(t("board.help")), on: { click: () => board.showHelp() } }, "?");
  const right = h("div", { class: "mc-bar__right" }, count, groupField(board), time, compact, copyButton(icon("link"), () => location.href, named(t("board.copy-view"))), help);
  const node = h("div", { class: "mc-bar", role: "search", "aria-label": t("board.bar") }, search.node, facets.map((each) => each.node), segments, clear, right);
  const refresh = (shown) => {
    FACETS.forEach(({ name, values }, index) => {
      facets[index].refresh();
      // A menu with nothing to choose from is noise.
      const kinds = new Set(board.tasks.flatMap(values));
      facets[index].node.hidden = kinds.size < 2 && !board.view.choices[name].size;
    });
    const counts = countSegments(board.tasks, board.view, board.news);
    for (const button of segments.children) {
      const name = button.dataset.segment;
      button.hidden = name === "changed" && !board.news.size;
      button.setAttribute("aria-pressed", String(board.view.segment === name));
      replace(button, t(`board.segment-${name}`), name === "all" ? null : h("span", { class: "mc-count" }, ` ${counts[name]}`));
    }
    count.textContent = shown === board.tasks.length ? t("board.count", { n: shown }) : t("board.count-of", { shown, n: board.tasks.length });
    clear.hidden = !isFiltered(board.view);
    compact.setAttribute("aria-pressed", String(board.compact));
    time.setAttribute("aria-pressed", String(board.timeOpen));
    if (search.input.value !== board.view.text) search.input.value = board.view.text;
  };
  return { node, input: search.input, refresh };
}
