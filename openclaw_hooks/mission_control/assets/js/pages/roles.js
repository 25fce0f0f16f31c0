// The page of roles: a card for each, and a sheet with what it may, must and must not.

import { definePage, href, t } from "../core.js";
import { h, replace } from "../dom.js";
import { commandButton } from "../clipboard.js";
import { openTask } from "../drawer.js";
import { chip, ring } from "../glyphs.js";
import { filterRoles } from "../policy_filters.js";
import { brokenItems, codes, facts, fileList, makeSheet, section, sheetLink } from "../side_sheet.js";
import { readState, writeState } from "../url_state.js";

const CLOSED = new Set(["completed", "failed", "cancelled", "rejected"]);
const MAX_TASKS = 30;

let view = null;

function taskLine(task) {
  return sheetLink("task", task.id, openTask, { class: "mc-line" }, ring(task.status), h("span", { class: "mc-id" }, task.id), h("span", { class: "mc-line__text" }, task.title));
}

function taskLines(tasks) {
  const rest = tasks.length - MAX_TASKS;
  return [h("div", { class: "mc-lines" }, tasks.slice(0, MAX_TASKS).map(taskLine)), rest > 0 ? h("p", { class: "mc-muted" }, t("roles.more-tasks", { n: rest })) : null];
}

function bullets(texts) {
  return texts?.length ? h("ul", { class: "mc-bullets" }, texts.map((text) => h("li", null, text))) : null;
}

function patterns(rows, make) {
  return rows?.length ? h("ul", { class: "mc-checks" }, rows.map((row) => h("li", { class: "mc-check" }, make(row), row.description ? h("p", { class: "mc-check__message" }, row.description) : null))) : null;
}

function target(name) {
  if (name === "human") return t("roles.human");
  return sheetLink("role", name, view.sheet.open, { class: "mc-link" }, name);
}

function drawRole(role) {
  const asked = Object.entries(role.escalation || {});
  const body = [
    role.description ? h("p", { class: "mc-sheet__lead" }, role.description) : null,
    facts([
      [t("roles.scope"), role.scope?.length ? codes(role.scope) : t("roles.any")],
      [t("rules.matched"), t("roles.files-now", { n: role.matched || 0 })],
      ...asked.map(([key, name]) => [t(`roles.${key}`), [t("roles.asks"), target(name)]]),
      [t("roles.version"), role.version],
      [t("roles.source"), [h("code", { class: "mc-code" }, role.file), h("span", { class: "mc-muted" }, t(`roles.origin-${role.origin}`))]],
    ]),
    h("div", { class: "mc-sheet__commands" }, commandButton(`openclaw roles show ${role.id}`, t("roles.command-show"))),
    section(t("roles.responsibilities"), bullets(role.responsibilities)),
    section(t("roles.must-not"), bullets(role.must_not)),
    section(t("roles.outputs"), patterns(role.outputs, (row) => h("div", { class: "mc-check__globs" }, h("code", { class: "mc-code" }, row.pattern), h("span", { class: "mc-muted" }, t(row.check ? "roles.contains" : "roles.exists")), row.check ? h("code", { class: "mc-code" }, row.check) : null))),
    section(t("roles.forbidden"), patterns(role.forbidden, (row) => h("div", { class: "mc-check__globs" }, h("code", { class: "mc-code mc-pattern" }, row.pattern), h("span", { class: "mc-muted" }, t("roles.in")), h("code", { class: "mc-code" }, row.in_ || "**/*")))),
    section(role.framework ? `${t("roles.framework")}: ${role.framework}` : t("roles.framework"), role.framework_prompt ? h("p", { class: "mc-role__prompt" }, role.framework_prompt) : null),
    section(t("roles.tasks"), role.tasks?.length ? taskLines(role.tasks) : h("p", { class: "mc-muted" }, t("roles.no-tasks"))),
    section(t("roles.matched-files"), fileList(role.files, role.matched, (n) => t("roles.more-files", { n }))),
  ];
  return { head: h("span", { class: "mc-id" }, role.id), title: role.name, body };
}

function card(role) {
  const tasks = role.tasks || [];
  const open = tasks.filter((task) => !CLOSED.has(task.status)).length;
  const scope = role.scope || [];
  const figures = [
    role.outputs?.length ? t("roles.output-count", { n: role.outputs.length }) : "",
    role.forbidden?.length ? t("roles.forbidden-count", { n: role.forbidden.length }) : "",
    t("roles.files-now", { n: role.matched || 0 }),
  ].filter(Boolean);
  return h(
    "li",
    null,
    sheetLink(
      "role",
      role.id,
      view.sheet.open,
      { class: "mc-panel mc-role" },
      h("span", { class: "mc-role__head" }, h("span", { class: "mc-role__name" }, role.name), h("span", { class: "mc-id" }, role.id), h("span", { class: "mc-grow" }), tasks.length ? chip(open ? t("roles.open-count", { n: open }) : t("roles.task-count", { n: tasks.length }), open ? "progress" : "plain") : null),
      h("span", { class: "mc-role__about" }, role.description || role.responsibilities?.[0] || ""),
      h("span", { class: "mc-role__scope" }, scope.length ? codes(scope.slice(0, 4)) : h("span", { class: "mc-muted" }, t("roles.any")), scope.length > 4 ? h("span", { class: "mc-muted" }, `+${scope.length - 4}`) : null),
      h("span", { class: "mc-role__figures mc-muted mc-num" }, figures.join(" · ")),
    ),
  );
}

function unknownRoles(unknown) {
  if (!unknown?.length) return null;
  return h("section", { class: "mc-panel mc-broken mc-policy__broken" }, h("h2", { class: "mc-panel__title" }, t("roles.unknown")), unknown.map((role) => h("div", null, h("code", { class: "mc-code" }, role.id), taskLines(role.tasks))));
}

function drawList() {
  const found = filterRoles(view.data.roles, view.field.value);
  writeState({ q: view.field.value });
  replace(view.count, t("roles.caption", { n: found.length }));
  replace(view.list, found.length ? h("ul", { class: "mc-roles" }, found.map(card)) : h("p", { class: "mc-empty" }, t("roles.none")));
}

function drawAll(data) {
  view.data = data.roles;
  replace(view.broken, brokenItems(data.roles.broken, t("rules.broken")), unknownRoles(data.roles.unknown));
  drawList();
  view.sheet.refresh();
}

definePage("roles", {
  data: ["roles"],
  mount(root, data, ctx) {
    const sheet = makeSheet("role", (id) => {
      const role = view.data.roles.find((one) => one.id === id);
      return role ? drawRole(role) : null;
    }, ctx);
    const field = h("input", { type: "search", class: "mc-field mc-policy__filter", placeholder: t("roles.filter"), "aria-label": t("roles.filter"), value: readState().q || "" });
    view = { data: data.roles, sheet, field, list: h("div", { class: "mc-policy__list" }), broken: h("div", { class: "mc-policy__list" }), count: h("span", { class: "mc-muted mc-num", role: "status" }) };
    field.addEventListener("input", drawList);
    root.append(
      h("div", { class: "mc-policy__head" }, h("h1", { class: "mc-title" }, t("roles.title")), h("p", { class: "mc-muted" }, t("roles.intro"))),
      view.broken,
      h("div", { class: "mc-policy__bar" }, field, h("span", { class: "mc-grow" }), view.count, h("a", { class: "mc-button", href: href("rules") }, t("rules.title"))),
      view.list,
    );
    drawAll(data);
    sheet.follow();
  },
  update(data) {
    drawAll(data);
  },
});
