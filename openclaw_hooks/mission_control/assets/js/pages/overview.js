// The overview: what waits for a person, what goes on, what got done, what changed, who did what.

import { byDay, changedTasks, foldActs } from "../activity.js";
import { shapeDays } from "../burnup.js";
import { commandButton } from "../clipboard.js";
import { definePage, href, load, now, siteRoot, t } from "../core.js";
import { h, replace, svg } from "../dom.js";
import { openTask } from "../drawer.js";
import { age, avatar, chip, priorityBars, ring, stampText } from "../glyphs.js";
import { runsPanel } from "../overview_runs.js";
import { recordVisit } from "../visits.js";

const COLUMNS = ["done", "review", "progress", "ready", "blocked", "proposed", "closed"];
const SHOWN = 8;
const DAY = 86400;
const WEEK = 7;
const MAX_CHANGED = 7;
const FLAWS = 4;

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function openHere(event, id) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openTask(id);
}

function taskLink(id, props, ...content) {
  return h("a", { href: `?task=${encodeURIComponent(id)}`, ...props, on: { click: (event) => openHere(event, id) } }, ...content);
}

// Tiles

function tile(kind, figure, word, link, ...below) {
  return h("div", { class: `mc-tile mc-tile--${kind}` }, h("a", { class: "mc-tile__head", href: link }, h("span", { class: "mc-tile__figure mc-num" }, String(figure)), " ", h("span", { class: "mc-tile__word" }, word)), ...below);
}

function note(text) {
  return h("p", { class: "mc-tile__note", title: text }, text);
}

function needsTile(data) {
  const waiting = (data.plans || []).filter((plan) => plan.waits).length;
  const total = data.needs_you.total + waiting;
  const parts = Object.entries(data.needs).map(([kind, n]) => t(`overview.need-${kind}`, { n }));
  if (waiting) parts.push(t("overview.need-approve", { n: waiting }));
  return tile(total ? "needs" : "calm", total, t("overview.tile-needs", { n: total }), href("board", { show: "needs" }), note(parts.join(" · ") || t("overview.tile-needs-none")));
}

function progressTile(data) {
  const late = data.late || 0;
  const below = data.running.total ? (late ? t("overview.tile-progress-late", { n: late }) : t("overview.tile-progress-fine")) : t("overview.tile-progress-none");
  const link = href("board", { status: "claimed,running" });
  return tile(late ? "late" : "calm", data.running.total, t("overview.tile-progress"), link, note(below));
}

function blockedTile(data) {
  const [held, stuck] = [data.held || 0, data.blocked.total];
  const text = stuck ? t("overview.tile-blocked-stuck", { n: stuck }) : t(held ? "overview.tile-blocked-turn" : "overview.tile-blocked-none");
  return tile(stuck ? "blocked" : "calm", held, t("overview.tile-blocked"), href("board", { show: "blocked" }), note(text));
}

function readyTile(data) {
  const first = (data.ready.tasks || [])[0];
  return tile("calm", data.ready.total, t("overview.tile-ready"), href("board", { status: "queued,released" }), note(first ? t("overview.tile-ready-first", { title: first.title }) : t("overview.tile-ready-none")));
}

function doneTile(data) {
  const week = sum(data.finished.slice(-WEEK));
  const before = sum(data.finished.slice(-2 * WEEK, -WEEK));
  const change = week === before ? t("overview.tile-done-same") : t("overview.tile-done-change", { change: t(week > before ? "overview.more-by" : "overview.fewer-by", { n: Math.abs(week - before) }) });
  const box = tile("done", week, t("overview.tile-done"), href("roadmap"), note(change));
  box.append(daysChart(data, week));
  return box;
}

function dayName(data, index) {
  return new Date((data.first_day + index * DAY) * 1000).toISOString().slice(5, 10);
}

function daysChart(data, week) {
  const box = { width: 224, height: 44 };
  const bars = shapeDays(data.finished, box).map((bar, index) => {
    const title = t("overview.throughput-day", { day: dayName(data, index), done: data.finished[index], made: data.created[index] });
    const kind = ["mc-days__bar", !data.finished[index] && "mc-days__bar--none", index >= data.finished.length - WEEK && "mc-days__bar--week"];
    return svg("g", null, svg("rect", { class: "mc-days__slot", x: bar.x, y: 0, width: bar.width, height: box.height }, svg("title", null, title)), svg("rect", { class: kind, ...bar, rx: 1.5, "pointer-events": "none" }));
  });
  const label = t("overview.throughput-label", { total: sum(data.finished), week });
  return svg("svg", { class: "mc-days", viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": label, preserveAspectRatio: "none" }, ...bars);
}

// The bar of all columns

function statusBar(data) {
  const found = COLUMNS.filter((column) => data.columns[column]);
  const name = (column) => t(`column.${column}`);
  const label = t("overview.bar-label", { parts: found.map((column) => `${name(column)} ${data.columns[column]}`).join(", ") });
  const pieces = found.map((column) => h("span", { class: `mc-share__piece mc-share--${column}`, style: { "flex-grow": data.columns[column] }, title: `${name(column)} ${data.columns[column]}` }));
  const legend = found.map((column) => h("li", { class: "mc-share__entry" }, ring(column), name(column), h("span", { class: "mc-count" }, String(data.columns[column]))));
  return h("div", { class: "mc-share" }, h("div", { class: "mc-share__bar", role: "img", "aria-label": label }, ...pieces), h("ul", { class: "mc-share__legend" }, ...legend));
}

// Lists

function panel(title, count, link, ...content) {
  const more = link ? h("a", { class: "mc-panel__more", href: link[0] }, link[1]) : null;
  return h("section", { class: "mc-panel" }, h("h2", { class: "mc-panel__title" }, title, count ? h("span", { class: "mc-count" }, String(count)) : null, h("span", { class: "mc-grow" }), more), ...content);
}

function taskLine(task, ...marks) {
  return h("li", null, taskLink(task.id, { class: "mc-line" }, ring(task.column, t(`status.${task.status}`)), h("span", { class: "mc-id" }, task.id), h("span", { class: "mc-line__text" }, task.title), ...marks, age(task.since), avatar(task.owner)));
}

function empty(text, hint, command) {
  return h("div", { class: "mc-none" }, h("p", { class: "mc-muted" }, text), command ? commandButton(command, hint) : null);
}

function list(found, mark, none) {
  const tasks = found.tasks || [];
  if (!tasks.length) return none;
  const further = found.total - Math.min(SHOWN, tasks.length);
  return [h("ul", { class: "mc-lines" }, ...tasks.slice(0, SHOWN).map((task) => taskLine(task, ...mark(task)))), further ? h("p", { class: "mc-more mc-muted" }, t("overview.more", { n: further })) : null];
}

function needsMark(task) {
  return [h("span", { class: "mc-only-wide" }, chip(t(`core.needs-${task.needs_you}`), "needs"))];
}

function runningMark(task) {
  return [task.late ? chip(t("core.late"), "late") : null, task.live ? chip(t("core.live"), "live") : null];
}

function waitingPlans(data) {
  const drafts = (data.plans || []).filter((plan) => plan.waits);
  return drafts.map((plan) => h("li", null, h("a", { class: "mc-line", href: href("plans", { plan: plan.id }) }, ring("proposed", t("plans.status-draft")), h("span", { class: "mc-id" }, plan.id), h("span", { class: "mc-line__text" }, plan.title), h("span", { class: "mc-only-wide" }, chip(t("core.needs-approve"), "needs")), age(plan.created), avatar(""))));
}

function needsPanel(data) {
  const drafts = waitingPlans(data);
  const total = data.needs_you.total + drafts.length;
  const rows = list(data.needs_you, needsMark, drafts.length ? null : empty(t("overview.empty-needs")));
  return panel(t("overview.needs-you"), total, total ? [href("board", { show: "needs" }), t("overview.open-board")] : null, drafts.length ? h("ul", { class: "mc-lines" }, ...drafts) : null, rows);
}

function runningPanel(data) {
  const none = empty(t("overview.empty-running"), t("overview.hint-work"), t("overview.command-ready"));
  return panel(t("overview.running"), data.running.total, null, list(data.running, runningMark, none));
}

function readyPanel(data) {
  const none = empty(t("overview.empty-ready"), t("overview.hint-task"), t("overview.command-task"));
  return panel(t("overview.ready"), data.ready.total, null, list({ ...data.ready, tasks: (data.ready.tasks || []).slice(0, 5) }, (task) => [priorityBars(task.priority)], none));
}

function blockedPanel(data) {
  if (!data.blocked.total) return null;
  const mark = (task) => [task.waits?.length ? h("span", { class: "mc-waits" }, t("overview.waits-on", { names: task.waits.slice(0, 2).join(", ") })) : null];
  return panel(t("overview.blocked"), data.blocked.total, [href("board", { show: "blocked" }), t("overview.open-board")], list(data.blocked, mark));
}

function planLine(plan) {
  const share = plan.total ? (100 * (plan.done || 0)) / plan.total : 0;
  const marks = [
    plan.waits ? chip(t("overview.plan-waits"), "needs") : null,
    plan.late ? chip(t("overview.plan-late", { n: plan.late }), "late") : null,
    plan.lost ? chip(t("overview.plan-lost", { n: plan.lost }), "bad") : null,
    plan.status === "aborted" || plan.status === "completed" ? chip(t(`plans.status-${plan.status}`), plan.status === "completed" ? "good" : "plain") : null,
  ];
  const label = t("overview.plan-progress", { done: plan.done || 0, total: plan.total || 0 });
  const bar = h("span", { class: "mc-meter", role: "img", "aria-label": label }, h("span", { class: "mc-meter__fill", style: { width: `${share}%` } }));
  return h("li", null, h("a", { class: "mc-line mc-plan-line", href: href("plans", { plan: plan.id }) }, h("span", { class: "mc-id" }, plan.id), h("span", { class: "mc-line__text" }, plan.title), ...marks, bar, h("span", { class: "mc-plan-line__count mc-num" }, `${plan.done || 0}/${plan.total || 0}`)));
}

function plansPanel(data) {
  const plans = data.plans || [];
  const rows = plans.length ? h("ul", { class: "mc-lines" }, ...plans.map(planLine)) : empty(t("overview.empty-plans"), t("overview.hint-plan"), t("overview.command-plan"));
  const more = data.further_plans ? h("p", { class: "mc-more mc-muted" }, t("overview.more-plans", { n: data.further_plans })) : null;
  return panel(t("overview.plans"), plans.length + (data.further_plans || 0), plans.length ? [href("plans"), t("overview.all-plans")] : null, rows, more);
}

// Activity

function actLine({ act, subject, steps }) {
  const moment = h("time", { class: "mc-act__time mc-num", datetime: new Date(act.t * 1000).toISOString(), title: stampText(act.t) }, stampText(act.t).slice(11));
  const what = steps.length ? [ring(steps[steps.length - 1]), h("span", { class: "mc-act__status" }, steps.map((step) => t(`status.${step}`).replace(/^status\./, "").toLowerCase()).join(" → "))] : [];
  const words = h("span", { class: "mc-act__words" }, h("b", null, act.who), " ", ...what, subject.words ? h("span", { class: "mc-act__more", title: act.what }, steps.length ? ` · ${subject.words}` : ` ${subject.words}`) : null, act.title ? h("span", { class: "mc-act__title", title: act.title }, act.title) : null);
  const place = subject.id || (act.tasks?.length === 1 ? act.tasks[0] : "");
  const link = place.startsWith("T-") ? taskLink(place, { class: "mc-id mc-act__id" }, place) : place.startsWith("P-") ? h("a", { class: "mc-id mc-act__id", href: href("plans", { plan: place }) }, place) : null;
  return h("li", { class: "mc-act" }, moment, avatar(act.who), words, link);
}

function activityPanel(data) {
  const acts = data.activity || [];
  if (!acts.length) return panel(t("overview.activity"), 0, null, empty(t("overview.empty-activity"), t("overview.hint-task"), t("overview.command-task")));
  const zone = -new Date().getTimezoneOffset() * 60;
  const days = byDay(acts, zone).map(({ day, acts: found }) => [h("h3", { class: "mc-act__day" }, new Date(day * DAY * 1000).toUTCString().slice(0, 11)), h("ul", null, ...foldActs(found).map(actLine))]);
  return panel(t("overview.activity"), 0, null, h("div", { class: "mc-acts", tabindex: "0", role: "region", "aria-label": t("overview.activity") }, ...days));
}

// What changed since the reader was last here

function changedPanel(tasks, since) {
  if (!since) return panel(t("overview.changed"), 0, null, h("p", { class: "mc-muted" }, t("overview.changed-first")));
  const when = stampText(since);
  const found = changedTasks(tasks, since);
  if (!found.length) return panel(t("overview.changed"), 0, null, h("p", { class: "mc-muted" }, t("overview.changed-none", { when })));
  const mark = (task) => [task.created > since ? chip(t("overview.changed-made"), "new") : null];
  const rows = found.slice(0, MAX_CHANGED).map((task) => taskLine({ ...task, since: task.updated }, ...mark(task)));
  const head = h("p", { class: "mc-muted mc-changed__when" }, `${t("overview.changed-count", { n: found.length })} ${t("overview.changed-since", { when })}`);
  return panel(t("overview.changed"), found.length, [href("board", { show: "changed" }), t("overview.changed-all")], head, h("ul", { class: "mc-lines" }, ...rows));
}

function flaw(item) {
  const place = h("code", { class: "mc-code" }, item.line ? `${item.path}:${item.line}` : item.path);
  return h("li", { class: "mc-flaw" }, place, " ", item.message, item.hint ? h("span", { class: "mc-muted" }, ` ${item.hint}`) : null);
}

function brokenPanel(broken) {
  if (!broken?.length) return null;
  const rest = broken.slice(FLAWS);
  const more = rest.length ? h("details", { class: "mc-fold" }, h("summary", { class: "mc-fold__head" }, h("span", { class: "mc-fold__arrow", "aria-hidden": "true" }, "▸"), t("overview.more", { n: rest.length })), h("ul", null, ...rest.map(flaw))) : null;
  return h("section", { class: "mc-panel mc-broken mc-flaws" }, h("h2", { class: "mc-panel__title" }, t("overview.broken", { n: broken.length })), h("ul", null, ...broken.slice(0, FLAWS).map(flaw)), more);
}

function emptyBoard(data) {
  const title = data.absent ? t("overview.absent") : t("overview.empty-board");
  const commands = data.absent ? [commandButton(data.start)] : [commandButton(t("overview.command-task"), t("overview.hint-task")), commandButton(t("overview.command-plan"), t("overview.hint-plan"))];
  return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, title), h("p", null, data.absent || t("overview.empty-board-text")), h("div", { class: "mc-empty__commands" }, ...commands));
}

class Overview {
  constructor(root, ctx) {
    this.root = root;
    this.ctx = ctx;
    this.since = recordVisit(new URL(siteRoot() || ".", location.href).pathname, now());
    this.changed = h("div", { class: "mc-changed" });
  }

  draw(data) {
    const title = h("h1", { class: "mc-title" }, t("overview.title"));
    if (data.absent || (!Object.keys(data.columns).length && !data.plans?.length)) {
      replace(this.root, title, brokenPanel(data.broken), emptyBoard(data));
      return;
    }
    const tiles = h("div", { class: "mc-tiles" }, needsTile(data), progressTile(data), blockedTile(data), readyTile(data), doneTile(data));
    const left = h("div", { class: "mc-halves__part" }, needsPanel(data), blockedPanel(data), runningPanel(data), readyPanel(data));
    const right = h("div", { class: "mc-halves__part" }, this.changed, plansPanel(data), runsPanel(data.runs), activityPanel(data));
    replace(this.root, title, brokenPanel(data.broken), tiles, statusBar(data), h("div", { class: "mc-halves" }, left, right));
    this.drawChanged();
  }

  /** All tasks are fetched only after the page is there: they serve this one list. */
  async drawChanged() {
    if (!this.since) {
      replace(this.changed, changedPanel([], 0));
      return;
    }
    const found = await load("tasks").catch(() => ({ tasks: [] }));
    if (!this.ctx.signal.aborted) replace(this.changed, changedPanel(found.tasks, this.since));
  }
}

let page = null;

definePage("overview", {
  data: ["overview"],
  mount(root, data, ctx) {
    page = new Overview(root, ctx);
    page.draw(data.overview);
  },
  update(data) {
    page.draw(data.overview);
  },
});
