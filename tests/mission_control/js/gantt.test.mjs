import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseZoom, findWeekends, listRows, makeScale, makeTicks, sayMinutes, shapeBar, shapeGroup, ZOOMS } from "../../../openclaw_hooks/mission_control/assets/js/gantt.js";
import { gridOf, shapeBurnup, shapeDays } from "../../../openclaw_hooks/mission_control/assets/js/burnup.js";

const DAY = 86400;
const monday = Date.UTC(2026, 10, 2) / 1000;

test("a scale begins and ends with whole days and is never narrower than its window", () => {
  const scale = makeScale({ begins: monday + 5000, ends: monday + 3 * DAY }, "week", 3000);
  assert.equal(scale.begins, monday - DAY);
  assert.ok(scale.width >= 3000);
  assert.equal(scale.x(monday), ZOOMS.week);
  assert.equal(scale.time(scale.x(monday + 1234)), monday + 1234);
});

test("days begin at the reader's midnight", () => {
  const scale = makeScale({ begins: monday, ends: monday + DAY }, "day", 10, 2 * 3600);
  assert.equal(scale.begins, monday - 2 * 3600);
  assert.equal(makeTicks(scale)[0].label, "Mon Nov 2");
});

test("ticks name weeks at a distance, days nearer, hours nearest", () => {
  const at = (zoom) => makeTicks(makeScale({ begins: monday, ends: monday + 6 * DAY }, zoom, 10));
  assert.deepEqual(at("month").map((tick) => tick.label), ["Nov 2", "Nov 9"]);
  assert.ok(at("week").some((tick) => tick.label === "Mon Nov 2" && tick.strong));
  assert.ok(at("day").some((tick) => tick.label === "03:00" && !tick.strong));
});

test("weekends are Saturdays and Sundays", () => {
  const scale = makeScale({ begins: monday, ends: monday + 6 * DAY }, "day", 10);
  assert.deepEqual(findWeekends(scale).map((day) => (scale.time(day.x) - monday) / DAY), [5, 6]);
});

test("zoom follows the length of what is shown", () => {
  assert.deepEqual([1, 10, 60].map((days) => chooseZoom(0, days * DAY)), ["day", "week", "month"]);
});

test("work of minutes can still be seen among weeks, and does not cover what follows", () => {
  const scale = makeScale({ begins: monday, ends: monday + 30 * DAY }, "month", 10);
  const shapes = shapeBar({ parts: [[monday, monday + 600, "work"], [monday + 600, monday + 900, "review"]] }, scale);
  assert.deepEqual(shapes.map((shape) => shape.kind), ["work", "review"]);
  assert.ok(shapes[0].width >= 5 && shapes[1].x >= shapes[0].x + shapes[0].width);
});

test("what is over its budget is told apart from the moment on at which it was due", () => {
  const scale = makeScale({ begins: monday, ends: monday + DAY }, "day", 10);
  const bar = { parts: [[monday, monday + 7200, "work"]], late: true, due: monday + 3600 };
  assert.deepEqual(shapeBar(bar, scale).map((shape) => [shape.kind, Math.round(shape.width)]), [["work", 30], ["over", 30]]);
  assert.deepEqual(shapeBar({ ended: monday }, scale).map((shape) => shape.kind), ["end"]);
  assert.deepEqual(shapeBar({ ahead: [monday, monday + 3600] }, scale).map((shape) => shape.kind), ["ahead"]);
  assert.deepEqual(shapeBar({}, scale), []);
});

test("closed groups keep their head", () => {
  const groups = [{ plan: "P-a", bars: [{}, {}] }, { plan: "P-b", bars: [{}] }];
  assert.deepEqual(listRows(groups, new Set(["P-a"])).map((row) => [row.kind, row.y]), [["group", 0], ["group", 28], ["bar", 56]]);
});

test("a group's share of done work is a share of its length", () => {
  const scale = makeScale({ begins: monday, ends: monday + DAY }, "day", 10);
  assert.deepEqual(shapeGroup({ begins: monday, ends: monday + DAY / 2, done: 1, total: 4 }, scale), { x: 0, width: 360, done: 90 });
  assert.equal(shapeGroup({ begins: 0, ends: 0 }, scale), null);
});

test("minutes are told in the unit that fits", () => {
  assert.deepEqual([5, 60, 200, 3000, 2880].map(sayMinutes), ["5 min", "1 h", "3 h 20 min", "2 d 2 h", "2 d"]);
});

test("a burn-up steps up with what is done and points to where the rest would end", () => {
  const shape = shapeBurnup([[0, 4, 0], [50, 4, 1], [60, 5, 2]], 100, 200, { width: 200, height: 100 });
  assert.ok(shape.done.startsWith("M0 100H50V"));
  assert.ok(shape.ahead.startsWith("M100 "));
  assert.deepEqual(shape.figures, { total: 5, done: 2 });
  assert.equal(shape.now, 100);
});

test("a plan that has ended has no line into the future", () => {
  const shape = shapeBurnup([[0, 2, 0], [50, 2, 2]], 5000, 50, { width: 200, height: 100 });
  assert.equal(shape.ahead, "");
  assert.equal(shape.now, null);
});

test("the axis has round numbers and few of them", () => {
  assert.deepEqual(gridOf(4), [0, 1, 2, 3, 4]);
  assert.deepEqual(gridOf(37), [0, 10, 20, 30]);
});

test("days without anything are still there", () => {
  const days = shapeDays([0, 2, 1], { width: 90, height: 30 });
  assert.equal(days[1].height, 30);
  assert.equal(days[0].height, 1.5);
});
