// What a task's drawer shows; plain functions from rows to nodes.

import { commandButton, copyButton } from "./clipboard.js";
import { openMove } from "./move_dialog.js";
import { drawerRuns } from "./drawer_runs.js";
import { h, html } from "./dom.js";
import { href, now, safeHref, t } from "./core.js";
import { age, agoText, avatar, chip, label, priorityBars, ring, stamp } from "./glyphs.js";
import { priorityLevel } from "./signs.js";

/** The link that opens the drawer of a task on this page. */
function deepLink(id) {
  const address = new URL(location.href);
  address.searchParams.set("task", id);
  return address.href;
}

/** The drawer's first line: status, id, marks, and what can be copied. */
export function drawerHead(row, id, actions) {
  return [
    row ? ring(row.column) : null,
    h("span", { class: "mc-id" }, id),
    row?.live ? chip(t("core.live"), "live") : null,
    row?.needs_you ? chip(t(`core.needs-${row.needs_you}`), "needs") : null,
    row?.blocked ? chip(t("core.blocked"), "blocked") : null,
    h("span", { class: "mc-grow" }),
    row ? h("button", { type: "button", class: "mc-button", on: { click: () => openMove(row) } }, t("drawer.move")) : null,
    copyButton(t("drawer.copy-id"), id, { class: "mc-button mc-drawer__copy-id" }),
    copyButton(t("drawer.copy-link"), () => deepLink(id)),
    h("button", { type: "button", class: "mc-button mc-button--icon", "aria-label": t("drawer.close"), on: { click: actions.close } }, "✕"),
  ];
}

function fact(name, ...values) {
  const shown = values.flat().filter((value) => value !== null && value !== undefined && value !== false && value !== "");
  return shown.length ? [h("dt", null, t(`drawer.${name}`)), h("dd", null, shown)] : null;
}

function person(name) {
  return name ? h("span", { class: "mc-person" }, avatar(name), name) : null;
}

function sinceText(since) {
  if (!since) return null;
  return h("span", { class: "mc-muted" }, now() - since < 60 ? agoText(since) : [t("drawer.for"), " ", age(since)]);
}

function facts(row, body) {
  const level = priorityLevel(row.priority);
  const plan = row.plan ? h("a", { class: "mc-link", href: href("plans", { plan: row.plan }) }, row.plan) : null;
  const code = (text) => (text ? h("code", { class: "mc-code" }, text) : null);
  const file = body?.file_url ? h("a", { class: "mc-link", href: safeHref(body.file_url) }, code(body.path)) : code(body?.path);
  return h(
    "dl",
    { class: "mc-facts" },
    fact("status", chip(t(`status.${row.status}`), `column mc-chip--${row.column}`), sinceText(row.since)),
    fact("priority", priorityBars(row.priority), level === "none" ? t("core.priority-none") : `${t(`core.priority-${level}`)} (${row.priority})`),
    fact("owner", person(row.owner), row.node && row.node !== row.owner ? h("span", { class: "mc-muted" }, t("drawer.on-node", { node: row.node })) : null),
    fact("plan", plan, row.wave ? h("span", { class: "mc-muted" }, t("core.wave", { n: row.wave })) : null, row.subtask ? code(row.subtask) : null),
    fact("role", row.role ? h("a", { class: "mc-link", href: href("roles", { role: row.role }) }, row.role) : null),
    fact("labels", (row.labels || []).map((each) => label(each))),
    fact("delegation", body?.delegation),
    fact("budget", body?.budget_minutes ? t("drawer.minutes", { n: body.budget_minutes }) : null),
    fact("metric", code(body?.metric)),
    fact("measure", body?.measure),
    fact("evaluator", (body?.evaluator || []).map(code)),
    fact("scope", (body?.scope || []).map(code)),
    fact("created", row.created ? stamp(row.created) : null, body?.created_by ? h("span", { class: "mc-muted" }, t("drawer.by", { who: body.created_by })) : null),
    fact("updated", row.updated ? agoText(row.updated) : null, body?.origin ? h("span", { class: "mc-muted" }, t("drawer.from", { origin: body.origin })) : null),
    fact("file", file),
  );
}

function section(name, count, ...children) {
  return h("section", { class: "mc-drawer__section" }, h("h3", { class: "mc-drawer__title" }, t(`drawer.${name}`), count ? h("span", { class: "mc-count" }, count) : null), ...children);
}

function taskLine(id, tasks, actions) {
  const row = tasks.find((task) => task.id === id);
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    actions.open(id);
  };
  return h(
    "li",
    null,
    h(
      "a",
      { class: "mc-line", href: `?task=${encodeURIComponent(id)}`, on: { click: open } },
      ring(row ? row.column : "proposed", t(row ? `column.${row.column}` : "drawer.unknown-task")),
      h("span", { class: "mc-id" }, id),
      h("span", { class: "mc-line__text" }, row ? row.title : t("drawer.unknown-task")),
      row?.owner ? avatar(row.owner) : null,
    ),
  );
}

function taskList(name, ids, tasks, actions) {
  if (!ids.length) return null;
  return section(name, ids.length, h("ul", { class: "mc-lines" }, ids.map((id) => taskLine(id, tasks, actions))));
}

function historyList(history) {
  const line = (entry) =>
    h(
      "li",
      { class: "mc-history__entry" },
      stamp(entry.t),
      h("span", { class: "mc-history__what" }, h("b", null, entry.who), " ", entry.what),
      entry.commit ? h("code", { class: "mc-id", title: entry.commit }, entry.commit.slice(0, 7)) : null,
    );
  return section("history", history.length, h("ol", { class: "mc-history" }, history.map(line)));
}

function criteria(list) {
  if (!list?.length) return null;
  return section("criteria", list.length, h("ul", { class: "mc-criteria" }, list.map((text) => h("li", null, text))));
}

/** Makes ids of tasks in a cleaned text lead to them; code and links stay as they are. */
function linkTasks(node, tasks, actions) {
  const known = new Set(tasks.map((task) => task.id));
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, code, pre")) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(/(\bT-[0-9a-z]{6}\b)/);
    if (!parts.some((part) => known.has(part))) continue;
    const open = (id) => (event) => {
      event.preventDefault();
      actions.open(id);
    };
    text.replaceWith(...parts.map((part) => (known.has(part) ? h("a", { class: "mc-link", href: `?task=${part}`, on: { click: open(part) } }, part) : part)));
  }
  return node;
}

/** All below the head; `body` is null while its shard is on the way. */
export function drawerBody(row, id, tasks, body, actions) {
  if (!row) {
    return [h("h2", { id: "mc-drawer-title", class: "mc-drawer__heading" }, t("drawer.missing", { id })), h("p", { class: "mc-muted" }, t("drawer.missing-hint")), commandButton(`openclaw task show ${/^[\w-]+$/.test(id) ? id : "ID"}`)];
  }
  const blocks = tasks.filter((task) => (task.depends_on || []).includes(id)).map((task) => task.id);
  const text = body === null ? h("p", { class: "mc-muted" }, t("core.loading")) : linkTasks(html(h("div", { class: "mc-prose" }), body.html), tasks, actions);
  const commands = body?.commands || [];
  return [
    h("h2", { id: "mc-drawer-title", class: "mc-drawer__heading" }, row.title),
    facts(row, body),
    commands.length ? section("commands", 0, h("div", { class: "mc-commands" }, commands.map((each) => commandButton(each.text, each.label)))) : null,
    taskList("depends-on", row.depends_on || [], tasks, actions),
    taskList("blocks", blocks, tasks, actions),
    body?.failure ? h("p", { role: "alert", class: "mc-muted" }, body.failure) : null,
    h("div", { class: "mc-drawer__text" }, text),
    criteria(body?.success_criteria),
    body?.runs?.length ? section("runs", body.runs.length, drawerRuns(body.runs, id)) : null,
    body?.history?.length ? historyList(body.history) : null,
  ];
}
