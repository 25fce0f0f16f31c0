// A picture of what waits for what: layers from left to right, few crossings, each group by itself, groups on shelves.

import { components, neighbours, withoutCircles } from "./graph_walk.js";

const SWEEPS = 10;

/** Where each node goes: Map node -> {x, y} (its middle). Edges are [waiting, needed]; the same input gives the same picture. */
export function layoutLayers(count, edges, { width = 190, height = 36, gapX = 52, gapY = 10, aspect = 1.7 } = {}) {
  const nodes = [...new Set(edges.flatMap(([from, to]) => [from, to]))].sort((left, right) => left - right);
  const forward = withoutCircles(nodes, edges.map(([from, to]) => [to, from]));
  const near = neighbours(count, edges);
  const byNode = new Map();
  for (const edge of forward) {
    for (const node of edge) {
      if (!byNode.has(node)) byNode.set(node, []);
      byNode.get(node).push(edge);
    }
  }
  const boxes = components(nodes, near).map((group) => {
    const own = [...new Set(group.flatMap((node) => byNode.get(node) || []))];
    return layoutGroup(group, own, { stepX: width + gapX, stepY: height + gapY });
  });
  return shelve(boxes, { width, height, gap: gapX * 0.7, aspect });
}

function layoutGroup(group, edges, steps) {
  const layers = orderLayers(group, edges, layerOf(group, edges));
  const rows = alignRows(layers, edges);
  const places = new Map();
  layers.forEach((layer, column) => layer.forEach((node) => places.set(node, { x: column * steps.stepX, y: rows.get(node) * steps.stepY })));
  return { places, columns: layers.length, rows: Math.max(...rows.values()) + 1, ...steps };
}

/** The layer of each node: one more than the highest of those that it needs. */
export function layerOf(group, edges) {
  const needs = new Map(group.map((node) => [node, 0]));
  const next = new Map(group.map((node) => [node, []]));
  for (const [from, to] of edges) {
    needs.set(to, needs.get(to) + 1);
    next.get(from).push(to);
  }
  const layer = new Map(group.map((node) => [node, 0]));
  const queue = group.filter((node) => needs.get(node) === 0);
  for (let at = 0; at < queue.length; at += 1) {
    for (const node of next.get(queue[at])) {
      layer.set(node, Math.max(layer.get(node), layer.get(queue[at]) + 1));
      needs.set(node, needs.get(node) - 1);
      if (needs.get(node) === 0) queue.push(node);
    }
  }
  return layer;
}

function orderLayers(group, edges, layer) {
  const layers = Array.from({ length: Math.max(...layer.values()) + 1 }, () => []);
  for (const node of group) layers[layer.get(node)].push(node);
  const before = linked(group, edges, 1, 0);
  const after = linked(group, edges, 0, 1);
  let best = layers.map((each) => [...each]);
  let least = countCrossings(best, edges);
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep += 1) {
    const down = sweep % 2 === 0;
    const place = new Map();
    for (const each of layers) each.forEach((node, index) => place.set(node, index));
    for (const each of down ? layers.slice(1) : layers.slice(0, -1).reverse()) {
      const middle = new Map(each.map((node, index) => [node, mean(((down ? before : after).get(node) || []).map((other) => place.get(other))) ?? index]));
      each.sort((left, right) => middle.get(left) - middle.get(right) || left - right);
      each.forEach((node, index) => place.set(node, index));
    }
    const crossings = countCrossings(layers, edges);
    if (crossings < least) [best, least] = [layers.map((each) => [...each]), crossings];
  }
  return best;
}

function linked(group, edges, key, value) {
  const found = new Map(group.map((node) => [node, []]));
  for (const edge of edges) found.get(edge[key]).push(edge[value]);
  return found;
}

function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** How often edges between neighbouring layers cross. */
export function countCrossings(layers, edges) {
  const column = new Map();
  const row = new Map();
  layers.forEach((layer, number) => layer.forEach((node, index) => column.set(node, number) && row.set(node, index)));
  const between = layers.map(() => []);
  for (const [from, to] of edges) if (column.get(to) === column.get(from) + 1) between[column.get(from)].push([row.get(from), row.get(to)]);
  let crossings = 0;
  for (const pairs of between) {
    pairs.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
    for (let first = 0; first < pairs.length; first += 1) {
      for (let second = first + 1; second < pairs.length; second += 1) if (pairs[second][1] < pairs[first][1]) crossings += 1;
    }
  }
  return crossings;
}

/** The row of each node: as near to those that it is linked with as the order in its layer allows. */
function alignRows(layers, edges) {
  const row = new Map();
  for (const layer of layers) layer.forEach((node, index) => row.set(node, index));
  const group = layers.flat();
  const all = linked(group, [...edges, ...edges.map(([from, to]) => [to, from])], 0, 1);
  for (let round = 0; round < 8; round += 1) {
    for (const layer of round % 2 ? [...layers].reverse() : layers) placeLayer(layer, row, all);
  }
  const least = Math.min(...row.values());
  for (const node of group) row.set(node, row.get(node) - least);
  return row;
}

function placeLayer(layer, row, all) {
  const wanted = layer.map((node) => mean(all.get(node).map((other) => row.get(other))) ?? row.get(node));
  const placed = [...wanted];
  for (let index = 1; index < placed.length; index += 1) placed[index] = Math.max(placed[index], placed[index - 1] + 1);
  // Pushing only downwards would drift: move the whole layer back by what it was pushed on average.
  const drift = mean(placed.map((value, index) => value - wanted[index])) || 0;
  layer.forEach((node, index) => row.set(node, Math.round((placed[index] - drift) * 4) / 4));
}

function shelve(boxes, { width, height, gap, aspect }) {
  const sized = boxes.map((box) => ({ ...box, w: (box.columns - 1) * box.stepX + width + gap, h: (box.rows - 1) * box.stepY + height + gap }));
  sized.sort((left, right) => right.h - left.h);
  const area = sized.reduce((sum, box) => sum + box.w * box.h, 0);
  const widest = Math.max(0, ...sized.map((box) => box.w));
  let best = null;
  for (let factor = 0.8; factor < 2.4; factor += 0.1) {
    const tried = fillShelves(sized, Math.max(Math.sqrt(area * aspect) * factor, widest));
    const size = Math.min(aspect / tried.w, 1 / tried.h);
    if (!best || size > best.size) best = { ...tried, size };
  }
  const places = new Map();
  sized.forEach((box, index) => {
    const [x, y] = best.corners[index];
    for (const [node, at] of box.places) places.set(node, { x: x + at.x + width / 2, y: y + at.y + height / 2 });
  });
  return places;
}

function fillShelves(boxes, limit) {
  const corners = [];
  let [x, y, tall, w] = [0, 0, 0, 1];
  for (const box of boxes) {
    if (x > 0 && x + box.w > limit) [x, y, tall] = [0, y + tall, 0];
    corners.push([x, y]);
    x += box.w;
    w = Math.max(w, x);
    tall = Math.max(tall, box.h);
  }
  return { corners, w, h: y + tall };
}
