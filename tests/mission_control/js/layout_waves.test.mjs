import assert from "node:assert/strict";
import { test } from "node:test";
import { curve, edgesOf, foldWave, kinOf, linksOf, orderWaves, placeEdges } from "../../../openclaw_hooks/mission_control/assets/js/layout_waves.js";

const row = (id, wave, depends_on = [], more = {}) => ({ id, wave, depends_on, state: "waiting", ...more });
const plan = {
  path: ["a", "c", "d"],
  subtasks: [row("a", 1, [], { state: "completed" }), row("b", 1, [], { stand: "lost" }), row("c", 2, ["a", "nobody"]), row("d", 3, ["b", "c", "a"])],
};

test("kin are all that a subtask needs and feeds, at any distance", () => {
  const links = linksOf(plan.subtasks);
  assert.deepEqual([...kinOf(links, "c")].sort(), ["a", "c", "d"]);
  assert.deepEqual([...kinOf(links, "b")].sort(), ["b", "d"]);
});

test("kin of a plan whose file holds a circle are found all the same", () => {
  const links = linksOf([row("x", 0, ["y"]), row("y", 0, ["x"])]);
  assert.deepEqual([...kinOf(links, "x")].sort(), ["x", "y"]);
});

test("columns are ordered by what their subtasks need, so that lines cross less", () => {
  const rows = [row("a", 1), row("b", 1), row("c", 1), row("x", 2, ["c"]), row("y", 2, ["a"]), row("z", 2, ["b"])];
  assert.deepEqual(orderWaves([["a", "b", "c"], ["x", "y", "z"]], linksOf(rows)), [["a", "b", "c"], ["y", "z", "x"]]);
});

test("a long wave keeps what goes on and what is critical, in its order", () => {
  const wave = Array.from({ length: 20 }, (_, index) => `s${index}`);
  const rows = new Map(wave.map((id, index) => [id, row(id, 1, [], { on_path: index === 19, state: index === 15 ? "running" : "queued" })]));
  const { shown, hidden } = foldWave(wave, rows, 6);
  assert.deepEqual(shown, ["s0", "s1", "s2", "s15", "s19"]);
  assert.equal(shown.length + hidden.length, 20);
  assert.deepEqual(foldWave(wave.slice(0, 6), rows, 6).hidden, []);
});

test("lines know what they mean, and those of folded subtasks end at their stand-in once", () => {
  const kinds = Object.fromEntries(edgesOf(plan, new Set()).map((edge) => [`${edge.from}${edge.to}`, edge.kind]));
  assert.deepEqual(kinds, { ac: "path", bd: "lost", cd: "path", ad: "done" });
  const folded = edgesOf(plan, new Set(["a", "b"]));
  assert.deepEqual(folded.map((edge) => `${edge.from} ${edge.to} ${edge.kind}`).sort(), ["+1 c path", "+1 d lost", "c d path"]);
});

test("lines that leave one box leave it apart, in the order of where they go", () => {
  const box = (x, y) => ({ x, y, w: 100, h: 40 });
  const boxes = new Map([["a", box(0, 0)], ["x", box(200, 0)], ["y", box(200, 100)]]);
  const placed = placeEdges([{ from: "a", to: "y" }, { from: "a", to: "x" }, { from: "a", to: "gone" }], boxes);
  const starts = Object.fromEntries(placed.map((edge) => [edge.to, Number(/^M\S+ ([\d.]+)C/.exec(edge.d)[1])]));
  assert.equal(placed.length, 2);
  assert.ok(starts.x < starts.y);
});

test("a line passes between the boxes of the columns on its way", () => {
  const box = (x, y) => ({ x, y, w: 100, h: 40 });
  const boxes = new Map([["a", box(0, 0)], ["m", box(200, 0)], ["n", box(200, 60)], ["z", box(400, 0)]]);
  const [line] = placeEdges([{ from: "a", to: "z" }], boxes);
  assert.match(line.d, / 198 50H302M302 50C/);
  const [near] = placeEdges([{ from: "m", to: "z" }], boxes);
  assert.ok(!near.d.includes("H"));
});

test("in a single column lines swing out to the side", () => {
  assert.equal(curve({ x: 100, y: 20 }, { x: 0, y: 80 }), "M0 20C-14 20 -14 80 0 80");
});
