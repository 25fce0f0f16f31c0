// A canvas that can be moved and enlarged by mouse, wheel, touch and keys, and tells what was pointed at.

import { h } from "./dom.js";
import { pan, toWorld, zoomAt } from "./viewport.js";

const STEP = 60;
const SLOP = 5;

/** The canvas and its size; `on` is told {move(view), resize(), pick(point), hover(point), open(point), fit(), leave()}. */
export function makeCanvas(label, on, signal) {
  const element = h("canvas", { class: "mc-graph__canvas", tabindex: 0, role: "img", "aria-label": label });
  const canvas = { element, context: element.getContext("2d"), size: { width: 0, height: 0 }, view: { k: 1, x: 0, y: 0 } };
  const change = (view) => {
    canvas.view = view;
    on.move(view);
  };
  followSize(canvas, on, signal);
  followPointers(canvas, change, on);
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const amount = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    change(zoomAt(canvas.view, Math.exp(-amount * (event.ctrlKey ? 0.01 : 0.0016)), pointOf(event, element)));
  }, { passive: false });
  element.addEventListener("keydown", (event) => followKeys(event, canvas, change, on));
  return canvas;
}

function pointOf(event, element) {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function followSize(canvas, on, signal) {
  const observer = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = canvas.element;
    const scale = globalThis.devicePixelRatio || 1;
    canvas.size = { width, height };
    canvas.element.width = Math.round(width * scale);
    canvas.element.height = Math.round(height * scale);
    on.resize();
  });
  observer.observe(canvas.element);
  signal.addEventListener("abort", () => observer.disconnect());
}

function followPointers(canvas, change, on) {
  const { element } = canvas;
  const held = new Map();
  let moved = 0;
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    held.set(event.pointerId, pointOf(event, element));
    if (held.size === 1) moved = 0;
  });
  element.addEventListener("pointermove", (event) => {
    const point = pointOf(event, element);
    const last = held.get(event.pointerId);
    if (!last) return on.hover(toWorld(canvas.view, point));
    moved += Math.hypot(point.x - last.x, point.y - last.y);
    if (held.size === 2) pinch(canvas, held, event.pointerId, point, change);
    else if (moved > SLOP) change(pan(canvas.view, point.x - last.x, point.y - last.y));
    if (held.size === 2 || moved > SLOP) element.classList.add("mc-graph__canvas--moving");
    held.set(event.pointerId, point);
  });
  const release = (event) => {
    const point = held.get(event.pointerId);
    held.delete(event.pointerId);
    if (!held.size) element.classList.remove("mc-graph__canvas--moving");
    if (point && event.type === "pointerup" && moved <= SLOP) on.pick(toWorld(canvas.view, point));
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => on.hover(null));
  element.addEventListener("dblclick", (event) => on.open(toWorld(canvas.view, pointOf(event, element))));
}

function pinch(canvas, held, id, point, change) {
  const other = [...held].find(([key]) => key !== id)[1];
  const before = Math.hypot(held.get(id).x - other.x, held.get(id).y - other.y) || 1;
  const after = Math.hypot(point.x - other.x, point.y - other.y) || 1;
  change(zoomAt(canvas.view, after / before, { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 }));
}

function followKeys(event, canvas, change, on) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const middle = { x: canvas.size.width / 2, y: canvas.size.height / 2 };
  const act = {
    ArrowLeft: () => change(pan(canvas.view, STEP, 0)),
    ArrowRight: () => change(pan(canvas.view, -STEP, 0)),
    ArrowUp: () => change(pan(canvas.view, 0, STEP)),
    ArrowDown: () => change(pan(canvas.view, 0, -STEP)),
    "+": () => change(zoomAt(canvas.view, 1.25, middle)),
    "=": () => change(zoomAt(canvas.view, 1.25, middle)),
    "-": () => change(zoomAt(canvas.view, 0.8, middle)),
    0: () => on.fit(),
    Escape: () => on.leave(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
