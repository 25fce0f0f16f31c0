import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLabels } from "../../../openclaw_hooks/mission_control/assets/js/label_places.js";
import { components, neighbours, reachable, withoutCircles, within } from "../../../openclaw_hooks/mission_control/assets/js/graph_walk.js";
import { countCrossings, layerOf, layoutLayers } from "../../../openclaw_hooks/mission_control/assets/js/layout_layers.js";
import { countKinds, knowledgeGraph, linksOf, readKinds, searchNodes, taskGraph, writeKinds } from "../../../openclaw_hooks/mission_control/assets/js/graph_model.js";
import { paint } from "../../../openclaw_hooks/mission_control/assets/js/graph_paint.js";
import { boundsOf, centre, fit, toWorld, zoomAt } from "../../../openclaw_hooks/mission_control/assets/js/viewport.js";

const chain = [[0, 1], [1, 2], [3, 2], [4, 5]];

test("two steps away is near, three is not", () => {
  const near = neighbours(6, chain);
  assert.deepEqual([...within(near, 0, 2)], [[0, 0], [1, 1], [2, 2]]);
});

test("groups that hang together come with the largest first", () => {
  assert.deepEqual(components([0, 1, 2, 3, 4, 5], neighbours(6, chain)), [[0, 1, 2, 3], [4, 5]]);
});

test("a circle is broken at one edge, and nothing else is lost", () => {
  const edges = [[0, 1], [1, 2], [2, 0], [0, 2]];
  const kept = withoutCircles([0, 1, 2], edges);
  assert.equal(kept.length, 3);
  assert.equal(layerOf([0, 1, 2], kept).size, 3);
});

test("a chain of ten thousand is walked without calling itself", () => {
  const edges = Array.from({ length: 10000 }, (_, index) => [index, index + 1]);
  const nodes = Array.from({ length: 10001 }, (_, index) => index);
  assert.equal(withoutCircles(nodes, edges).length, 10000);
  assert.equal(reachable(edges, 0, true).size, 10000);
});

test("what is needed stands left of what waits for it, and no two cards lie on each other", () => {
  const edges = [];
  for (let node = 5; node < 300; node += 1) for (const step of [1, 5]) if ((node * 7 + step) % 3) edges.push([node, node - step]);
  const places = layoutLayers(300, edges, { width: 190, height: 36 });
  for (const [waiting, needed] of edges) assert.ok(places.get(needed).x < places.get(waiting).x);
  const all = [...places.values()];
  for (let first = 0; first < all.length; first += 1) {
    for (let second = first + 1; second < all.length; second += 1) {
      assert.ok(Math.abs(all[first].x - all[second].x) >= 190 || Math.abs(all[first].y - all[second].y) >= 36, `${first} and ${second}`);
    }
  }
});

test("the same graph is always drawn the same, also one in circles", () => {
  const edges = [[0, 1], [1, 0], [2, 1], [3, 1], [3, 0], [5, 4]];
  assert.deepEqual([...layoutLayers(6, edges)], [...layoutLayers(6, edges)]);
  assert.equal(layoutLayers(6, edges).size, 6);
  assert.equal(layoutLayers(6, []).size, 0);
});

test("crossings are counted", () => {
  assert.equal(countCrossings([[0, 1], [2, 3]], [[0, 3], [1, 2]]), 1);
  assert.equal(countCrossings([[0, 1], [2, 3]], [[0, 2], [1, 3]]), 0);
});

test("labels never cover each other, and the weightiest is written", () => {
  const boxes = Array.from({ length: 400 }, (_, index) => ({ x: (index * 37) % 500, y: (index * 53) % 300, width: 60, height: 14, weight: index }));
  const shown = chooseLabels(boxes);
  assert.equal(shown[0], 399);
  for (const first of shown) {
    for (const second of shown) {
      if (first === second) continue;
      const [left, right] = [boxes[first], boxes[second]];
      assert.ok(left.x >= right.x + right.width || right.x >= left.x + left.width || left.y >= right.y + right.height || right.y >= left.y + left.height);
    }
  }
});

test("zooming keeps the point under the pointer, and fitting shows everything", () => {
  const view = { k: 1, x: 30, y: -20 };
  const point = { x: 200, y: 100 };
  const before = toWorld(view, point);
  const after = toWorld(zoomAt(view, 1.7, point), point);
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
  const size = { width: 800, height: 400 };
  const box = boundsOf([{ x: -500, y: 0 }, { x: 3000, y: 900 }], 10);
  const shown = fit(box, size);
  assert.ok(box.left * shown.k + shown.x >= 0 && box.right * shown.k + shown.x <= 800);
  const middle = toWorld(centre(shown, { x: 5, y: 6 }, size), { x: 400, y: 200 });
  assert.ok(Math.abs(middle.x - 5) < 1e-9 && Math.abs(middle.y - 6) < 1e-9);
  assert.deepEqual(boundsOf([]), { left: 0, top: 0, right: 0, bottom: 0 });
});

const graph = {
  nodes: [
    { id: "T-a", kind: "task", name: "Alpha", column: "ready" },
    { id: "T-b", kind: "task", name: "Beta", column: "done" },
    { id: "T-c", kind: "task", name: "Gamma", column: "done" },
    { id: "T-d", kind: "task", name: "Delta", column: "done" },
    { id: "doc:docs/guide.md", kind: "doc", name: "The guide", path: "docs/guide.md" },
    { id: "role:x", kind: "role", name: "X" },
  ],
  edge_kinds: ["depends", "link", "role"],
  edges: [[0, 1, 0], [2, 3, 0], [4, 0, 1], [1, 5, 2]],
};

test("chains in which all is finished are left out unless asked for", () => {
  const open = taskGraph(graph, false);
  assert.deepEqual([open.nodes, open.ended, open.alone], [[0, 1], 2, 0]);
  assert.deepEqual(taskGraph(graph, true).nodes, [0, 1, 2, 3]);
});

test("the picture of knowledge has the kinds that are chosen, and tasks that something is written about", () => {
  assert.deepEqual(knowledgeGraph(graph, new Set(["task", "doc"])).nodes, [0, 4]);
  assert.deepEqual(knowledgeGraph(graph, new Set(["task", "role"])).nodes, [1, 5]);
  assert.equal(writeKinds(readKinds("")), "");
  assert.equal(writeKinds(readKinds("role,doc,nonsense")), "doc,role");
  assert.equal(countKinds(graph).task, 4);
});

test("nodes are found by all words of name, id and path", () => {
  const every = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(searchNodes(graph, "guide docs", every), [4]);
  assert.deepEqual(searchNodes(graph, "t-b", every), [1]);
  assert.deepEqual(searchNodes(graph, " ", every), []);
  assert.deepEqual(linksOf(graph, 0), [{ kind: "depends", out: true, number: 1 }, { kind: "link", out: false, number: 4 }]);
});

test("an edge to a node that has no place yet is left out and the others are drawn", () => {
  const drawn = [];
  const context = new Proxy({}, { get: (_, name) => (...values) => (name === "lineTo" ? drawn.push(values) : { width: 10 }), set: () => true });
  const edges = [[0, 1, 0], [0, 2, 0], [2, 0, 0]];
  const picture = { nodes: [0, 1, 2], edges, near: neighbours(3, edges) };
  const graph = { edge_kinds: ["wikilink"], nodes: [0, 1, 2].map((id) => ({ id: `doc:${id}`, kind: "doc", name: "" })) };
  const places = new Map([[0, { x: 1, y: 1 }], [1, { x: 5, y: 6 }]]);
  const scene = { graph, picture, places, focus: 0, hover: null, view: { x: 0, y: 0, k: 1 }, size: { width: 100, height: 100 }, steps: new Map([[0, 0], [1, 1], [2, 1]]), circles: new Set(), isTasks: false };
  paint(context, scene, {});
  assert.deepEqual(drawn, [[5, 6]]);
});
