// The subtasks of a plan as a table, and one of them at length: the same words as in the waves, and the reasons.

import { commandButton } from "./clipboard.js";
import { href, t } from "./core.js";
import { h } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { openTask } from "./drawer.js";
import { avatar, chip, ring, stampText } from "./glyphs.js";
import { sayState, sayWho, stateRing } from "./plan_graph.js";

/** A link to a task that opens its drawer. */
export function taskLink(id, ...content) {
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openTask(id);
  };
  return h("a", { class: "mc-link", href: `?task=${encodeURIComponent(id)}`, on: { click: open } }, ...(content.length ? content : [id]));
}

/** A text in which `names` stand between backticks, with the names as code. */
export function withNames(text) {
  return text.split("`").map((part, index) => (index % 2 ? h("code", { class: "mc-code" }, part) : part));
}

function gateWords(row) {
  const gate = row.approved ? t("plans.gate-approved", { who: row.approved.by }) : t(row.needs_review ? "plans.gate-review" : "plans.gate-none");
  return [h("span", { class: row.needs_review && !row.approved ? "mc-strong" : "" }, gate), row.approved?.signature ? [" ", chip(t("plans.approved-signed"), "good")] : null, h("div", { class: "mc-muted" }, withNames(row.gate_reason || ""))];
}

function whoWords(row) {
  return [h("div", { class: "mc-person" }, row.owner ? avatar(row.owner) : null, h("span", null, [row.owner, sayWho(row)].filter(Boolean).join(" · "))), h("div", { class: "mc-muted" }, withNames(row.mode_reason || t("plans.no-reason")))];
}

function tableRow(row) {
  const name = row.task && row.state !== "missing" ? taskLink(row.task, row.title) : h("span", null, row.title);
  const cells = [
    h("td", { class: "mc-num" }, String(row.wave || "")),
    h("th", { scope: "row" }, h("div", null, name), h("div", { class: "mc-id" }, [row.id, row.task].filter(Boolean).join(" · "))),
    h("td", null, h("span", { class: "mc-state" }, stateRing(row), sayState(row)), row.stand_reason ? h("div", { class: "mc-muted" }, withNames(row.stand_reason)) : null),
    h("td", null, ...whoWords(row)),
    h("td", null, ...gateWords(row)),
    h("td", { class: ["mc-num", row.late && "mc-late"] }, `${row.used_minutes || 0}/${row.budget_minutes}`),
    h("td", null, (row.depends_on || []).join(", ")),
  ];
  return h("tr", { class: row.on_path ? "mc-row--path" : "" }, ...cells);
}

/** The table of a plan's subtasks, wave by wave. */
export function planTable(plan) {
  const rows = [...plan.subtasks].sort((left, right) => left.wave - right.wave);
  const heads = ["wave", "subtask", "state", "who", "gate", "minutes", "waits"].map((name) => h("th", { scope: "col" }, t(`plans.column-${name}`)));
  const table = h("table", { class: "mc-table mc-plan-table" }, h("caption", { class: "mc-offscreen" }, t("plans.table-caption", { plan: plan.id })), h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...rows.map(tableRow)));
  return h("div", { class: "mc-plan-scroll", tabindex: "0", role: "region", "aria-label": t("plans.table") }, table);
}

/** The tasks of a plan beside those of its subtasks: recoveries, and what people added. */
export function furtherList(plan) {
  if (!plan.further?.length) return null;
  const rows = plan.further.map((task) => h("li", { class: "mc-line" }, ring(task.column, t(`status.${task.status}`)), h("span", { class: "mc-id" }, task.id), h("span", { class: "mc-line__text" }, taskLink(task.id, task.title)), task.recovers ? chip(t("plans.recovery", { id: task.recovers }), "plain") : null, avatar(task.owner || "")));
  return h("section", { class: "mc-panel mc-plan-part" }, h("h3", { class: "mc-panel__title" }, t("plans.further"), h("span", { class: "mc-count" }, String(plan.further.length))), h("ul", { class: "mc-lines" }, ...rows));
}

function fact(title, ...content) {
  return [h("dt", null, title), h("dd", null, ...content)];
}

function codes(values) {
  return values?.length ? values.map((value) => h("code", { class: "mc-code" }, value)) : h("span", { class: "mc-muted" }, t("plans.nothing"));
}

/** A subtask that has no task yet, at length. */
export function openSubtask(row, plan) {
  const feeds = plan.subtasks.filter((other) => (other.depends_on || []).includes(row.id)).map((other) => other.id);
  const facts = [
    ...fact(t("plans.column-state"), h("span", { class: "mc-state" }, stateRing(row), sayState(row)), row.stand_reason ? h("div", { class: "mc-muted" }, withNames(row.stand_reason)) : null),
    ...fact(t("plans.column-who"), ...whoWords(row), row.role_reason ? h("div", { class: "mc-muted" }, `${t("plans.role", { role: row.role || "-" })}: ${row.role_reason}`) : null),
    ...fact(t("plans.column-gate"), ...gateWords(row)),
    ...fact(t("plans.column-minutes"), String(row.budget_minutes)),
    ...fact(t("plans.needs"), ...[codes(row.depends_on)].flat()),
    ...fact(t("plans.feeds"), ...[codes(feeds)].flat()),
    ...fact(t("plans.metric"), ...[codes(row.metric ? [row.metric] : [])].flat()),
    ...fact(t("plans.scope"), ...[codes(row.scope)].flat()),
  ];
  const command = plan.commands?.[0] ? commandButton(plan.commands[0]) : null;
  openDialog(row.title, h("p", { class: "mc-id" }, `${plan.id} · ${row.id}`), h("dl", { class: "mc-facts" }, ...facts), command);
}

/** When and by whom a plan was approved, as nodes. */
export function approvalWords(plan) {
  const given = plan.approved;
  if (!given) return [t(plan.requires_approval ? "plans.approved-nobody" : "plans.approved-unasked")];
  return [t("plans.approved-by", { who: given.by }), given.signature ? [" ", chip(t("plans.approved-signed"), "good")] : null, given.at ? h("span", { class: "mc-muted" }, ` ${stampText(given.at)}`) : null];
}

/** The address of a plan's own view. */
export function planHref(id) {
  return href("plans", { plan: id });
}
