// The board's decisions: what is shown, where it stands, where keys lead, which command moves a task.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cardLimit, compareTasks, isFolded, splitColumns, splitLanes, wipMark } from "../../../openclaw_hooks/mission_control/assets/js/columns.js";
import { countFacet, countSegments, decodeChoice, encodeChoice, filterTasks, isFiltered, readView, writeView } from "../../../openclaw_hooks/mission_control/assets/js/filters.js";
import { findCard, nextCard, readKey } from "../../../openclaw_hooks/mission_control/assets/js/keyboard.js";
import { openColumns, planMove, shellId } from "../../../openclaw_hooks/mission_control/assets/js/moves.js";

const TASKS = [
  { id: "T-1", title: "Cache the index", status: "queued", column: "ready", owner: "ada", labels: ["perf", "ci"], priority: 5, since: 30 },
  { id: "T-2", title: "Document hooks", status: "queued", column: "blocked", waits: ["T-1"], labels: ["docs"], since: 20 },
  { id: "T-3", title: "Harden the cache", status: "running", column: "progress", owner: "grace", blocked: true, plan: "P-a", since: 10 },
  { id: "T-4", title: "Approve me", status: "pending_review", column: "review", owner: "ada", needs_you: "approve", plan: "P-a", labels: ["ci"], since: 5 },
];
const ids = (tasks) => tasks.map((task) => task.id);
const view = (query) => readView(query);

test("the text filter wants every word, in any field", () => {
  assert.deepEqual(ids(filterTasks(TASKS, view({ q: "CACHE ada" }))), ["T-1"]);
  assert.deepEqual(ids(filterTasks(TASKS, view({ q: "cache" }))), ["T-1", "T-3"]);
  assert.deepEqual(filterTasks(TASKS, view({ q: "cache nobody" })), []);
});

test("choices of one facet add up, choices of two narrow", () => {
  assert.deepEqual(ids(filterTasks(TASKS, view({ owner: "ada,grace" }))), ["T-1", "T-3", "T-4"]);
  assert.deepEqual(ids(filterTasks(TASKS, view({ owner: "ada,grace", plan: "P-a" }))), ["T-3", "T-4"]);
});

test("a facet counts what the other facets let through, and keeps what is chosen in it", () => {
  const counts = (query, name) => Object.fromEntries(countFacet(TASKS, view(query), name).map(({ value, count }) => [value, count]));
  assert.deepEqual(counts({ plan: "P-a", owner: "ada" }, "owner"), { ada: 1, grace: 1 });
  assert.deepEqual(counts({ q: "document", owner: "grace" }, "owner"), { grace: 0, "": 1 });
  assert.deepEqual(counts({}, "label"), { ci: 2, docs: 1, perf: 1, "": 1 });
});

test("segments show what needs a person, what is blocked, what is new", () => {
  const changed = new Set(["T-2"]);
  assert.deepEqual(ids(filterTasks(TASKS, view({ show: "needs" }))), ["T-4"]);
  assert.deepEqual(ids(filterTasks(TASKS, view({ show: "blocked" }))), ["T-2", "T-3"]);
  assert.deepEqual(ids(filterTasks(TASKS, view({ show: "changed" }), changed)), ["T-2"]);
  assert.deepEqual(countSegments(TASKS, view({ owner: "ada", show: "blocked" }), changed), { all: 2, needs: 1, blocked: 0, changed: 0 });
});

test("a view survives the address, whatever its values hold", () => {
  const hostile = ["", "a,b", "~", "100%", "%2C", "x&y=z"];
  assert.deepEqual(decodeChoice(encodeChoice(hostile)), hostile);
  const query = { q: "cache", show: "needs", owner: encodeChoice(["", "a,b"]), status: "", plan: "", label: "", role: "", node: "" };
  assert.deepEqual(writeView(readView(query)), query);
  assert.equal(isFiltered(view({})), false);
  assert.equal(isFiltered(view({ show: "nonsense" })), false);
  assert.equal(isFiltered(view({ owner: "~" })), true);
});

test("a filter over a thousand tasks takes a small part of a frame", () => {
  const many = Array.from({ length: 1000 }, (_, n) => ({ ...TASKS[n % 4], id: `T-${n}` }));
  filterTasks(many, view({ q: "warm" }));
  const begun = process.hrtime.bigint();
  for (let round = 0; round < 20; round += 1) filterTasks(many, view({ q: `cache ${round}`, owner: "ada" }));
  assert.ok(Number(process.hrtime.bigint() - begun) / 20e6 < 8, "8 ms for one filter");
});

test("columns are sorted by urgency and patience, what is over by lateness", () => {
  const columns = splitColumns([...TASKS, { id: "T-9", column: "ready", priority: 5, since: 1 }, { id: "T-8", column: "elsewhere" }]);
  assert.deepEqual(ids(columns.ready), ["T-9", "T-1"]);
  assert.deepEqual(ids(columns.closed), ["T-8"]);
  assert.ok(compareTasks({ id: "a", column: "done", since: 9 }, { id: "b", column: "done", since: 3, priority: 99 }) < 0);
  assert.deepEqual([cardLimit("done", false), cardLimit("done", true), cardLimit("ready", true)], [40, 2, 12]);
});

test("lanes: one per value, a task in each of its labels, the rest last", () => {
  const lanes = splitLanes(TASKS, "label");
  assert.deepEqual(lanes.map((lane) => [lane.key, ids(lane.tasks)]), [["ci", ["T-1", "T-4"]], ["docs", ["T-2"]], ["perf", ["T-1"]], ["", ["T-3"]]]);
  assert.deepEqual(splitLanes(TASKS, "priority").map((lane) => lane.key), ["high", "none"]);
  assert.equal(splitLanes(TASKS, "nonsense")[0].key, null);
});

test("lanes in which nothing is left to do come after the others", () => {
  const lanes = splitLanes([{ id: "T-1", column: "done", plan: "P-a" }, { id: "T-2", column: "ready" }, { id: "T-3", column: "ready", plan: "P-b" }, { id: "T-4", column: "done", plan: "P-b" }], "plan");
  assert.deepEqual(lanes.map((lane) => [lane.key, lane.isOver]), [["P-b", false], ["", false], ["P-a", true]]);
});

test("a lane called like a property of every object is a lane", () => {
  const lanes = splitLanes([{ id: "T-1", column: "ready", owner: "__proto__" }, { id: "T-2", column: "ready", owner: "constructor" }], "owner");
  assert.deepEqual(lanes.map((lane) => lane.key), ["__proto__", "constructor"]);
});

test("empty and closed columns are folded until the reader chooses", () => {
  assert.equal(isFolded("review", 0, {}), true);
  assert.equal(isFolded("closed", 3, {}), true);
  assert.equal(isFolded("ready", 3, {}), false);
  assert.equal(isFolded("closed", 3, { closed: false }), false);
});

test("the WIP mark tells when there are too many", () => {
  assert.equal(wipMark("progress", 3, {}), null);
  assert.deepEqual(wipMark("progress", 3, { progress: 3 }), { limit: 3, over: false });
  assert.deepEqual(wipMark("progress", 4, { progress: 3 }), { limit: 3, over: true });
});

test("keys lead to the neighbour, step over empty columns and hold at the ends", () => {
  const grid = [["a", "b", "c"], [], ["d"]];
  assert.equal(nextCard(grid, "a", "j"), "b");
  assert.equal(nextCard(grid, "c", "j"), "c");
  assert.equal(nextCard(grid, "c", "l"), "d");
  assert.equal(nextCard(grid, "d", "h"), "a");
  assert.equal(nextCard(grid, "d", "l"), "d");
  assert.equal(nextCard(grid, "gone", "j"), "a");
  assert.equal(nextCard([[], []], "a", "j"), null);
  assert.deepEqual(findCard(grid, "c"), { column: 0, row: 2 });
  assert.deepEqual(readKey({ key: "j" }), { kind: "step", key: "j" });
  assert.equal(readKey({ key: "c", ctrlKey: true }), null);
  assert.equal(readKey({ key: "q" }), null);
});

test("a move is a command, a reason to wait, or no move", () => {
  assert.equal(planMove(TASKS[0], "progress").command, "openclaw task claim T-1");
  assert.deepEqual(planMove(TASKS[1], "progress"), { kind: "waits", on: ["T-1"] });
  assert.equal(planMove(TASKS[3], "done").command, "openclaw task approve T-4");
  assert.equal(planMove({ id: "T-1", status: "completed" }, "ready").kind, "never");
  assert.equal(planMove(TASKS[0], "blocked").kind, "never");
  assert.equal(planMove(TASKS[0], "ready").kind, "here");
  assert.deepEqual(openColumns(TASKS[2], ["ready", "review", "done", "closed", "blocked"]), ["ready", "review", "done", "closed"]);
});

test("an id that a shell would not take as one word never stands in a command", () => {
  assert.equal(shellId("T-4k7abc"), "T-4k7abc");
  for (const id of ["T-1; rm -rf ~", "$(x)", "-f", "a b", "`x`", ""]) assert.equal(shellId(id), "ID");
});
