// What is beside the picture: one node with all that it is linked with, and the table of everything.

import { chip, ring } from "./glyphs.js";
import { h } from "./dom.js";
import { href, siteRoot, t } from "./core.js";
import { KINDS, linksOf } from "./graph_model.js";

const MOST_LINES = 40;
const MOST_ROWS = 200;
const EDGE_ORDER = ["depends", "link", "wiki", "mention", "plan", "role", "rule"];

/** The sign of a node: the ring of a task's status, or the shape of its kind. */
export function nodeSign(node) {
  return node.kind === "task" ? ring(node.column) : h("span", { class: `mc-graph-sign mc-graph-sign--${node.kind}`, "aria-hidden": "true" });
}

/** Where a node can be read; "" for a document that is no page of the site. */
export function addressOf(node) {
  const id = node.id.slice(node.id.indexOf(":") + 1);
  if (node.kind === "task") return `?task=${encodeURIComponent(node.id)}`;
  if (node.kind === "plan") return href("plans", { plan: id });
  if (node.kind === "rule") return href("rules", { rule: id });
  if (node.kind === "role") return href("roles", { role: id });
  if (node.kind === "memory") return href("memory", { note: id });
  return node.url ? `${siteRoot()}../${node.url}` : "";
}

/** The panel about one node; `go(number)` moves on to another. */
export function nodePanel(graph, number, { go, close, walks }) {
  const node = graph.nodes[number];
  const address = addressOf(node);
  const missing = (graph.missing || []).filter((each) => each.node === number);
  return h(
    "aside",
    { class: "mc-graph__panel", "aria-label": t("graph.panel") },
    h("div", { class: "mc-graph__about" }, nodeSign(node), h("span", { class: "mc-muted" }, t(`graph.kind-${node.kind}`)), h("span", { class: "mc-grow" }),
      h("button", { class: "mc-button mc-button--icon", type: "button", "aria-label": t("graph.close"), on: { click: close } }, "✕")),
    h("h2", { class: "mc-graph__name" }, node.name),
    h("p", { class: "mc-id mc-graph__path" }, node.kind === "task" ? node.id : node.path || node.id),
    node.column ? h("p", { class: "mc-graph__state" }, node.kind === "task" ? chip(t(`column.${node.column}`), node.column) : chip(node.column)) : null,
    walks ? h("p", { class: "mc-muted" }, walks) : null,
    address ? h("p", { class: "mc-graph__open" }, h("a", { class: "mc-button", href: address }, t(`graph.open-${node.kind}`))) : null,
    linkGroups(graph, number).map(([title, numbers]) => group(graph, title, numbers, go)),
    missing.length ? h("section", null, h("h3", { class: "mc-graph__group" }, t("graph.missing"), h("span", { class: "mc-count" }, missing.length)), missing.map((each) => h("p", { class: "mc-graph__missing" }, each.target))) : null,
  );
}

function linkGroups(graph, number) {
  const groups = new Map();
  for (const link of linksOf(graph, number)) {
    const key = `graph.${link.kind}-${link.out ? "out" : "in"}`;
    if (!groups.has(key)) groups.set(key, { order: EDGE_ORDER.indexOf(link.kind) * 2 + (link.out ? 0 : 1), numbers: [] });
    groups.get(key).numbers.push(link.number);
  }
  return [...groups].sort(([, left], [, right]) => left.order - right.order).map(([key, { numbers }]) => [t(key), [...new Set(numbers)]]);
}

function group(graph, title, numbers, go) {
  const shown = numbers.slice(0, MOST_LINES);
  const lines = shown.map((number) => {
    const node = graph.nodes[number];
    return h("li", null, h("button", { class: "mc-graph__link", type: "button", title: node.path || node.id, on: { click: () => go(number) } }, nodeSign(node), h("span", { class: "mc-line__text" }, node.name)));
  });
  const rest = numbers.length - shown.length;
  return h("section", null, h("h3", { class: "mc-graph__group" }, title, h("span", { class: "mc-count" }, numbers.length)), h("ul", null, lines), rest ? h("p", { class: "mc-muted" }, t("graph.more", { n: rest })) : null);
}

/** All nodes of `numbers` as a table, the best linked first; `go(number)` shows one in the picture. */
export function nodeTable(graph, picture, numbers, go) {
  const rows = [...numbers].sort((left, right) => picture.near[right].length - picture.near[left].length || left - right);
  const counts = countEnds(picture.edges);
  const line = (number) => {
    const node = graph.nodes[number];
    const name = h("button", { class: "mc-graph__link", type: "button", on: { click: () => go(number) } }, nodeSign(node), h("span", null, node.name));
    const [out, into] = counts.get(number) || [0, 0];
    return h("tr", null, h("td", null, name), h("td", null, t(`graph.kind-${node.kind}`)), h("td", { class: "mc-id" }, node.kind === "task" ? node.id : node.path), h("td", { class: "mc-num" }, out), h("td", { class: "mc-num" }, into));
  };
  const heads = ["name", "kind", "place", "out", "in"].map((key) => h("th", { scope: "col" }, t(`graph.head-${key}`)));
  const rest = rows.length - MOST_ROWS;
  return h("div", { class: "mc-graph__table" },
    h("table", { class: "mc-table" }, h("caption", { class: "mc-offscreen" }, t("graph.table")), h("thead", null, h("tr", null, heads)), h("tbody", null, rows.slice(0, MOST_ROWS).map(line))),
    rest > 0 ? h("p", { class: "mc-muted mc-graph__rest" }, t("graph.more", { n: rest })) : null);
}

function countEnds(edges) {
  const counts = new Map();
  const add = (number, end) => {
    if (!counts.has(number)) counts.set(number, [0, 0]);
    counts.get(number)[end] += 1;
  };
  for (const [from, to] of edges) {
    add(from, 0);
    add(to, 1);
  }
  return counts;
}

/** What the shapes mean, and buttons that take kinds in and out. */
export function kindButtons(counts, kinds, toggle) {
  return KINDS.filter((kind) => counts[kind]).map((kind) =>
    h("button", { class: "mc-button mc-graph__kind", type: "button", "aria-pressed": String(kinds.has(kind)), on: { click: () => toggle(kind) } },
      kind === "task" ? ring("progress") : nodeSign({ kind }), t(`graph.kinds-${kind}`), h("span", { class: "mc-count" }, counts[kind])));
}
