// The graph page: what waits for what, what is written about what, and both as a table.

import { CARD, paint, readPalette } from "../graph_paint.js";
import { boundsOf, centre, fit, zoomAt } from "../viewport.js";
import { countKinds, knowledgeGraph, readKinds, searchNodes, taskGraph, writeKinds } from "../graph_model.js";
import { definePage, loadScript, t } from "../core.js";
import { h, replace } from "../dom.js";
import { kindButtons, nodePanel, nodeSign, nodeTable, addressOf } from "../graph_panel.js";
import { layoutForce, radiusOf } from "../force_layout.js";
import { layoutLayers } from "../layout_layers.js";
import { makeCanvas } from "../graph_canvas.js";
import { openTask } from "../drawer.js";
import { reachable, within } from "../graph_walk.js";
import { readState, writeState } from "../url_state.js";

const VIEWS = ["tasks", "knowledge", "table"];
const HOPS = 2;
const D3 = "assets/vendor/d3-force/d3-force.min.js";
let shown = null;

class GraphPage {
  constructor(root, graph, ctx) {
    Object.assign(this, { root, graph, ctx, places: new Map(), focus: null, hover: null, run: null });
    const state = readState();
    const hasEdges = graph.edges.some(([, , kind]) => graph.edge_kinds[kind] === "depends");
    this.view = VIEWS.includes(state.view) ? state.view : hasEdges ? "tasks" : "knowledge";
    this.kinds = readKinds(state.kinds);
    this.withEnded = state.ended === "1";
    this.counts = countKinds(graph);
    this.build();
    this.choose(this.view, state.focus);
    this.followScheme();
  }

  build() {
    const segments = VIEWS.map((view) => h("button", { type: "button", dataset: { view }, on: { click: () => this.choose(view) } }, t(`graph.view-${view}`)));
    this.segments = h("div", { class: "mc-segments", role: "group", "aria-label": t("graph.views") }, segments);
    this.search = h("input", { class: "mc-field mc-graph__search", type: "search", placeholder: t("graph.search"), "aria-label": t("graph.search"), autocomplete: "off", on: { input: () => this.listMatches(), keydown: (event) => this.followSearch(event) } });
    this.matches = h("ul", { class: "mc-graph__matches", hidden: true });
    this.filters = h("div", { class: "mc-graph__filters", role: "group", "aria-label": t("graph.filters") });
    const button = (sign, label, act) => h("button", { class: "mc-button mc-button--icon", type: "button", "aria-label": t(label), title: t(label), on: { click: act } }, sign);
    this.tools = h("div", { class: "mc-graph__tools" }, button("+", "graph.larger", () => this.enlarge(1.3)), button("−", "graph.smaller", () => this.enlarge(1 / 1.3)), button("⤢", "graph.fit", () => this.fit()));
    this.note = h("p", { class: "mc-graph__note", role: "status" });
    const on = {
      move: () => { this.isFitted = false; this.draw(); }, resize: () => this.resize(), fit: () => this.fit(),
      pick: (point) => this.setFocus(this.nodeAt(point)), hover: (point) => this.setHover(point && this.nodeAt(point)),
      open: (point) => this.open(this.nodeAt(point)), leave: () => this.setFocus(null),
    };
    this.canvas = makeCanvas(t("graph.canvas"), on, this.ctx.signal);
    this.frame = h("div", { class: "mc-graph__frame" }, this.canvas.element, this.tools, this.note);
    this.side = h("div", { class: "mc-graph__side" });
    this.table = h("div", { hidden: true });
    this.circles = h("div", null);
    replace(this.root, h("h1", { class: "mc-offscreen" }, t("graph.title")),
      h("div", { class: "mc-graph__bar" }, this.segments, h("div", { class: "mc-graph__find" }, this.search, this.matches), this.filters),
      this.circles, h("div", { class: "mc-graph" }, this.frame, this.side), this.table);
    document.addEventListener("keydown", (event) => this.followPage(event), { signal: this.ctx.signal });
    document.addEventListener("pointerdown", (event) => { if (!this.matches.contains(event.target) && event.target !== this.search) this.matches.hidden = true; }, { signal: this.ctx.signal });
  }

  followPage(event) {
    if (event.key !== "/" || /^(input|textarea|select)$/i.test(event.target.tagName || "") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.search.focus();
  }

  followScheme() {
    const again = () => { this.palette = null; this.draw(); };
    const observer = new MutationObserver(again);
    for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    this.ctx.signal.addEventListener("abort", () => observer.disconnect());
    document.fonts?.ready.then(again);
  }

  update(graph) {
    const id = this.focus === null ? "" : this.graph.nodes[this.focus]?.id;
    this.graph = graph;
    this.counts = countKinds(graph);
    this.choose(this.view, id, true);
  }

  /** Shows one of the views; `id` is the node in focus. */
  choose(view, id = this.focus === null ? "" : this.graph.nodes[this.focus].id, keepsView = false) {
    this.view = view;
    for (const segment of this.segments.children) segment.setAttribute("aria-pressed", String(segment.dataset.view === view));
    this.picture = view === "tasks" ? taskGraph(this.graph, this.withEnded) : knowledgeGraph(this.graph, this.kinds);
    if (view === "table") this.picture = { ...this.picture, edges: this.graph.edges, near: everyNear(this.graph) };
    this.showFilters();
    this.showCircles();
    const number = this.graph.nodes.findIndex((node) => node.id === id);
    this.focus = this.picture.nodes.includes(number) ? number : null;
    this.root.classList.toggle("mc-graph--table", view === "table");
    this.table.hidden = view !== "table";
    this.frame.parentElement.hidden = view === "table";
    writeState({ view: view === "tasks" ? "" : view, kinds: writeKinds(this.kinds), ended: this.withEnded ? "1" : "" });
    if (view === "table") this.showTable();
    else this.layout(keepsView);
    this.showPanel();
  }

  layout(keepsView) {
    this.run?.abort();
    this.run = new AbortController();
    const before = this.places;
    if (this.view === "tasks") {
      const aspect = this.canvas.size.width ? this.canvas.size.width / this.canvas.size.height : 1.7;
      this.places = layoutLayers(this.graph.nodes.length, this.picture.edges, { ...CARD, aspect });
      this.finish(keepsView && before.size > 0);
      return;
    }
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const signal = this.run.signal;
    const onSlice = (places, done) => {
      if (signal.aborted || (isStill && done < 1)) return;
      this.places = places;
      this.finish(!this.isFitted, done);
    };
    this.isFitted = !keepsView;
    if (!keepsView) this.places = new Map();  // those of the other view mean nothing here
    this.note.textContent = t("graph.placing");
    loadScript(D3).then(() => layoutForce(globalThis.d3, this.picture, (kind) => this.graph.edge_kinds[kind], { signal, onSlice }));
  }

  finish(keepsView, done = 1) {
    const { nodes, edges, alone, ended } = this.picture;
    if (done === 1 || this.view === "tasks") {
      const told = t("graph.told", { n: nodes.length, edges: edges.length });
      const more = [ended ? t("graph.ended", { n: ended }) : "", alone ? t("graph.alone", { n: alone }) : ""].filter(Boolean).join(" ");
      this.note.textContent = nodes.length ? `${told} ${more}` : `${t("graph.nothing")} ${more}`;
      this.canvas.element.setAttribute("aria-label", `${t("graph.canvas")} ${this.note.textContent}`);
      this.root.dataset.settled = this.view;
    }
    if (!keepsView) this.fit();
    else this.draw();
    if (done === 1 && this.focus !== null && !keepsView) this.setFocus(this.focus, true);
  }

  /** After the frame got another size: what was fitted is fitted again, and laid out for the new proportions at first. */
  resize() {
    const isFirst = !this.isSized;
    this.isSized = this.canvas.size.width > 0;
    if (this.focus !== null && !isFirst) this.draw();
    else if (this.view === "tasks" && this.isFitted && this.canvas.size.width) this.layout(false);
    else if (this.isFitted) this.fit();
    else this.draw();
  }

  fit() {
    this.isFitted = true;
    const points = this.picture.nodes.map((number) => this.places.get(number)).filter(Boolean);
    const margin = this.view === "tasks" ? CARD.width / 2 : 40;
    if (this.canvas.size.width) this.canvas.view = fit(boundsOf(points, margin), this.canvas.size, { padding: 18 });
    this.draw();
  }

  enlarge(factor) {
    const { size } = this.canvas;
    this.canvas.view = zoomAt(this.canvas.view, factor, { x: size.width / 2, y: size.height / 2 });
    this.draw();
  }

  draw() {
    if (this.pending || this.view === "table") return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.palette ??= readPalette(this.root);
      const { graph, picture, places, focus, hover } = this;
      const { view, size, context } = this.canvas;
      paint(context, { graph, picture, places, focus, hover, view, size, steps: this.steps, circles: this.circleEdges, isTasks: this.view === "tasks" }, this.palette);
    });
  }

  nodeAt(point) {
    let best = null;
    let least = Infinity;
    for (const number of this.picture.nodes) {
      const place = this.places.get(number);
      if (!place) continue;
      const [dx, dy] = [Math.abs(place.x - point.x), Math.abs(place.y - point.y)];
      const near = this.view === "tasks" ? dx < CARD.width / 2 && dy < CARD.height / 2 : Math.hypot(dx, dy) < radiusOf(this.picture.near[number].length) + 6 / this.canvas.view.k;
      if (near && dx + dy < least) [best, least] = [number, dx + dy];
    }
    return best;
  }

  setHover(number) {
    if (number === this.hover) return;
    this.hover = number;
    this.canvas.element.style.cursor = number === null ? "" : "pointer";
    this.canvas.element.title = number === null ? "" : this.graph.nodes[number].name;
    this.draw();
  }

  setFocus(number, moves = false) {
    this.focus = number;
    this.matches.hidden = true;
    if (number !== null && moves && this.places.has(number)) {
      if (this.canvas.view.k < 0.55) this.canvas.view = { ...this.canvas.view, k: 0.8 };
      this.canvas.view = centre(this.canvas.view, this.places.get(number), this.canvas.size);
    }
    this.showPanel();
  }

  open(number) {
    if (number === null) return;
    const node = this.graph.nodes[number];
    if (node.kind === "task") openTask(node.id);
    else if (addressOf(node)) location.assign(addressOf(node));
  }

  showPanel() {
    const number = this.focus;
    this.steps = number === null ? null : within(this.picture.near, number, HOPS);
    this.side.hidden = number === null;
    writeState({ focus: number === null ? "" : this.graph.nodes[number].id });
    if (number === null) replace(this.side);
    else replace(this.side, nodePanel(this.graph, number, { go: (other) => this.go(other), close: () => { this.setFocus(null); this.canvas.element.focus(); }, walks: this.describeWalks(number) }));
    this.draw();
  }

  describeWalks(number) {
    if (this.view !== "tasks") return "";
    const isOpen = (other) => !["done", "closed"].includes(this.graph.nodes[other].column);
    const waits = [...reachable(this.picture.edges, number, true)].filter(isOpen).length;
    const frees = [...reachable(this.picture.edges, number, false)].filter(isOpen).length;
    return t("graph.walks", { waits, frees });
  }

  /** Moves on to another node, in a view that has it. */
  go(number) {
    const { kind, id } = this.graph.nodes[number];
    if (this.view !== "table" && this.picture.nodes.includes(number)) return this.setFocus(number, true);
    this.kinds.add(kind);
    const inTasks = kind === "task" && taskGraph(this.graph, true).nodes.includes(number);
    this.withEnded ||= inTasks && !taskGraph(this.graph, false).nodes.includes(number);
    this.choose(inTasks ? "tasks" : "knowledge", id);
  }

  showFilters() {
    const toggle = (kind) => {
      if (!this.kinds.delete(kind)) this.kinds.add(kind);
      if (!this.kinds.size) this.kinds = readKinds("");
      this.choose(this.view);
    };
    const only = h("button", { class: "mc-button", type: "button", "aria-pressed": String(this.withEnded), on: { click: () => { this.withEnded = !this.withEnded; this.choose(this.view); } } }, t("graph.with-ended"));
    replace(this.filters, this.view === "tasks" ? only : kindButtons(this.counts, this.kinds, toggle));
  }

  showCircles() {
    const cycles = this.graph.cycles || [];
    const numbers = new Map(this.graph.nodes.map((node, number) => [node.id, number]));
    this.circleEdges = new Set();
    for (const cycle of cycles) cycle.forEach((id, index) => index + 1 < cycle.length && this.circleEdges.add(`${numbers.get(id)} ${numbers.get(cycle[index + 1])}`));
    const step = (id) => (numbers.has(id) ? h("button", { class: "mc-graph__step", type: "button", on: { click: () => this.go(numbers.get(id)) } }, id) : id);
    const lines = cycles.map((cycle) => h("li", null, cycle.map((id, index) => [index ? h("span", { "aria-hidden": "true" }, " → ") : null, step(id)])));
    const broken = (this.graph.broken || []).map((item) => h("div", { class: "mc-panel mc-broken mc-memory__broken" }, h("code", null, item.line ? `${item.path}:${item.line}` : item.path), ` ${item.message}${item.hint ? ` (${item.hint})` : ""}`));
    replace(this.circles, broken, cycles.length && this.view === "tasks" ? h("section", { class: "mc-graph__circles mc-broken" }, h("h2", { class: "mc-subtitle" }, t("graph.cycles", { n: cycles.length })), h("p", { class: "mc-muted" }, t("graph.cycles-why")), h("ol", null, lines)) : null);
  }

  showTable() {
    const numbers = this.graph.nodes.map((_, number) => number).filter((number) => this.kinds.has(this.graph.nodes[number].kind));
    const found = this.search.value ? searchNodes(this.graph, this.search.value, numbers, 500) : numbers;
    replace(this.table, nodeTable(this.graph, this.picture, found, (number) => this.go(number)));
  }

  listMatches() {
    if (this.view === "table") return this.showTable();
    const everything = this.graph.nodes.map((_, number) => number);
    const found = searchNodes(this.graph, this.search.value, everything);
    const line = (number) => h("li", null, h("button", { class: "mc-graph__link", type: "button", on: { click: () => this.go(number) } }, nodeSign(this.graph.nodes[number]), h("span", { class: "mc-line__text" }, this.graph.nodes[number].name), h("span", { class: "mc-id" }, this.graph.nodes[number].kind === "task" ? this.graph.nodes[number].id : "")));
    replace(this.matches, found.length ? found.map(line) : h("li", { class: "mc-muted mc-graph__none" }, t("graph.no-match")));
    this.matches.hidden = !this.search.value.trim();
  }

  followSearch(event) {
    const first = this.matches.querySelector("button");
    if (event.key === "Escape") {
      this.matches.hidden = true;
      this.search.blur();
    } else if (event.key === "Enter" && first && !this.matches.hidden) first.click();
    else if (event.key === "ArrowDown" && first) first.focus();
    else return;
    event.preventDefault();
  }
}

function everyNear(graph) {
  const near = graph.nodes.map(() => []);
  for (const [from, to] of graph.edges) {
    near[from].push(to);
    near[to].push(from);
  }
  return near;
}

definePage("graph", {
  data: ["graph"],
  mount(root, data, ctx) {
    shown = new GraphPage(root, data.graph, ctx);
  },
  update(data) {
    shown.update(data.graph);
  },
});
