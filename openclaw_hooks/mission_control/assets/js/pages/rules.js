// The page of rules: grouped by tier in the order of precedence, each with what it is about, checks and stopped.

import { definePage, t } from "../core.js";
import { h, replace } from "../dom.js";
import { commandButton } from "../clipboard.js";
import { countKinds, filterRules, groupRules, promptParts } from "../policy_filters.js";
import { drawRule, stateChip } from "../rule_sheet.js";
import { brokenItems, codes, makeSheet, sheetLink } from "../side_sheet.js";
import { readState, writeState } from "../url_state.js";

const SHOWS = ["", "active", "violated", "checks"];
const SHOW_TEXTS = { "": "rules.all", active: "rules.active", violated: "rules.violated", checks: "rules.with-checks" };
const MAX_GLOBS = 3;

let view = null;

function budgetBar(data, harness) {
  const [used, max] = harness ? [data.budget.harness_used, data.budget.harness_max] : [data.budget.used, data.budget.max_chars];
  const parts = promptParts(data.rules, harness, max);
  const label = t(harness ? "rules.budget-harness" : "rules.budget-rules");
  const use = t("rules.budget-use", { used: used.toLocaleString("en"), max: max.toLocaleString("en") });
  const bar = h("div", { class: "mc-budget__bar", role: "img", "aria-label": `${label}: ${use}` }, parts.map((part) => h("span", { class: `mc-budget__part mc-budget__part--${part.told}`, style: { "--mc-share": `${part.share}%` }, title: `${part.title}: ${t("rules.chars", { n: part.chars })}` })));
  return h("div", { class: "mc-budget" }, h("div", { class: "mc-budget__head" }, h("span", { class: "mc-subtitle" }, label), h("span", { class: "mc-muted mc-num" }, use)), bar);
}

function ruleRow(rule) {
  const globs = rule.paths || [];
  const shownGlobs = [codes(globs.slice(0, MAX_GLOBS)), globs.length > MAX_GLOBS ? h("span", { class: "mc-muted" }, `+${globs.length - MAX_GLOBS}`) : null];
  const checks = rule.checks?.length ? t("rules.check-count", { n: rule.checks.length }) : rule.harness?.enforced_by || "";
  return h(
    "li",
    null,
    sheetLink(
      "rule",
      rule.id,
      view.sheet.open,
      { class: ["mc-rule", rule.state !== "active" && "mc-rule--idle"] },
      h("span", { class: "mc-rule__name" }, h("span", { class: "mc-rule__title" }, rule.title), h("span", { class: "mc-id" }, rule.id)),
      h("span", { class: "mc-rule__globs" }, shownGlobs),
      h("span", { class: "mc-rule__files mc-num" }, t("rules.files-now", { n: rule.matched || 0 })),
      h("span", { class: "mc-rule__checks" }, checks),
      h("span", { class: "mc-rule__said" }, rule.recent ? h("span", { class: "mc-chip mc-chip--bad" }, t("rules.violations-recent", { n: rule.recent })) : null),
      h("span", { class: `mc-rule__told mc-rule__told--${rule.told || "untold"}` }, rule.state === "active" ? [h("span", { class: "mc-num" }, rule.chars ? t("rules.chars-short", { n: rule.chars.toLocaleString("en") }) : ""), h("span", null, t(`rules.told-${rule.told || "untold"}`))] : stateChip(rule)),
      h("span", { class: "mc-rule__priority mc-num", title: t("rules.priority") }, rule.priority),
    ),
  );
}

/** What the columns are; only for the eye, each cell says it by itself. */
function columnNames() {
  const names = ["rules.rule", "rules.paths", "rules.matched", "rules.checks", "", "rules.prompt-share", "rules.priority-short"];
  return h("div", { class: "mc-rule mc-rule__columns", "aria-hidden": "true" }, names.map((name) => h("span", null, name ? t(name) : "")));
}

function drawList() {
  const state = { text: view.field.value, show: view.show };
  const found = filterRules(view.data.rules, state);
  replace(view.count, t("rules.caption", { n: found.length }));
  if (!found.length) {
    const clear = () => {
      view.field.value = "";
      setShow("");
    };
    replace(view.list, h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("rules.none")), h("button", { type: "button", class: "mc-button", on: { click: clear } }, t("rules.clear"))));
    return;
  }
  replace(
    view.list,
    groupRules(found).map(([tier, rules], place) =>
      h(
        "section",
        { class: "mc-panel mc-tier" },
        h("h2", { class: "mc-panel__title" }, t(`rules.tier-${tier}`), h("span", { class: "mc-count" }, rules.length), h("span", { class: "mc-tier__hint" }, t(`rules.tier-${tier}-hint`))),
        place === 0 ? columnNames() : null,
        h("ul", { class: "mc-rules" }, rules.map(ruleRow)),
      ),
    ),
  );
}

function setShow(show) {
  view.show = show;
  for (const button of view.segments.children) button.setAttribute("aria-pressed", String(button.dataset.show === show));
  writeState({ show, q: view.field.value });
  drawList();
}

function drawAll(data) {
  view.data = data.rules;
  const counts = countKinds(data.rules.rules);
  for (const button of view.segments.children) button.lastChild.textContent = counts[button.dataset.show || "all"];
  replace(view.budget, budgetBar(data.rules, false), budgetBar(data.rules, true), h("p", { class: "mc-muted mc-budget__hint" }, t("rules.budget-hint")));
  replace(view.broken, brokenItems(data.rules.broken, t("rules.broken")));
  drawList();
  view.sheet.refresh();
}

definePage("rules", {
  data: ["rules"],
  mount(root, data, ctx) {
    const state = readState();
    const sheet = makeSheet("rule", (id) => {
      const rule = view.data.rules.find((one) => one.id === id);
      return rule ? drawRule(rule, view.data.files) : null;
    }, ctx);
    const field = h("input", { type: "search", class: "mc-field mc-policy__filter", placeholder: t("rules.filter"), "aria-label": t("rules.filter"), value: state.q || "" });
    const segments = h(
      "div",
      { class: "mc-segments", role: "group", "aria-label": t("rules.state-filter") },
      SHOWS.map((show) => h("button", { type: "button", dataset: { show }, "aria-pressed": String(show === (state.show || "")), on: { click: () => setShow(show) } }, t(SHOW_TEXTS[show]), " ", h("span", { class: "mc-count" }))),
    );
    view = { data: data.rules, sheet, field, segments, show: state.show || "", list: h("div", { class: "mc-policy__list" }), budget: h("div", { class: "mc-panel mc-policy__budget" }), broken: h("div", null), count: h("span", { class: "mc-muted mc-num", role: "status" }) };
    field.addEventListener("input", () => setShow(view.show));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      event.preventDefault();
      field.focus();
    }, { signal: ctx.signal });
    root.append(
      h("div", { class: "mc-policy__head" }, h("h1", { class: "mc-title" }, t("rules.title")), h("p", { class: "mc-muted" }, t("rules.intro"))),
      view.budget,
      view.broken,
      h("div", { class: "mc-policy__bar" }, field, segments, h("span", { class: "mc-grow" }), view.count),
      view.list,
      h("div", { class: "mc-sheet__commands" }, commandButton("openclaw rules match PATH", t("rules.command-match")), commandButton("openclaw rules lint", t("rules.command-lint"))),
    );
    drawAll(data);
    sheet.follow();
  },
  update(data) {
    drawAll(data);
  },
});
