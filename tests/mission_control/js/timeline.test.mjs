import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, countColumns, diffStates, findMoment, monthsFor, smallRows, stateAt } from "../../../openclaw_hooks/mission_control/assets/js/timeline.js";

const commits = [
  { c: "c3", t: 300, changes: [{ id: "T-a", before: { status: "queued" }, after: { status: "completed" } }] },
  { c: "c2", t: 200, changes: [{ id: "T-b", before: null, after: { title: "b", status: "queued" } }] },
  { c: "c1", t: 100, changes: [{ id: "T-z", before: { title: "gone", status: "failed" }, after: null }, { id: "T-a" }] },
];
const rows = smallRows([{ id: "T-a", title: "a", status: "completed", labels: ["ci"], extra: 1 }, { id: "T-b", title: "b", status: "queued", depends_on: ["T-a"] }]);

test("going back undoes later commits only, and leaves the present alone", () => {
  const before = JSON.stringify(rows);
  assert.equal(stateAt(rows, commits, 300)["T-a"].status, "completed");
  assert.equal(stateAt(rows, commits, 299)["T-a"].status, "queued");
  assert.deepEqual(Object.keys(stateAt(rows, commits, 150)), ["T-a"]);
  const oldest = stateAt(rows, commits, 0);
  assert.equal(oldest["T-z"].status, "failed");
  assert.deepEqual(oldest["T-z"].labels, []);
  assert.equal(JSON.stringify(rows), before);
});

test("a task waits for what was open then", () => {
  assert.deepEqual(columnsOf(stateAt(rows, commits, 250))["T-b"], { column: "blocked", waits: ["T-a"] });
  assert.deepEqual(columnsOf(rows)["T-b"], { column: "ready", waits: [] });
  assert.equal(columnsOf({ "T-x": { status: "queued", depends_on: ["T-old"] } }, { "T-old": "completed" })["T-x"].column, "ready");
  assert.deepEqual(countColumns(columnsOf(rows)), { done: 1, ready: 1 });
});

test("two moments are compared field by field", () => {
  const told = diffStates(stateAt(rows, commits, 0), rows);
  assert.deepEqual(told.map(({ id, kind }) => [id, kind]), [["T-a", "changed"], ["T-b", "added"], ["T-z", "removed"]]);
  assert.deepEqual(told[0].fields, [{ name: "status", before: "queued", after: "completed" }]);
  assert.deepEqual(diffStates(rows, { ...rows }), []);
});

test("only the months that end after the moment are needed", () => {
  const months = [{ name: "2026-11", ends: 300 }, { name: "2026-10", ends: 200 }];
  assert.deepEqual(monthsFor(months, 250), ["2026-11"]);
  assert.deepEqual(monthsFor(months, 0), ["2026-11", "2026-10"]);
});

test("a moment is named by a tag, a commit or a date", () => {
  const targets = [{ name: "v1.0", t: 5, commit: "abcdef012345" }];
  assert.equal(findMoment("V1.0", targets), 5);
  assert.equal(findMoment("abcde", targets), 5);
  assert.equal(findMoment("abc", targets), null);
  assert.equal(findMoment("2026-11-20", targets), Date.UTC(2026, 10, 21) / 1000 - 1);
  assert.equal(findMoment("", targets), null);
});
