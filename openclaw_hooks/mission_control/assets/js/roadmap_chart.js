// The time line, drawn: sticky labels, a head of days, one SVG with a row for each piece of work.

import { t } from "./core.js";
import { h, svg } from "./dom.js";
import { chip, stampText } from "./glyphs.js";
import { findWeekends, makeTicks, ROW, sayMinutes, shapeBar, shapeGroup } from "./gantt.js";
import { sayState, stateRing } from "./plan_graph.js";
import { taskLink } from "./plan_table.js";

const HEAD = 38;

/** All that there is to say about a bar in one line. */
export function sayBar(bar) {
  const parts = [t("roadmap.bar", { title: bar.title, state: sayState(bar) })];
  if (bar.owner) parts.push(t("roadmap.bar-owner", { owner: bar.owner }));
  if (bar.used_minutes) parts.push(t("roadmap.bar-worked", { time: sayMinutes(bar.used_minutes), budget: sayMinutes(bar.budget_minutes) }));
  if (bar.late) parts.push(t("roadmap.bar-late"));
  if (bar.ended) parts.push(t("roadmap.bar-ended", { when: stampText(bar.ended) }));
  else if (bar.ahead) parts.push(t("roadmap.bar-ahead", { when: stampText(bar.ahead[1]) }));
  return parts.join(" · ");
}

function groupLabel(row, onToggle) {
  const { group, open } = row;
  const title = group.plan ? group.title : t("roadmap.loose");
  const count = `${group.done || 0}/${group.total || 0}`;
  const label = t("roadmap.toggle", { title, done: group.done || 0, total: group.total || 0 });
  const button = h("button", { type: "button", class: "mc-gantt__fold", "aria-expanded": String(open), "aria-label": label, on: { click: () => onToggle(group.plan || "") } }, h("span", { class: "mc-gantt__arrow", "aria-hidden": "true" }, open ? "▾" : "▸"), group.plan ? h("span", { class: "mc-id" }, group.plan) : null, h("span", { class: "mc-gantt__name" }, title));
  return h("div", { class: "mc-gantt__label mc-gantt__label--group", style: { top: `${row.y}px` } }, button, group.late ? chip(t("roadmap.late", { n: group.late }), "late") : null, h("span", { class: "mc-count" }, count));
}

function barLabel(row) {
  const { bar } = row;
  const name = bar.task && bar.state !== "missing" ? taskLink(bar.task, bar.title) : h("span", null, bar.title);
  name.classList.add("mc-gantt__name");
  return h("div", { class: ["mc-gantt__label", bar.recovers && "mc-gantt__label--recovery"], style: { top: `${row.y}px` }, title: bar.title }, stateRing(bar, sayState(bar)), h("span", { class: "mc-id" }, bar.task || bar.name), name);
}

/** The labels of the rows, which stay where they are while the time line scrolls. */
export function drawLabels(rows, onToggle) {
  return rows.map((row) => (row.kind === "group" ? groupLabel(row, onToggle) : barLabel(row)));
}

/** The head with days, weeks or hours, and today's mark. */
export function drawHead(scale, now) {
  const ticks = makeTicks(scale).map((tick) => h("span", { class: ["mc-gantt__tick", tick.strong && "mc-gantt__tick--strong"], style: { left: `${tick.x}px` } }, tick.label));
  return h("div", { class: "mc-gantt__head", style: { width: `${scale.width}px`, height: `${HEAD}px` } }, ...ticks, h("span", { class: "mc-gantt__today", style: { left: `${scale.x(now)}px` } }, t("roadmap.today")));
}

function drawGroup(row, scale) {
  const shape = shapeGroup(row.group, scale);
  if (!shape) return null;
  const y = row.y + ROW / 2 - 3;
  const bar = { x: shape.x, y, height: 6, rx: 3 };
  return svg("g", { class: "mc-gantt__sum" }, svg("rect", { class: "mc-gantt__all", ...bar, width: shape.width }), shape.done ? svg("rect", { class: "mc-gantt__done", ...bar, width: shape.done }) : null);
}

/** The line below a bar of the critical path. */
function pathLine(shapes, row) {
  const first = Number(shapes[0].getAttribute("x"));
  const last = shapes[shapes.length - 1];
  const width = Number(last.getAttribute("x")) + Number(last.getAttribute("width")) - first;
  return svg("rect", { class: "mc-bar__path", x: first, y: row.y + ROW - 5.5, width, height: 2.5, rx: 1 });
}

function drawBar(row, scale, onOpen) {
  const { bar } = row;
  const shapes = shapeBar(bar, scale).map((shape) => svg("rect", { class: `mc-bar mc-bar--${shape.kind} mc-bar--${bar.column}`, x: shape.x, y: row.y + 7, width: shape.width, height: ROW - 14, rx: 4 }));
  if (!shapes.length) return null;
  const open = bar.task && bar.state !== "missing" ? () => onOpen(bar.task) : null;
  return svg("g", { class: ["mc-gantt__work", open && "mc-gantt__work--open", bar.late && "mc-gantt__work--late"], on: { click: open } }, svg("title", null, sayBar(bar)), ...shapes, bar.on_path ? pathLine(shapes, row) : null);
}

/** The time line itself. */
export function drawChart(rows, scale, now, onOpen) {
  const height = rows.length * ROW;
  const weekends = findWeekends(scale).map((day) => svg("rect", { class: "mc-gantt__weekend", x: day.x, y: 0, width: day.width, height }));
  const lines = makeTicks(scale).filter((tick) => tick.strong || scale.zoom === "day").map((tick) => svg("line", { class: ["mc-gantt__grid", tick.strong && "mc-gantt__grid--strong"], x1: tick.x, x2: tick.x, y1: 0, y2: height }));
  const bands = rows.filter((row) => row.kind === "group").map((row) => svg("rect", { class: "mc-gantt__band", x: 0, y: row.y, width: scale.width, height: ROW }));
  const bars = rows.map((row) => (row.kind === "group" ? drawGroup(row, scale) : drawBar(row, scale, onOpen)));
  const today = svg("line", { class: "mc-gantt__now", x1: scale.x(now), x2: scale.x(now), y1: 0, y2: height });
  const label = t("roadmap.chart", { n: rows.length });
  return svg("svg", { class: "mc-gantt__chart", width: scale.width, height, viewBox: `0 0 ${scale.width} ${height}`, role: "img", "aria-label": label }, ...weekends, ...bands, ...lines, ...bars, today);
}
