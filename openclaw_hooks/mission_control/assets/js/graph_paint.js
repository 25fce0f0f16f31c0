// Draws both pictures on a canvas: cards from left to right for tasks, shapes for what is written about what.

import { radiusOf } from "./force_layout.js";
import { chooseLabels } from "./label_places.js";

export const CARD = { width: 196, height: 36 };
const WEDGES = { progress: [-0.5, 0.5], review: [-0.5, 1], ready: [-0.5, -0.25] };
const FAINT = 0.13;
const MOST_LABELS = 140;
const READABLE = 0.34;

/** The colours and fonts of the page as they are now; read again when the scheme changes. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(`--mc-${name}`).trim();
  const names = ["bg", "surface", "sunken", "line", "line-strong", "text", "muted", "accent", "red-mark", "green-mark", "amber-mark", "violet-mark", "blue-mark", "grey-mark", "grey", "ring-ink", "font", "mono"];
  return Object.fromEntries(names.map((name) => [name, get(name)]));
}

const COLUMN_COLOUR = { proposed: "grey-mark", closed: "grey-mark", ready: "blue-mark", blocked: "grey", progress: "amber-mark", review: "violet-mark", done: "green-mark" };
const KIND_COLOUR = { doc: "blue-mark", memory: "violet-mark", rule: "amber-mark", role: "green-mark", plan: "accent" };

/** The colour of a node: of its status, or of its kind. */
export function colourOf(node, palette) {
  return palette[node.kind === "task" ? COLUMN_COLOUR[node.column] || "grey-mark" : KIND_COLOUR[node.kind]];
}

/** Draws `scene` {graph, picture, places, view, size, steps (Map or null), isTasks, hover, ring: Set of edges in circles}. */
export function paint(context, scene, palette) {
  const { view, size } = scene;
  const scale = globalThis.devicePixelRatio || 1;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.setTransform(scale * view.k, 0, 0, scale * view.k, scale * view.x, scale * view.y);
  const seen = visible(scene);
  paintEdges(context, scene, palette, seen);
  if (scene.isTasks) for (const number of seen) paintCard(context, scene, palette, number);
  else {
    for (const number of seen) paintShape(context, scene, palette, number);
    paintLabels(context, scene, palette, seen, scale);
  }
}

function visible({ picture, places, view, size, isTasks }) {
  const margin = isTasks ? CARD.width : 40;
  const [left, top] = [-view.x / view.k - margin, -view.y / view.k - margin];
  const [right, bottom] = [(size.width - view.x) / view.k + margin, (size.height - view.y) / view.k + margin];
  return picture.nodes.filter((number) => {
    const place = places.get(number);
    return place && place.x > left && place.x < right && place.y > top && place.y < bottom;
  });
}

function opacity({ steps }, number) {
  if (!steps) return 1;
  const far = steps.get(number);
  return far === undefined ? FAINT : far > 1 ? 0.62 : 1;
}

function paintEdges(context, scene, palette, seen) {
  const shown = new Set(seen);
  const { graph, picture, places, steps, view } = scene;
  for (const edge of picture.edges) {
    const [from, to, kind] = edge;
    if (!shown.has(from) && !shown.has(to)) continue;
    if (!places.has(from) || !places.has(to)) continue;  // just let in by a filter, and still being placed
    const near = !steps || (steps.has(from) && steps.has(to) && Math.min(steps.get(from), steps.get(to)) < 2);
    const isLoose = ["rule", "role", "plan"].includes(graph.edge_kinds[kind]);
    const circle = scene.circles.has(`${from} ${to}`);
    context.globalAlpha = near ? (isLoose && !steps ? 0.14 : circle ? 1 : 0.8) : 0.09;
    const isOwn = near && steps && Math.min(steps.get(from), steps.get(to)) === 0;
    context.strokeStyle = circle ? palette["red-mark"] : isOwn ? palette.accent : palette["line-strong"];
    context.lineWidth = (isOwn ? 1.7 : 1.1) / Math.max(view.k, 0.55);
    context.beginPath();
    if (scene.isTasks) bend(context, places.get(to), places.get(from));
    else straight(context, places.get(from), places.get(to));
    context.stroke();
  }
  context.globalAlpha = 1;
}

function bend(context, from, to) {
  const [x, end] = [from.x + CARD.width / 2, to.x - CARD.width / 2];
  if (end < x) {  // back to where it came from: below the cards, not behind them
    context.moveTo(x, from.y);
    context.bezierCurveTo(x + 70, from.y + 2.4 * CARD.height, end - 70, to.y + 2.4 * CARD.height, end, to.y);
    return;
  }
  const reach = Math.max(Math.abs(end - x) / 2, 30);
  context.moveTo(x, from.y);
  context.bezierCurveTo(x + reach, from.y, end - reach, to.y, end, to.y);
}

function straight(context, from, to) {
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
}

function paintCard(context, scene, palette, number) {
  const { graph, places, view, focus, hover } = scene;
  const node = graph.nodes[number];
  const { x, y } = places.get(number);
  const [left, top] = [x - CARD.width / 2, y - CARD.height / 2];
  context.globalAlpha = opacity(scene, number);
  context.beginPath();
  context.roundRect(left, top, CARD.width, CARD.height, 8);
  context.fillStyle = node.column === "done" || node.column === "closed" ? palette.sunken : palette.surface;
  context.fill();
  if (view.k < READABLE) {  // too small to read: the colour says what there is to say
    context.globalAlpha *= 0.3;
    context.fillStyle = colourOf(node, palette);
    context.fill();
    context.globalAlpha = opacity(scene, number);
  }
  context.lineWidth = (number === focus ? 2.2 : 1) / Math.max(view.k, 0.5);
  context.strokeStyle = number === focus ? palette.accent : number === hover ? palette["line-strong"] : palette.line;
  context.stroke();
  paintRing(context, palette, node, left + 17, y, 6.2);
  if (view.k >= READABLE) paintCardText(context, scene, palette, number, left + 32, y);
  context.globalAlpha = 1;
}

function paintCardText(context, scene, palette, number, x, y) {
  const node = scene.graph.nodes[number];
  const isSmall = scene.view.k < 0.6;
  context.textBaseline = "middle";
  if (isSmall) {
    context.font = `600 15px ${palette.mono}`;
    context.fillStyle = palette.text;
    context.fillText(node.id, x, y + 0.5);
    return;
  }
  context.font = `500 12px ${palette.font}`;
  context.fillStyle = node.column === "done" || node.column === "closed" ? palette.muted : palette.text;
  context.fillText(shorten(context, node.name, CARD.width - 40), x, y - 6.5);
  context.font = `400 10.5px ${palette.mono}`;
  context.fillStyle = palette.muted;
  context.fillText(node.id, x, y + 8.5);
}

const shortened = new Map();

function shorten(context, text, width) {
  const key = `${context.font} ${width} ${text}`;
  if (!shortened.has(key)) {
    if (shortened.size > 5000) shortened.clear();
    let end = text.length;
    const cut = () => (end < text.length ? `${text.slice(0, end).trimEnd()}…` : text);
    while (end > 1 && context.measureText(cut()).width > width) end -= Math.max(1, Math.floor(end / 12));
    shortened.set(key, cut());
  }
  return shortened.get(key);
}

/** The ring that stands for a status everywhere. */
export function paintRing(context, palette, node, x, y, radius) {
  const colour = colourOf(node, palette);
  context.lineWidth = radius * 0.26;
  context.strokeStyle = context.fillStyle = colour;
  context.setLineDash(node.column === "proposed" ? [radius * 0.21, radius * 0.31] : node.column === "blocked" ? [radius * 0.5, radius * 0.27] : []);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  if (node.column === "done" || node.column === "closed") context.fill();
  else context.stroke();
  context.setLineDash([]);
  const wedge = WEDGES[node.column];
  if (wedge) {
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius * 0.71, wedge[0] * Math.PI, wedge[1] * Math.PI);
    context.fill();
  }
  const marks = { done: [[-0.5, 0.03], [-0.16, 0.37], [0.5, -0.34]], closed: [[-0.37, -0.37], [0.37, 0.37], null, [0.37, -0.37], [-0.37, 0.37]], blocked: [[-0.39, 0], [0.39, 0]] }[node.column];
  if (marks) stroke(context, marks, x, y, radius, node.column === "blocked" ? colour : palette["ring-ink"]);
}

function stroke(context, marks, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.27;
  context.lineCap = "round";
  context.beginPath();
  let isStart = true;
  for (const mark of marks) {
    if (mark) context[isStart ? "moveTo" : "lineTo"](x + mark[0] * radius, y + mark[1] * radius);
    isStart = mark === null;
  }
  context.stroke();
  context.lineCap = "butt";
}

/** The outline of a kind: a sheet, a diamond, a hexagon, a person's circle, a plan's bar. */
export function traceKind(context, kind, x, y, r) {
  context.beginPath();
  if (kind === "doc") context.roundRect(x - r * 0.85, y - r, r * 1.7, r * 2, r * 0.32);
  else if (kind === "memory") polygon(context, x, y, r * 1.2, 4, 0);
  else if (kind === "rule") polygon(context, x, y, r * 1.12, 6, Math.PI / 6);
  else if (kind === "plan") context.roundRect(x - r * 1.25, y - r * 0.75, r * 2.5, r * 1.5, r * 0.4);
  else context.arc(x, y, r, 0, 2 * Math.PI);
}

function polygon(context, x, y, r, corners, turn) {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (corner * 2 * Math.PI) / corners;
    context[corner ? "lineTo" : "moveTo"](x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  context.closePath();
}

function paintShape(context, scene, palette, number) {
  const { graph, places, picture, focus, hover } = scene;
  const node = graph.nodes[number];
  const { x, y } = places.get(number);
  const r = radiusOf(picture.near[number].length);
  context.globalAlpha = opacity(scene, number);
  if (node.kind === "task") {
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = palette.bg;
    context.fill();
    paintRing(context, palette, node, x, y, Math.min(r, 9));
  } else {
    traceKind(context, node.kind, x, y, r);
    context.fillStyle = colourOf(node, palette);
    context.fill();
    context.lineWidth = 1.2;
    context.strokeStyle = palette.bg;
    context.stroke();
  }
  if (number === focus || number === hover) {
    context.beginPath();
    context.arc(x, y, r + 4, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = palette.accent;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function paintLabels(context, scene, palette, seen, scale) {
  const { graph, picture, places, view, steps, focus, hover } = scene;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.textBaseline = "top";
  context.textAlign = "center";
  context.font = `500 11px ${palette.font}`;
  const boxes = seen
    .filter((number) => (steps ? steps.has(number) : view.k > 0.85 || graph.nodes[number].kind !== "task"))
    .map((number) => {
      const place = places.get(number);
      const links = picture.near[number].length;
      const text = shorten(context, graph.nodes[number].kind === "task" && number !== focus ? graph.nodes[number].id : graph.nodes[number].name, 150);
      const width = context.measureText(text).width + 8;
      const x = place.x * view.k + view.x;
      const y = place.y * view.k + view.y + radiusOf(links) * view.k + 4;
      const weight = (number === focus || number === hover ? 1e6 : 0) + (steps ? 1e4 * (2 - (steps.get(number) ?? 2)) : 0) + links + (graph.nodes[number].kind === "task" ? 0 : 8);
      return { number, text, x: x - width / 2, y, width, height: 15, weight };
    });
  const blocked = view.k < 0.3 && !steps ? 24 : MOST_LABELS;
  context.lineJoin = "round";
  for (const index of chooseLabels(boxes, blocked)) {
    const box = boxes[index];
    context.lineWidth = 3.5;
    context.strokeStyle = palette.bg;
    context.fillStyle = box.number === focus ? palette.text : palette.muted;
    context.strokeText(box.text, box.x + box.width / 2, box.y);
    context.fillText(box.text, box.x + box.width / 2, box.y);
  }
  context.textAlign = "start";
}
