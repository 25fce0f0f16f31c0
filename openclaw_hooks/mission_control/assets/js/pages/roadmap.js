// The roadmap page: time line, zoom, burn-ups, and the same as a table.

import { commandButton } from "../clipboard.js";
import { definePage, t } from "../core.js";
import { h, replace } from "../dom.js";
import { openTask } from "../drawer.js";
import { stampText } from "../glyphs.js";
import { chooseZoom, listRows, makeScale, ROW, ZOOMS } from "../gantt.js";
import { sayState } from "../plan_graph.js";
import { taskLink } from "../plan_table.js";
import { burnupCard, burnupLegend } from "../roadmap_burnup.js";
import { drawChart, drawHead, drawLabels } from "../roadmap_chart.js";
import { readState, writeState } from "../url_state.js";

const ENDED = new Set(["completed", "aborted"]);
const LEGEND = ["work", "review", "over", "ahead", "path"];
const RECENT_S = 14 * 86400;
const NAMES = Object.keys(ZOOMS);

class Roadmap {
  constructor(root, data, ctx) {
    this.root = root;
    this.ctx = ctx;
    this.zone = -new Date().getTimezoneOffset() * 60;
    this.frame = h("div", { class: "mc-gantt", tabindex: "0", role: "region", "aria-label": t("roadmap.title") });
    this.frame.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.resize(), { signal: ctx.signal });
    const query = readState();
    this.zoom = NAMES.includes(query.zoom) ? query.zoom : "";
    this.showEnded = query.ended === "1";
    this.closed = new Set((data.roadmap.groups || []).filter((group) => ENDED.has(group.status)).map((group) => group.plan));
    this.update(data);
    this.goToday();
  }

  update(data) {
    this.view = data.roadmap;
    const title = h("h1", { class: "mc-title" }, t("roadmap.title"));
    if (!(this.view.groups || []).length) {
      replace(this.root, title, this.empty());
      return;
    }
    this.bar = h("div", { class: "mc-road-bar" });
    this.burnups = h("section", { class: "mc-road-part" });
    this.tablePlace = h("div", { class: "mc-road-part" });
    replace(this.root, title, this.bar, this.frame, this.burnups, this.tablePlace);
    this.draw();
  }

  empty() {
    if (this.view.absent) return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("roadmap.absent")), h("p", null, this.view.absent), commandButton(this.view.start));
    return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("roadmap.empty-title")), h("p", null, t("roadmap.empty-text")), commandButton(t("roadmap.empty-command")));
  }

  groups() {
    const all = this.view.groups || [];
    const under = all.filter((group) => !ENDED.has(group.status));
    if (this.showEnded || !under.some((group) => group.plan)) return all;
    return under.map((group) => (group.plan ? group : this.recent(group)));
  }

  /** Of the tasks of no plan, those that are open or ended lately. */
  recent(group) {
    const bars = group.bars.filter((bar) => !bar.ended || bar.ended > this.view.now - RECENT_S);
    return { ...group, bars, left_out: (group.left_out || 0) + group.bars.length - bars.length };
  }

  draw() {
    const groups = this.groups();
    if (!groups.length || !this.bar) return;
    const stretch = this.stretch(groups);
    const zoom = this.zoom || chooseZoom(stretch.begins, stretch.ends);
    const labelWidth = this.frame.clientWidth < 600 ? 150 : 330;
    const scale = makeScale(stretch, zoom, Math.max(200, this.frame.clientWidth - labelWidth), this.zone);
    const rows = listRows(groups, this.closed);
    this.scale = scale;
    this.labelWidth = labelWidth;
    this.drawnWidth = this.frame.clientWidth;
    const corner = h("div", { class: "mc-gantt__corner" }, t("roadmap.head"));
    const labels = h("div", { class: "mc-gantt__labels", style: { height: `${rows.length * ROW}px` } }, ...drawLabels(rows, (plan) => this.toggle(plan)));
    this.frame.style.setProperty("--mc-label", `${labelWidth}px`);
    replace(this.frame, h("div", { class: "mc-gantt__top" }, corner, drawHead(scale, this.view.now)), h("div", { class: "mc-gantt__body" }, labels, drawChart(rows, scale, this.view.now, openTask)));
    this.drawBar(zoom, groups);
    this.drawBelow(groups);
  }

  /** From the first thing that is shown, a while before now at most unless it was asked for, to the last. */
  stretch(groups) {
    const moments = groups.filter((group) => group.plan || groups.length === 1).flatMap((group) => [group.begins, group.ends]).filter(Boolean);
    const begins = Math.min(this.view.now - RECENT_S, ...moments);
    return { begins, ends: Math.max(this.view.now + 3600, ...moments) };
  }

  drawBar(zoom, groups) {
    const zooms = NAMES.map((name) => h("button", { type: "button", "aria-pressed": String(name === zoom), on: { click: () => this.setZoom(name) } }, t(`roadmap.zoom-${name}`)));
    const ended = (this.view.groups || []).filter((group) => ENDED.has(group.status)).length;
    const toggle = ended ? h("button", { type: "button", class: "mc-button", "aria-pressed": String(groups.some((group) => ENDED.has(group.status))), on: { click: () => this.toggleEnded() } }, t("roadmap.ended"), h("span", { class: "mc-count" }, String(ended))) : null;
    const legend = LEGEND.map((kind) => h("li", null, h("span", { class: `mc-legend-bar mc-legend-bar--${kind}`, "aria-hidden": "true" }), t(`roadmap.legend-${kind}`)));
    replace(this.bar, h("div", { class: "mc-segments", role: "group", "aria-label": t("roadmap.zoom") }, ...zooms), h("button", { type: "button", class: "mc-button", title: t("roadmap.keys"), on: { click: () => this.goToday() } }, t("roadmap.go-today")), toggle, h("span", { class: "mc-grow" }), h("ul", { class: "mc-legend" }, ...legend));
  }

  drawBelow(groups) {
    const cards = groups.map((group) => burnupCard(group, this.view.now)).filter(Boolean);
    replace(this.burnups, cards.length ? [h("div", { class: "mc-road-heading" }, h("h2", { class: "mc-subtitle" }, t("roadmap.burnup")), burnupLegend()), h("ul", { class: "mc-burns" }, ...cards)] : []);
    const out = groups.find((group) => group.left_out);
    const fold = h("details", { class: "mc-fold", open: this.tableOpen || false }, h("summary", { class: "mc-fold__head" }, h("span", { class: "mc-fold__arrow", "aria-hidden": "true" }, "▸"), t("roadmap.table")), this.table(groups));
    fold.firstChild.addEventListener("click", () => (this.tableOpen = !fold.open));
    replace(this.tablePlace, out ? h("p", { class: "mc-muted" }, t("roadmap.left-out", { n: out.left_out })) : null, fold);
  }

  table(groups) {
    const heads = ["work", "state", "begins", "ends", "minutes", "late"].map((name) => h("th", { scope: "col" }, t(`roadmap.column-${name}`)));
    const bodies = groups.map((group) => h("tbody", null, h("tr", null, h("th", { scope: "rowgroup", colspan: "6" }, [group.plan, group.plan ? group.title : t("roadmap.loose")].filter(Boolean).join(" "))), ...group.bars.map((bar) => this.tableRow(bar))));
    return h("div", { class: "mc-plan-scroll", tabindex: "0", role: "region", "aria-label": t("roadmap.table") }, h("table", { class: "mc-table" }, h("thead", null, h("tr", null, ...heads)), ...bodies));
  }

  tableRow(bar) {
    const begins = bar.parts?.[0]?.[0] || bar.ahead?.[0];
    const ends = bar.ended ? stampText(bar.ended) : bar.ahead ? t("roadmap.projected", { when: stampText(bar.ahead[1]) }) : "";
    const name = bar.task && bar.state !== "missing" ? taskLink(bar.task, `${bar.task} ${bar.title}`) : bar.title;
    return h("tr", null, h("td", null, name), h("td", null, sayState(bar)), h("td", null, begins ? stampText(begins) : ""), h("td", null, ends), h("td", { class: "mc-num" }, `${bar.used_minutes || 0}/${bar.budget_minutes}`), h("td", { class: "mc-late" }, bar.late ? t("core.late") : ""));
  }

  /** Draws again with the same moment in the middle. */
  redraw() {
    const half = () => (this.frame.clientWidth - this.labelWidth) / 2;
    const middle = this.scale.time(this.frame.scrollLeft + half());
    const { scrollTop } = this.frame;
    this.draw();
    this.frame.scrollTo(this.scale.x(middle) - half(), scrollTop);
  }

  resize() {
    if (this.scale && this.frame.clientWidth !== this.drawnWidth) this.redraw();
  }

  setZoom(name) {
    this.zoom = name;
    writeState({ zoom: name });
    this.redraw();
    this.bar.querySelector('[aria-pressed="true"]')?.focus();
  }

  toggle(plan) {
    if (!this.closed.delete(plan)) this.closed.add(plan);
    const index = [...this.frame.querySelectorAll(".mc-gantt__fold")].indexOf(document.activeElement);
    this.redraw();
    this.frame.querySelectorAll(".mc-gantt__fold")[index]?.focus();
  }

  toggleEnded() {
    this.showEnded = !this.showEnded;
    writeState({ ended: this.showEnded ? "1" : "" });
    this.draw();
    this.goToday();
  }

  goToday() {
    if (!this.scale) return;
    const room = this.frame.clientWidth - this.labelWidth;
    this.frame.scrollLeft = this.scale.x(this.view.now) - room * 0.72;
  }

  key(event) {
    if (event.target !== this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "t") this.goToday();
    else if (event.key === "+" || event.key === "-") {
      const now = NAMES.indexOf(this.scale.zoom);
      const next = NAMES[now + (event.key === "+" ? -1 : 1)];
      if (next) this.setZoom(next);
      this.frame.focus();
    } else return;
    event.preventDefault();
  }
}

let page = null;

definePage("roadmap", {
  data: ["roadmap"],
  mount(root, data, ctx) {
    page = new Roadmap(root, data, ctx);
  },
  update(data) {
    const { scrollLeft, scrollTop } = page.frame;
    page.update(data);
    page.frame.scrollTo(scrollLeft, scrollTop);
  },
});
