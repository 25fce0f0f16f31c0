// The metric of a run, drawn, and the same as a table.

import { t } from "./core.js";
import { h, replace, svg } from "./dom.js";
import { bestBefore, columnsOf, shapeRun } from "./run_chart.js";
import { gainPercent, showNumber, showPercent } from "./run_figures.js";
import { verdictSign, word } from "./run_signs.js";

const HEIGHT = 280;
const NARROWEST = 260;

function say(point) {
  const verdict = word("verdict", { kept: "keep", discarded: "discard" }[point.kind] || "open");
  if (point.y === null) return t("runs.point-none", { n: point.n, verdict });
  const values = { n: point.n, value: showNumber(point.value), noise: showNumber(point.noise || 0), verdict };
  return t(point.kind === "baseline" ? "runs.point-baseline" : "runs.point", values);
}

function mark(point, shape) {
  const at = { x: point.x, y: point.y };
  if (point.y === null) return svg("path", { class: "mc-plot__none", d: `M${at.x - 4} ${shape.bottom - 12}l8 8m0 -8l-8 8` });
  if (point.kind === "kept") return svg("path", { class: "mc-plot__kept", d: `M${at.x} ${at.y - 7}l7 7 -7 7 -7 -7z` });
  return svg("circle", { class: `mc-plot__point mc-plot__point--${point.kind}`, cx: at.x, cy: at.y, r: 4.5 });
}

function noiseBar(point) {
  if (point.low === null || point.low === undefined) return null;
  const cap = (y) => `M${point.x - 5} ${y}h10`;
  return svg("path", { class: `mc-plot__noise mc-plot__noise--${point.kind}`, d: `M${point.x} ${point.high}V${point.low}${cap(point.high)}${cap(point.low)}` });
}

/** Where the value of a point is written: on the side to which nothing leads, since a better one is reached from the other. */
function valuePlace(point, isLower) {
  return isLower ? Math.max(point.low ?? point.y, point.y) + 19 : Math.min(point.high ?? point.y, point.y) - 11;
}

function drawPoint(point, shape, isLower, onOpen) {
  const readings = point.readings.map((y, index) => svg("circle", { class: "mc-plot__reading", cx: point.x + (index % 2 ? 9 : -9), cy: y, r: 1.8 }));
  const value = point.y !== null && shape.slot >= 46 && point.kind !== "discarded" ? svg("text", { class: "mc-plot__value", x: point.x, y: valuePlace(point, isLower && point.n > 0), "text-anchor": "middle" }, showNumber(point.value)) : null;
  const label = point.labelled ? svg("text", { class: ["mc-plot__label", point.kind === "kept" && "mc-plot__label--kept"], x: point.x, y: shape.bottom + 18, "text-anchor": "middle" }, point.n ? `#${point.n}` : t("runs.base-short")) : null;
  const slot = svg("rect", { class: "mc-plot__slot", x: point.x - shape.slot / 2, y: shape.top, width: shape.slot, height: shape.bottom - shape.top }, svg("title", null, say(point)));
  return svg("g", { class: point.n && "mc-plot__column", on: { click: point.n ? () => onOpen(point.n) : null } }, noiseBar(point), ...readings, mark(point, shape), value, label, slot);
}

function drawShape(shape, box, label, { isLower, onOpen }) {
  const grid = shape.grid.flatMap((line) => [svg("line", { class: "mc-plot__grid", x1: shape.left, x2: shape.right, y1: line.y, y2: line.y }), svg("text", { class: "mc-plot__tick", x: shape.left - 8, y: line.y + 4, "text-anchor": "end" }, showNumber(line.value))]);
  const bands = shape.bands.map((band) => svg("rect", { class: "mc-plot__band", ...band }));
  const target = shape.target ? svg("line", { class: "mc-plot__target", x1: shape.left, x2: shape.right, y1: shape.target.y, y2: shape.target.y }) : null;
  const best = shape.best ? svg("path", { class: "mc-plot__best", d: shape.best }) : null;
  const points = shape.points.map((point) => drawPoint(point, shape, isLower, onOpen));
  return svg("svg", { class: "mc-plot", width: box.width, height: box.height, viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": label }, ...grid, ...bands, target, best, ...points);
}

function describe(run, columns) {
  const figures = columns.filter((column) => column.n && column.figure);
  const kept = figures.filter((column) => column.kind === "kept");
  const { measure } = run;
  const values = { name: measure?.name || t("runs.metric"), better: t(`runs.${measure?.direction === "lower" ? "lower" : "higher"}`), n: figures.length, kept: kept.length };
  if (!kept.length) return t("runs.chart-label-none", values);
  return t("runs.chart-label", { ...values, baseline: showNumber(columns[0].n ? null : columns[0].figure?.value), best: showNumber(kept[kept.length - 1].figure.value) });
}

function legend(run, shape) {
  const shown = { kept: true, discarded: true, none: shape.points.some((point) => point.y === null), best: true, band: shape.bands.length > 0, reading: shape.points.some((point) => point.readings.length), target: shape.target };
  return h("ul", { class: "mc-plot-legend" }, Object.keys(shown).filter((name) => shown[name]).map((name) => h("li", null, h("span", { class: `mc-plot-key mc-plot-key--${name}`, "aria-hidden": "true" }), t(`runs.legend-${name}`), name === "target" ? ` ${showNumber(shape.target.value)}` : null)));
}

function tableRow(column, best, measure) {
  const { figure } = column;
  const percent = column.n && figure && best ? gainPercent(best.value, figure.value, measure?.direction) : null;
  const verdict = column.n ? [verdictSign(column.trial.verdict), word("verdict", column.trial.verdict || "open")] : "";
  const readings = figure && figure.readings?.length > 1 ? figure.readings.map(showNumber).join(" ") : "";
  return h("tr", { class: column.kind === "kept" && "mc-plot-row--kept" }, h("th", { scope: "row" }, column.n ? `#${column.n}` : t("runs.baseline")), h("td", null, h("span", { class: "mc-plot-row__verdict" }, verdict)), h("td", { class: "mc-plot-num" }, figure ? showNumber(figure.value) : "?"), h("td", { class: "mc-plot-num" }, figure?.noise ? showNumber(figure.noise) : ""), h("td", { class: "mc-plot-num" }, showPercent(percent)), h("td", { class: "mc-plot-row__readings" }, readings));
}

function table(run, columns) {
  const heads = ["attempt", "verdict", "value", "noise", "gain", "readings"];
  const before = bestBefore(columns);
  const head = h("thead", null, h("tr", null, heads.map((name) => h("th", { scope: "col", class: ["value", "noise", "gain"].includes(name) && "mc-plot-num" }, t(`runs.col-${name}`)))));
  const rows = columns.map((column, index) => tableRow(column, before[index], run.measure));
  return h("div", { class: "mc-plot-table", tabindex: "0", role: "region", "aria-label": t("runs.table") }, h("table", { class: "mc-table" }, head, h("tbody", null, rows)));
}

/** The panel with chart and table; null for a run without a number. `onOpen(n)` shows an attempt. It redraws with its width. */
export function metricPanel(run, badge, onOpen, signal) {
  const columns = columnsOf(run);
  if (!shapeRun(run, { width: NARROWEST, height: HEIGHT })) return null;
  const { measure } = run;
  const isLower = measure?.direction === "lower";
  const place = h("div", { class: ["mc-plot-place", badge && `mc-plot-place--${run.provenance === "mock" ? "mock" : "synthetic"}`] });
  let width = 0;
  const draw = () => {
    const now = Math.max(NARROWEST, Math.floor(place.clientWidth));
    if (now === width) return;
    width = now;
    const box = { width, height: HEIGHT };
    const shape = shapeRun(run, box);
    replace(place, drawShape(shape, box, describe(run, columns), { isLower, onOpen }), legend(run, shape));
  };
  const observer = new ResizeObserver(draw);
  observer.observe(place);
  signal?.addEventListener("abort", () => observer.disconnect());
  const notes = [measure ? t(`runs.${isLower ? "lower" : "higher"}`) : null, measure?.min_gain ? t("runs.min-gain", { gain: showNumber(measure.min_gain) }) : null, Number.isFinite(measure?.target) ? t("runs.goal", { target: showNumber(measure.target) }) : null, run.terms?.metric_repeat > 1 ? t("runs.repeat", { n: run.terms.metric_repeat }) : null];
  const arrow = measure ? (isLower ? "↓ " : "↑ ") : "";
  const title = h("h3", { class: "mc-panel__title mc-plot-title" }, measure?.name || t("runs.metric"), measure?.unit ? h("span", { class: "mc-runs__hint" }, `(${measure.unit})`) : null, badge, h("span", { class: "mc-runs__hint" }, arrow, notes.filter(Boolean).join(" · ")));
  return h("section", { class: "mc-panel" }, title, h("div", { class: "mc-plot-pair" }, place, table(run, columns)));
}
