// A task's card. Cards are kept and reused: a filter moves nodes, it doesn't make them.

import { h, svg } from "./dom.js";
import { t } from "./core.js";
import { age, avatar, chip, label, priorityBars, tick } from "./glyphs.js";

const LABELS_SHOWN = 2;

/** What a card shows of a task, as text: two equal signatures need no new card. */
export function signCard(task, marks) {
  const shown = [task.title, task.column, task.owner, task.priority, task.plan, task.wave, task.labels, task.waits, task.since, task.done, task.total];
  return JSON.stringify([shown, task.needs_you, task.live, task.late, task.blocked, marks]);
}

function waitGlyph() {
  return svg("svg", { class: "mc-card__wait", viewBox: "0 0 16 16", width: 12, height: 12, "aria-hidden": "true" }, svg("path", { d: "M13 4.2A6 6 0 1 0 14 8", fill: "none", stroke: "currentColor", "stroke-width": 1.7, "stroke-linecap": "round" }));
}

function stateChip(task) {
  if (task.needs_you) return chip(t(`board.needs-${task.needs_you}`), "needs");
  if (task.blocked) return chip(t("core.blocked"), "blocked");
  if (task.late) return chip(t("core.late"), "late");
  return null;
}

function liveDot() {
  return h("span", { class: "mc-card__live", role: "img", "aria-label": t("core.live"), title: t("board.live-title") });
}

function headLine(task, marks) {
  const state = stateChip(task);
  return h(
    "div",
    { class: ["mc-card__head", state && task.owner && "mc-card__head--full"] },
    priorityBars(task.priority),
    h("span", { class: "mc-id" }, task.id),
    task.live ? liveDot() : null,
    state,
    marks.news ? h("span", { class: "mc-card__news", role: "img", "aria-label": t("board.news"), title: t("board.news") }) : null,
    h("span", { class: "mc-grow" }),
    age(task.since || task.created),
    task.owner ? avatar(task.owner) : null,
  );
}

function planChip(task) {
  if (!task.plan) return null;
  const wave = task.wave ? h("span", { class: "mc-card__wave" }, t("board.wave", { wave: task.wave })) : null;
  return h("span", { class: "mc-chip mc-chip--plan", title: t("board.plan-title", { plan: task.plan, wave: task.wave || "–" }) }, task.plan, wave);
}

function placeLine(task) {
  const labels = task.labels || [];
  const more = labels.length - LABELS_SHOWN;
  const plan = planChip(task);
  if (!plan && !labels.length && !task.total) return null;
  return h(
    "div",
    { class: ["mc-card__place", plan && "mc-card__place--plan", plan && !labels.length && !task.total && "mc-card__place--only"] },
    plan,
    labels.slice(0, LABELS_SHOWN).map((each) => label(each)),
    more > 0 ? h("span", { class: "mc-card__more", title: labels.slice(LABELS_SHOWN).join(", ") }, `+${more}`) : null,
    h("span", { class: "mc-grow" }),
    tick(task.done || 0, task.total),
  );
}

function waitLine(task) {
  const waits = task.waits || [];
  if (!waits.length) return null;
  const rest = waits.length > 2 ? t("board.waits-more", { n: waits.length - 2 }) : "";
  const text = t("board.waits", { ids: waits.slice(0, 2).join(", ") });
  return h("div", { class: ["mc-card__waits", task.blocked && "mc-card__waits--red"], title: waits.join(", ") }, waitGlyph(), h("span", null, text, rest));
}

function changeLine(change) {
  if (!change) return null;
  return h("div", { class: `mc-card__change mc-card__change--${change.kind}` }, change.text);
}

/** The card of `task`; `marks`: {news: bool, change: {kind, text} | null}. */
export function buildCard(task, marks) {
  const kinds = ["mc-card", task.blocked && "mc-card--blocked", (task.column === "done" || task.column === "closed") && "mc-card--over"];
  return h(
    "li",
    { class: kinds, draggable: "true", dataset: { id: task.id } },
    headLine(task, marks),
    h("a", { class: "mc-card__title", href: `?task=${encodeURIComponent(task.id)}`, draggable: "false", tabindex: "-1" }, task.title || t("board.untitled")),
    placeLine(task),
    waitLine(task),
    changeLine(marks.change),
  );
}
