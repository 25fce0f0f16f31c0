// How a result looks: what it is, where it leads, the line that is quoted, and how it was found.

import { h, svg } from "./dom.js";
import { href, siteRoot, t } from "./core.js";
import { openTask } from "./drawer.js";
import { age, chip, ring } from "./glyphs.js";
import { badgeOf, cutMarks, quote } from "./search_merge.js";
import { sheetLink } from "./side_sheet.js";

const SHAPES = {
  plan: "M2.5 4h5M2.5 8h8M2.5 12h11",
  rule: "M8 1.8l5 2v4c0 3.4-2.2 5.5-5 6.4-2.8-.9-5-3-5-6.4v-4z",
  role: "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.8 14c.5-2.8 2.5-4.3 5.2-4.3s4.7 1.5 5.2 4.3",
  memory: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.6V8l2.3 1.6",
  doc: "M4 1.8h5l3.5 3.5v9H4zM9 1.8v3.5h3.5M6 8.5h4.5M6 11h4.5",
};
const BADGES = { keyword: "plain", meaning: "review", both: "ready", live: "good" };

function icon(kind) {
  return svg("svg", { class: "mc-hit__icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: SHAPES[kind], fill: "none", stroke: "currentColor", "stroke-width": 1.4, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}

/** A link to what `row` is about; tasks open in the drawer. */
export function rowLink(row, docs, props, ...children) {
  const kind = docs.kinds[row[0]];
  const target = row[3];
  if (kind === "task") return sheetLink("task", target, openTask, props, ...children);
  return h("a", { ...props, href: rowHref(kind, row, docs) }, ...children);
}

function rowHref(kind, row, docs) {
  const [target, anchor] = [row[3], row[4]];
  if (kind === "plan" || kind === "rule" || kind === "role") return href(`${kind}s`, { [kind]: target });
  if (kind === "memory") return href("memory", { note: target });
  const page = docs.pages[target];
  if (page === undefined) return href("graph", { view: "knowledge", focus: `doc:${target}` });
  return `${siteRoot()}../${page}${anchor ? `#${encodeURIComponent(anchor)}` : ""}`;
}

function marked(pieces) {
  return pieces.map((piece) => (piece.hit ? h("mark", { class: "mc-mark" }, piece.text) : piece.text));
}

/** The line below a result: words around the hits, or what the knowledge index marked, or how the section begins. */
export function quoteNodes(result, text) {
  if (result.terms.length) return marked(quote(text, result.terms));
  if (result.quote?.marks.length) return marked(cutMarks(result.quote.text, result.quote.marks));
  return marked(quote(text, []));
}

function trail(row, kind) {
  const [target, line, note] = [row[3], row[5], row[6]];
  const file = kind === "doc" || kind === "memory";
  return [
    h("span", { class: file ? "mc-hit__path" : "mc-id" }, file && line > 1 ? `${target}:${line}` : target),
    note && !file ? h("span", { class: "mc-muted" }, kind === "task" ? t(`status.${note}`) : note) : null,
  ];
}

function titleNodes(text, result) {
  return marked(result.terms.length ? quote(text, result.terms, 400) : [{ text }]);
}

/** One result as a list item; `quoted` is filled when its text is there. */
export function resultItem(result, docs) {
  const { row } = result;
  const kind = docs.kinds[row[0]];
  const badge = badgeOf(result.how);
  const quoted = h("span", { class: "mc-hit__quote" });
  const link = rowLink(
    row,
    docs,
    { class: "mc-hit" },
    kind === "task" ? ring(row[6]) : icon(kind),
    h("span", { class: "mc-hit__head" }, h("span", { class: "mc-hit__title" }, titleNodes(row[1], result), row[2] ? [h("span", { class: "mc-hit__in", "aria-hidden": "true" }, " › "), titleNodes(row[2], result)] : null), h("span", { class: "mc-hit__kind" }, t(`search.one-${kind}`)), h("span", { class: "mc-grow" }), row[7] ? age(row[7]) : null, h("span", { class: "mc-hit__badge", title: t(`search.by-${badge}-hint`) }, chip(t(`search.by-${badge}`), BADGES[badge]))),
    h("span", { class: "mc-hit__trail" }, trail(row, kind)),
    quoted,
  );
  return { node: h("li", { class: "mc-hits__item" }, link), link, quoted };
}

/** A line of links to what is about the same. */
export function relatedLine(rows, docs) {
  if (!rows.length) return null;
  return h("p", { class: "mc-hit__related" }, h("span", { class: "mc-muted" }, t("search.related")), rows.map((row) => rowLink(row, docs, { class: "mc-link" }, row[1])));
}

/** A line that leads to a document that was written lately. */
export function latelyLine(row, docs) {
  return rowLink(row, docs, { class: "mc-line" }, icon(docs.kinds[row[0]]), h("span", { class: "mc-line__text" }, row[1]), h("span", { class: "mc-id mc-lately__path" }, row[3]), age(row[7]));
}
