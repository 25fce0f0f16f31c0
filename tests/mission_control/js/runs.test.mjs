// The figures, filters and chart of runs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bestBefore, columnsOf, gainNeeded, shapeRun, ticksBetween } from "../../../openclaw_hooks/mission_control/assets/js/run_chart.js";
import { gainPercent, showCost, showNumber, showPercent, showSeconds, sumRuns } from "../../../openclaw_hooks/mission_control/assets/js/run_figures.js";
import { countChoices, filterRuns, isNarrowed, readRunView, writeRunView } from "../../../openclaw_hooks/mission_control/assets/js/run_filter.js";

const BOX = { width: 600, height: 240 };
const RUN = {
  measure: { name: "seconds", direction: "lower", min_gain: 0.5, target: 4 },
  baseline: { value: 10, noise: 0.4, readings: [9.6, 10, 10.4] },
  trials: [
    { n: 3, verdict: "discard", figure: { value: 9.8, noise: 0.1, readings: [9.7, 9.8, 9.9] } },
    { n: 4, verdict: "keep", figure: { value: 8, noise: 0.2, readings: [7.8, 8, 8.2] } },
    { n: 5, verdict: "discard", cause: "metric unknown", figure: { passed: null } },
    { n: 6, verdict: "keep", figure: { value: 6, noise: 0 } },
  ],
};

test("the best so far steps at kept attempts alone", () => {
  const columns = columnsOf(RUN);
  assert.deepEqual(columns.map((column) => column.kind), ["baseline", "discarded", "kept", "discarded", "kept"]);
  assert.deepEqual(bestBefore(columns).map((best) => best?.value ?? null), [null, 10, 10, 8, 8]);
  const shape = shapeRun(RUN, BOX);
  assert.equal((shape.best.match(/V/g) || []).length, 2);
  assert.equal(shape.best.startsWith(`M${shape.points[0].x} ${shape.points[0].y}`), true);
  assert.equal(shape.best.endsWith(`H${shape.right}`), true);
});

test("a point lies where its value is, with its noise around it and its readings", () => {
  const { points } = shapeRun(RUN, BOX);
  assert.equal(points[0].low - points[0].y, points[0].y - points[0].high);
  assert.ok(points[2].y > points[1].y, "a lower value lies lower");
  assert.equal(points[0].readings.length, 3);
  assert.deepEqual([points[3].y, points[3].n, points[4].low], [null, 5, null]);
  for (const point of points) assert.ok(point.x > 56 && point.x < 600);
});

test("the band is what a gain has to leave: the least gain or twice the larger noise", () => {
  assert.equal(gainNeeded({ noise: 0.4 }, { noise: 0.1 }, { min_gain: 0.5 }), 0.8);
  assert.equal(gainNeeded({ noise: 0.1 }, null, { min_gain: 0.5 }), 0.5);
  const { bands, points } = shapeRun(RUN, BOX);
  assert.equal(bands.length, 4);
  const inside = (point, band) => point.y >= band.y && point.y <= band.y + band.height;
  assert.equal(inside(points[1], bands[0]), true);
  assert.equal(inside(points[2], bands[1]), false);
});

test("a goal near what was measured is on the chart, one far away is not", () => {
  assert.equal(shapeRun(RUN, BOX).target.value, 4);
  assert.equal(shapeRun({ ...RUN, measure: { ...RUN.measure, target: -900 } }, BOX).target, null);
});

test("a run without numbers has no chart, and one number alone has one", () => {
  assert.equal(shapeRun({ trials: [{ n: 1, verdict: "keep", figure: { passed: true } }] }, BOX), null);
  assert.equal(shapeRun({}, BOX), null);
  const alone = shapeRun({ baseline: { value: 0, readings: [0] } }, BOX);
  assert.ok(Number.isFinite(alone.points[0].y));
  assert.ok(alone.grid.length > 1);
  assert.equal(alone.best, `M${alone.points[0].x} ${alone.points[0].y}H${alone.right}`);
});

test("many attempts leave room between their labels", () => {
  const trials = Array.from({ length: 200 }, (_, index) => ({ n: index + 1, verdict: "discard", figure: { value: index } }));
  const labelled = shapeRun({ baseline: { value: 3 }, trials }, BOX).points.filter((point) => point.labelled);
  assert.ok(labelled.length > 5 && labelled[1].x - labelled[0].x >= 29, String(labelled.length));
});

test("ticks are round numbers", () => {
  assert.deepEqual(ticksBetween(0.02, 0.98), [0.25, 0.5, 0.75]);
  assert.deepEqual(ticksBetween(3, 13), [5, 7.5, 10, 12.5]);
  assert.deepEqual(ticksBetween(-1, 1), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticksBetween(1, 1), [1]);
});

test("figures are shown in as many digits as say something", () => {
  assert.deepEqual([0, 12.3456, 1234.5, 98765.4, 0.000123412, null, NaN].map(showNumber), ["0", "12.35", "1235", "98765", "0.0001234", "?", "?"]);
  assert.deepEqual([0, 0.00123, 1.5, 1234, null].map(showCost), ["$0.00", "$0.0012", "$1.50", "$1234.00", ""]);
  assert.deepEqual([0, 0.42, 59.6, 61, 3600, 7500].map(showSeconds), ["0s", "0.4s", "1m", "1m 1s", "1h", "2h 5m"]);
  assert.deepEqual([gainPercent(10, 8, "lower"), gainPercent(10, 8, "higher"), gainPercent(0, 8, "higher"), gainPercent(-4, -2, "higher")], [20, -20, null, 50]);
  assert.deepEqual([12.34, -3.44, 0.001, null].map(showPercent), ["+12%", "−3.4%", "0%", ""]);
});

const RUNS = [
  { id: "R-000001", task: "T-aaaaaa", title: "Faster tables", agent: "claude", role: "backend-dev", outcome: "completed", provenance: "real", marks: "dk", tried: 2, minutes: 3, cost_usd: 0.5, ended: 9 },
  { id: "R-000002", task: "T-aaaaaa", title: "Faster tables", agent: "codex", outcome: "released", provenance: "real", marks: "ddd", tried: 3, minutes: 4, ended: 9 },
  { id: "R-000003", task: "T-bbbbbb", title: "A story", agent: "fake", outcome: "completed", provenance: "mock", marks: "k", tried: 1, minutes: 1, cost_usd: 99, ended: 9, flags: ["no-meta-notes"] },
  { id: "R-000004", task: "T-bbbbbb", title: "A story", agent: "claude", outcome: "running", provenance: "real", tried: 1 },
];

test("what scripted agents did is never summed up with what agents did", () => {
  const sum = sumRuns(RUNS);
  assert.deepEqual([sum.provenance, sum.runs, sum.others, sum.kept, sum.ended, sum.cost, sum.told, sum.open], ["real", 3, 1, 1, 2, 0.5, 1, 1]);
  assert.deepEqual([sumRuns(RUNS.slice(2, 3)).provenance, sumRuns(RUNS.slice(2, 3)).cost], ["mock", 99]);
  assert.equal(sumRuns([]).runs, 0);
});

test("a view is what its address says, and filters by words and choices", () => {
  const view = readRunView({ q: "faster", outcome: "completed,released", of: "T-aaaaaa", task: "T-zzzzzz" });
  assert.deepEqual(writeRunView(view), { q: "faster", outcome: "completed,released", agent: "", role: "", provenance: "", of: "T-aaaaaa" });
  assert.deepEqual(filterRuns(RUNS, view).map((run) => run.id), ["R-000001", "R-000002"]);
  assert.deepEqual(filterRuns(RUNS, readRunView({ q: "NOTES fake" })).map((run) => run.id), ["R-000003"]);
  assert.deepEqual(filterRuns(RUNS, readRunView({ role: "~" })).length, 3);
  assert.deepEqual([isNarrowed(readRunView({})), isNarrowed(view)], [false, true]);
});

test("a menu counts what the other filters leave, and keeps what is chosen", () => {
  const view = readRunView({ agent: "codex", outcome: "lost" });
  assert.deepEqual(countChoices(RUNS, view, "outcome"), [{ value: "released", count: 1 }, { value: "lost", count: 0 }]);
});
