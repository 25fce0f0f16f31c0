// The plans page: a picker, and of the chosen plan its head, waves, further tasks and the same as a table.

import { commandButton } from "../clipboard.js";
import { definePage, t } from "../core.js";
import { h, replace } from "../dom.js";
import { openTask } from "../drawer.js";
import { chip, stampText } from "../glyphs.js";
import { sayMinutes } from "../gantt.js";
import { PlanGraph } from "../plan_graph.js";
import { approvalWords, furtherList, openSubtask, planHref, planTable, withNames } from "../plan_table.js";
import { readState, writeState } from "../url_state.js";

const ENDED = new Set(["completed", "aborted"]);
const KIND = { draft: "needs", approved: "ready", executing: "progress", completed: "done", aborted: "plain" };
const SHORT = 12; // subtasks, whose table is open at once
const LEGEND = ["path", "done", "open", "lost"];

function percent(part, whole) {
  return whole ? Math.round((100 * (part || 0)) / whole) : 0;
}

function meter(share, kind = "") {
  return h("span", { class: ["mc-meter", kind], "aria-hidden": "true" }, h("span", { class: "mc-meter__fill", style: { width: `${Math.min(100, share)}%` } }));
}

function brokenList(items, title) {
  if (!items?.length) return null;
  const rows = items.map((item) => h("li", { class: "mc-flaw" }, h("code", { class: "mc-code" }, item.line ? `${item.path}:${item.line}` : item.path), " ", withNames(item.message), item.hint ? h("div", { class: "mc-muted" }, item.hint) : null));
  return h("section", { class: "mc-panel mc-broken mc-plan-part" }, h("h3", { class: "mc-panel__title" }, title), h("ul", null, ...rows));
}

class PlansPage {
  constructor(root, data, ctx) {
    this.root = root;
    this.ctx = ctx;
    this.picker = h("nav", { class: "mc-picker", "aria-label": t("plans.picker") });
    this.head = h("div", { class: "mc-plan-head" });
    this.waves = h("div", { class: "mc-plan-waves" });
    this.below = h("div", { class: "mc-plan-below" });
    this.graph = new PlanGraph(this.waves, (row) => this.openRow(row), ctx.signal);
    this.wanted = readState().plan || "";
    addEventListener("popstate", () => this.follow(), { signal: ctx.signal });
    this.update(data);
  }

  follow() {
    const wanted = readState().plan || "";
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.draw();
  }

  update(data) {
    this.view = data.plans;
    const plans = this.view.plans || [];
    const title = h("h1", { class: "mc-title" }, t("plans.title"));
    const broken = brokenList(this.view.broken, t("plans.broken-plans", { n: (this.view.broken || []).length }));
    if (!plans.length) {
      replace(this.root, title, broken, this.empty());
      return;
    }
    replace(this.root, title, this.picker, broken, this.head, this.waves, this.below);
    this.draw();
  }

  empty() {
    if (this.view.absent) return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("plans.absent")), h("p", null, this.view.absent), commandButton(this.view.start));
    return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("plans.empty-title")), h("p", null, t("plans.empty-text")), h("div", { class: "mc-empty__commands" }, commandButton(t("plans.empty-templates")), commandButton(t("plans.empty-command"))));
  }

  draw() {
    const plans = this.view.plans || [];
    if (!plans.length) return;
    const wanted = this.wanted;
    const plan = plans.find((each) => each.id === wanted) || plans[0];
    this.plan = plan;
    this.drawPicker(plans, plan);
    replace(this.head, wanted && wanted !== plan.id ? h("p", { class: "mc-plan-note", role: "status" }, t("plans.missing-plan", { id: wanted })) : null, ...this.planHead(plan));
    this.graph.show(plan);
    const table = h("details", { class: "mc-plan-part mc-fold", open: this.tableOpen ?? (innerWidth > 900 && plan.subtasks.length <= SHORT) }, h("summary", { class: "mc-fold__head" }, h("span", { class: "mc-fold__arrow", "aria-hidden": "true" }, "▸"), t("plans.table")), planTable(plan));
    table.firstChild.addEventListener("click", () => (this.tableOpen = !table.open));
    replace(this.below, this.legend(plan), furtherList(plan), table);
  }

  drawPicker(plans, plan) {
    const under = plans.filter((each) => !ENDED.has(each.status));
    const ended = plans.filter((each) => ENDED.has(each.status));
    const fold = ended.length ? h("details", { class: "mc-picker__ended", open: this.endedOpen ?? (ENDED.has(plan.status) || !under.length) }, h("summary", { class: "mc-button" }, t("plans.ended", { n: ended.length })), h("div", { class: "mc-picker__row" }, ...ended.map((each) => this.pick(each, plan)))) : null;
    fold?.firstChild.addEventListener("click", () => (this.endedOpen = !fold.open));
    replace(this.picker, h("div", { class: "mc-picker__row" }, ...under.map((each) => this.pick(each, plan))), fold);
  }

  pick(each, plan) {
    const go = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      writeState({ plan: each.id }, { push: true });
      this.wanted = each.id; // the address of a file:// page may refuse to change
      this.draw();
      this.picker.querySelector('[aria-current="true"]')?.focus();
    };
    const label = t("plans.progress", { id: each.id, title: each.title, done: each.done || 0, total: each.total });
    const mark = each.status === "executing" ? null : chip(t(`plans.status-${each.status}`), KIND[each.status]);
    return h("a", { class: "mc-pick", href: planHref(each.id), title: label, "aria-current": each.id === plan.id ? "true" : null, on: { click: go } }, h("span", { class: "mc-id" }, each.id), h("span", { class: "mc-pick__title" }, each.title), mark, each.late ? chip(t("core.late"), "late") : null, h("span", { class: "mc-pick__count mc-num" }, `${each.done || 0}/${each.total}`), meter(percent(each.done, each.total), "mc-pick__meter"));
  }

  planHead(plan) {
    const status = chip(t(`plans.status-${plan.status}`), KIND[plan.status]);
    const progress = h("span", { class: "mc-plan-done mc-num" }, t("plans.done", { done: plan.done || 0, total: plan.total }));
    const first = h("div", { class: "mc-plan-title" }, h("h2", null, plan.title), h("span", { class: "mc-id" }, plan.id), status, h("span", { class: "mc-grow" }), meter(percent(plan.done, plan.total), "mc-plan-meter"), progress);
    const text = plan.description ? h("p", { class: "mc-plan-text mc-muted", title: plan.description }, plan.description) : null;
    return [first, text, this.banner(plan), h("dl", { class: "mc-plan-facts" }, ...this.facts(plan)), brokenList(plan.broken, t("plans.broken"))];
  }

  banner(plan) {
    if (plan.status === "aborted") return h("p", { class: "mc-plan-note mc-plan-note--bad" }, h("b", null, t("plans.aborted")), plan.reason ? [": ", withNames(plan.reason)] : "");
    if (plan.status !== "draft") return null;
    return h("div", { class: "mc-plan-note mc-plan-note--draft" }, h("div", null, h("b", null, t("plans.draft")), h("p", null, t("plans.draft-text"))), h("div", { class: "mc-plan-note__commands" }, ...(plan.commands || []).slice(0, 2).map((command) => commandButton(command))));
  }

  facts(plan) {
    const used = plan.used_minutes || 0;
    const share = percent(used, plan.budget_minutes);
    const left = ENDED.has(plan.status) ? sayMinutes(plan.path_minutes) : t("plans.path-left", { left: sayMinutes(plan.path_left_minutes || 0), all: sayMinutes(plan.path_minutes) });
    const made = [plan.created ? stampText(plan.created).slice(0, 10) : "", plan.created_by ? t("plans.made-by", { who: plan.created_by }) : "", plan.template ? t("plans.made-from", { template: plan.template }) : ""];
    const list = [
      ["fact-path", t("plans.path-steps", { n: plan.path.length }), h("div", { class: "mc-muted" }, left)],
      ["fact-budget", h("span", { class: share > 100 ? "mc-over" : "" }, t("plans.budget-used", { used: sayMinutes(used), all: sayMinutes(plan.budget_minutes) })), meter(share, share > 100 ? "mc-meter--over" : "mc-meter--plain")],
      ["fact-policy", t(`plans.policy-${plan.failure_policy}`)],
      ["fact-approval", ...approvalWords(plan)],
      ["fact-made", made.filter(Boolean).join(" ")],
    ];
    return list.map(([name, ...content]) => h("div", { class: "mc-plan-fact" }, h("dt", null, t(`plans.${name}`)), h("dd", null, ...content)));
  }

  legend(plan) {
    const commands = plan.status === "draft" ? [] : (plan.commands || []).slice(0, 2);
    const kinds = LEGEND.filter((kind) => (kind === "path" ? plan.path.length < plan.subtasks.length : kind !== "lost" || plan.lost));
    const lines = kinds.map((kind) => h("li", null, h("span", { class: `mc-legend-line mc-legend-line--${kind}`, "aria-hidden": "true" }), t(`plans.legend-${kind}`)));
    return h("div", { class: "mc-plan-foot" }, h("ul", { class: "mc-legend", "aria-label": t("plans.legend") }, ...lines), h("span", { class: "mc-grow" }), ...commands.map((command) => commandButton(command)));
  }

  openRow(row) {
    if (row.task && row.state !== "missing") openTask(row.task);
    else openSubtask(row, this.plan);
  }
}

let page = null;

definePage("plans", {
  data: ["plans"],
  mount(root, data, ctx) {
    page = new PlansPage(root, data, ctx);
  },
  update(data) {
    page.update(data);
  },
});
