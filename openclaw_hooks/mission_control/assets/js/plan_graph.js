// The waves of one plan, drawn: columns of cards, and lines between them that are measured once the cards stand.

import { t } from "./core.js";
import { h, replace, svg } from "./dom.js";
import { avatar, ring } from "./glyphs.js";
import { sayMinutes } from "./gantt.js";
import { edgesOf, foldName, foldWave, kinOf, linksOf, orderWaves, placeEdges } from "./layout_waves.js";

const MOST = 12;
const STATUS_RING = { planned: "proposed", missing: "closed" };

/** The state of a subtask in words. */
export function sayState(row) {
  if (row.stand === "lost" || row.stand === "recovering") return t(`plans.stand-${row.stand}`);
  const own = t(`plans.state-${row.state}`);
  return own.startsWith("plans.") ? t(`status.${row.state}`) : own;
}

/** The ring of a subtask; one without a task file has the dashed one. */
export function stateRing(row, title) {
  return ring(STATUS_RING[row.column] || row.column, title);
}

/** Who does a subtask, in words: the mode, a named agent, the role. */
export function sayWho(row) {
  const mode = row.soul || t(`plans.mode-${row.mode}`);
  return row.role && row.role !== row.mode ? `${mode} · ${row.role}` : mode;
}

/** The sign of the gate: a lock while a person still has to look, a tick once one has; nothing without a review. */
export function gateSign(row) {
  if (!row.needs_review) return null;
  const words = row.approved ? t("plans.gate-approved", { who: row.approved.by }) : t("plans.gate-review");
  const shape = row.approved ? "M5 8.4l2 2 4-4.6" : "M5.6 7.4V5.8a2.4 2.4 0 0 1 4.8 0v1.6M4.6 7.4h6.8v4.8H4.6z";
  const title = t("plans.gate-title", { gate: words, reason: row.gate_reason || "" });
  return svg("svg", { class: ["mc-gate", row.approved && "mc-gate--given"], viewBox: "0 0 16 16", width: 15, height: 15, role: "img", "aria-label": title }, svg("title", null, title), svg("path", { d: shape, fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round", "stroke-linecap": "round" }));
}

function minutesBar(row) {
  const used = row.used_minutes || 0;
  const share = row.budget_minutes ? Math.min(1, used / row.budget_minutes) : 0;
  const label = t("plans.minutes", { used, all: row.budget_minutes });
  return h("span", { class: ["mc-minutes", used > row.budget_minutes && "mc-minutes--over"], title: label }, h("span", { class: "mc-num" }, used ? `${used}/${sayMinutes(row.budget_minutes)}` : sayMinutes(row.budget_minutes)), h("span", { class: "mc-minutes__bar", "aria-hidden": "true" }, h("span", { style: { width: `${share * 100}%` } })));
}

/** The graph of a plan in `place`; `onOpen(row)` is called for the card that is chosen. */
export class PlanGraph {
  constructor(place, onOpen, signal) {
    this.place = place;
    this.onOpen = onOpen;
    this.open = new Set();
    this.plan = null;
    this.frame = 0;
    const again = () => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.drawLines());
    };
    const watch = new ResizeObserver(again);
    watch.observe(place);
    signal.addEventListener("abort", () => watch.disconnect());
    document.fonts?.ready.then(again);
  }

  show(plan) {
    if (this.plan?.id !== plan.id) this.open.clear();
    this.plan = plan;
    this.links = linksOf(plan.subtasks);
    const rows = new Map(plan.subtasks.map((row) => [row.id, row]));
    this.cards = new Map();
    this.folded = new Set();
    const columns = orderWaves(plan.waves, this.links).map((wave, index) => this.column(wave, index + 1, rows));
    this.lines = svg("svg", { class: "mc-waves__lines", "aria-hidden": "true", focusable: "false" });
    const label = t("plans.graph-label", { n: plan.subtasks.reduce((sum, row) => sum + (row.depends_on || []).length, 0) });
    this.board = h("div", { class: "mc-waves", style: { "--mc-waves": columns.length } }, this.lines, ...columns);
    replace(this.place, h("div", { class: "mc-waves-frame", role: "group", "aria-label": label }, this.board));
    this.drawLines();
  }

  column(wave, number, rows) {
    const { shown, hidden } = this.open.has(number) ? { shown: wave, hidden: [] } : foldWave(wave, rows, MOST);
    for (const id of hidden) this.folded.add(id);
    const done = wave.filter((id) => rows.get(id).state === "completed").length;
    const head = h("h3", { class: "mc-wave__head", title: t("plans.wave-label", { n: number, done, total: wave.length }) }, t("plans.wave", { n: number }), h("span", { class: "mc-count" }, `${done}/${wave.length}`), h("span", { class: "mc-wave__bar", "aria-hidden": "true" }, h("span", { style: { width: `${(100 * done) / wave.length}%` } })));
    const phases = [...new Set(wave.map((id) => rows.get(id).phase).filter(Boolean))].join(", ");
    const items = shown.map((id) => h("li", null, this.card(rows.get(id))));
    if (hidden.length) items.push(h("li", null, this.foldButton(number, hidden.length)));
    else if (wave.length > MOST) items.push(h("li", null, this.unfoldButton(number)));
    return h("section", { class: "mc-wave" }, head, h("p", { class: "mc-wave__phase mc-muted" }, phases || "\u00a0"), h("ul", { class: "mc-wave__cards" }, ...items));
  }

  foldButton(number, count) {
    const button = h("button", { type: "button", class: "mc-wave__more", on: { click: () => this.toggle(number) } }, t("plans.more", { n: count }));
    this.cards.set(foldName(number), button);
    return button;
  }

  unfoldButton(number) {
    return h("button", { type: "button", class: "mc-wave__more", on: { click: () => this.toggle(number) } }, t("plans.fold"));
  }

  toggle(number) {
    if (!this.open.delete(number)) this.open.add(number);
    this.show(this.plan);
    this.place.querySelectorAll(".mc-wave")[number - 1]?.querySelector(".mc-wave__more")?.focus();
  }

  card(row) {
    const kinds = [row.on_path && "mc-step--path", row.late && "mc-step--late", `mc-step--${row.column}`, (row.stand === "lost" || row.stand === "blocked" || row.column === "missing") && "mc-step--lost"];
    const state = sayState(row);
    const critical = row.critical ? h("span", { class: "mc-step__critical", title: t("plans.critical-title") }, "!", h("span", { class: "mc-offscreen" }, t("plans.critical"))) : null;
    const top = h("span", { class: "mc-step__top" }, stateRing(row, state), h("span", { class: "mc-id" }, row.task || row.id), critical, row.late ? h("span", { class: "mc-chip mc-chip--late" }, t("core.late")) : null, h("span", { class: "mc-grow" }), gateSign(row), row.owner ? avatar(row.owner) : null);
    const below = h("span", { class: "mc-step__below" }, h("span", { class: "mc-step__who", title: row.mode_reason || "" }, sayWho(row)), minutesBar(row));
    const hover = (on) => () => this.highlight(on ? row.id : "");
    const card = h("button", { type: "button", class: ["mc-step", ...kinds.filter(Boolean)], dataset: { step: row.id }, on: { click: () => this.onOpen(row), mouseenter: hover(true), mouseleave: hover(false), focus: hover(true), blur: hover(false) } }, top, h("span", { class: "mc-step__title" }, row.title), below, row.on_path ? h("span", { class: "mc-offscreen" }, t("plans.on-path")) : null);
    this.cards.set(row.id, card);
    return card;
  }

  /** Lets the lines and cards that have nothing to do with `id` step back; "" brings all forward. */
  highlight(id) {
    const kin = id ? kinOf(this.links, id) : null;
    this.board.classList.toggle("mc-waves--kin", Boolean(kin));
    for (const [name, card] of this.cards) card.classList.toggle("mc-step--kin", !kin || kin.has(name));
    for (const line of this.lines.children) line.classList.toggle("mc-line-kin", !kin || (kin.has(line.dataset.from) && kin.has(line.dataset.to)));
  }

  drawLines() {
    if (!this.plan || !this.board?.isConnected) return;
    const frame = this.board.getBoundingClientRect();
    if (!frame.width) return;
    const boxes = new Map();
    for (const [id, card] of this.cards) {
      const at = card.getBoundingClientRect();
      boxes.set(id, { x: at.left - frame.left, y: at.top - frame.top, w: at.width, h: at.height });
    }
    const placed = placeEdges(edgesOf(this.plan, this.folded), boxes);
    this.lines.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    replace(this.lines, ...placed.map((edge) => svg("path", { class: `mc-edge mc-edge--${edge.kind}`, d: edge.d, "data-from": edge.from, "data-to": edge.to })));
  }
}
