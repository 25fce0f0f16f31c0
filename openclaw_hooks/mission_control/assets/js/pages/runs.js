// The page of runs: a list to choose from, and beside it the chosen run with its metric and its attempts.

import { commandButton } from "../clipboard.js";
import { definePage, load, t } from "../core.js";
import { h, replace } from "../dom.js";
import { facetMenu } from "../facet_menu.js";
import { drawRun, followClocks } from "../run_detail.js";
import { countChoices, filterRuns, isNarrowed, readRunView, RUN_FACETS, writeRunView } from "../run_filter.js";
import { runRow, runSums } from "../run_list.js";
import { provenanceBadge, word } from "../run_signs.js";
import { brokenItems } from "../side_sheet.js";
import { readState, writeState } from "../url_state.js";

const FIRST = 60;
let page = null;

function choiceText(facet, value) {
  if (facet === "outcome") return word("outcome", value);
  if (facet === "provenance") return word("provenance", value);
  return value || t(`runs.no-${facet}`);
}

class RunsPage {
  constructor(root, data, ctx) {
    this.ctx = ctx;
    this.root = root;
    this.opened = new Map();
    this.most = FIRST;
    this.view = readRunView(readState());
    this.chosen = readState().run || "";
    this.build();
    this.take(data);
    globalThis.addEventListener("popstate", () => this.follow(), { signal: ctx.signal });
    document.addEventListener("keydown", (event) => this.press(event), { signal: ctx.signal });
    followClocks(this.detail, ctx.signal);
  }

  build() {
    this.search = h("input", { type: "search", class: "mc-field mc-runs__search", placeholder: t("runs.search"), "aria-label": t("runs.search"), "aria-keyshortcuts": "/", value: this.view.text, on: { input: () => this.change(() => { this.view.text = this.search.value; }) } });
    this.menus = RUN_FACETS.map(({ name }) => facetMenu({
      title: t(`runs.facet-${name}`),
      options: () => countChoices(this.runs, this.view, name),
      chosen: () => this.view.choices[name],
      show: (value) => (name === "provenance" ? provenanceBadge(value) : h("span", { class: "mc-menu__text" }, choiceText(name, value))),
      text: (value) => choiceText(name, value),
      toggle: (value, on) => this.change(() => this.view.choices[name][on ? "add" : "delete"](value)),
      clear: () => this.change(() => this.view.choices[name].clear()),
    }));
    this.told = h("span", { class: "mc-muted mc-num", role: "status" });
    this.clear = h("button", { type: "button", class: "mc-button mc-button--icon", "aria-label": t("runs.clear"), title: t("runs.clear"), on: { click: () => this.clearAll() } }, "✕");
    this.bar = h("div", { class: "mc-runs__bar", role: "search", "aria-label": t("runs.bar") }, this.search, this.menus.map((menu) => menu.node), this.clear, h("span", { class: "mc-grow" }), this.told);
    this.sums = h("div", { class: "mc-runs__sums" });
    this.broken = h("div", null);
    this.list = h("ul", { class: "mc-runlist" });
    this.more = h("div", { class: "mc-runs__more" });
    this.side = h("nav", { class: "mc-panel mc-runs__side", "aria-label": t("runs.list") }, this.list, this.more);
    this.detail = h("div", { class: "mc-runs__detail" });
    this.back = h("button", { type: "button", class: "mc-button mc-runs__back", on: { click: () => this.leave() } }, "← ", t("runs.back"));
    const pair = h("div", { class: "mc-runs__pair" }, this.side, h("div", { class: "mc-runs__main" }, this.back, this.detail));
    this.body = h("div", { class: "mc-runs__body" }, this.sums, this.bar, pair);
    this.nothing = h("div", null);
    replace(this.root, h("div", { class: "mc-runs__head" }, h("h1", { class: "mc-title" }, t("runs.title")), h("p", { class: "mc-muted" }, t("runs.intro"))), this.broken, this.nothing, this.body);
  }

  take(data) {
    this.data = data.runs;
    this.runs = data.runs.runs;
    replace(this.broken, brokenItems(this.data.broken, t("runs.broken")));
    this.body.hidden = !this.runs.length;
    replace(this.nothing, this.runs.length ? null : this.empty());
    if (this.runs.length) this.draw();
  }

  empty() {
    const commands = ["first", "list", "demo"].map((name) => commandButton(t(`runs.command-${name}`), t(`runs.hint-${name}`)));
    return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("runs.empty")), h("p", null, t("runs.empty-text")), h("div", { class: "mc-runs__first" }, commands));
  }

  change(act) {
    act();
    this.most = FIRST;
    writeState(writeRunView(this.view));
    this.draw();
  }

  clearAll() {
    this.search.value = "";
    this.change(() => { this.view = readRunView({}); });
    this.search.focus();
  }

  draw() {
    this.shown = filterRuns(this.runs, this.view);
    this.menus.forEach((menu, index) => {
      menu.refresh();
      const { name, value } = RUN_FACETS[index];
      menu.node.hidden = new Set(this.runs.map(value)).size < 2 && !this.view.choices[name].size;
    });
    this.clear.hidden = !isNarrowed(this.view);
    this.told.textContent = isNarrowed(this.view) ? t("runs.shown", { shown: this.shown.length, n: this.runs.length }) : t("runs.count", { n: this.data.total || this.runs.length });
    replace(this.sums, runSums(this.shown));
    this.drawList();
    this.show();
  }

  drawList() {
    const focused = document.activeElement?.closest?.(".mc-runrow")?.dataset.run;
    const current = this.current()?.id;
    const rows = this.shown.slice(0, this.most).map((run) => runRow(run, run.id === current, (id) => this.open(id)));
    replace(this.list, rows.length ? rows : h("li", { class: "mc-runs__none" }, h("p", { class: "mc-muted" }, t("runs.none")), h("button", { type: "button", class: "mc-button", on: { click: () => this.clearAll() } }, t("runs.show-all"))));
    const rest = this.shown.length - rows.length;
    replace(this.more, rest > 0 && rows.length ? h("button", { type: "button", class: "mc-button", on: { click: () => { this.most += 200; this.drawList(); } } }, t("runs.show-more", { n: rest })) : null);
    if (focused) this.rowOf(focused)?.focus();
  }

  rowOf(id) {
    return this.list.querySelector(`[data-run="${CSS.escape(id)}"]`);
  }

  /** The chosen run, also one that the filter hides; else the first that is shown. */
  current() {
    return this.runs.find((run) => run.id === this.chosen) || this.shown[0] || null;
  }

  open(id) {
    if (this.chosen !== id) writeState({ run: id }, { push: true });
    this.chosen = id;
    this.drawList();
    this.show(true);
  }

  leave() {
    const id = this.chosen;
    this.chosen = "";
    writeState({ run: "" });
    this.drawList();
    this.show();
    this.rowOf(id)?.focus();
  }

  follow() {
    this.chosen = readState().run || "";
    this.drawList();
    this.show();
  }

  async show(isAsked = false) {
    this.body.classList.toggle("mc-runs__body--open", Boolean(this.chosen));
    const run = this.current();
    if (!run) return replace(this.detail);
    let all;
    try {
      all = run.data ? (await load(run.data))[run.id] : this.data.open?.[run.id];
    } catch (error) {
      return replace(this.detail, h("p", { role: "alert" }, error.message));
    }
    if (this.ctx.signal.aborted || this.current()?.id !== run.id) return undefined;
    this.drawDetail({ ...all, ...run });
    if (isAsked && getComputedStyle(this.back).display !== "none") {
      this.back.focus();
      this.root.scrollIntoView({ block: "start" });
    }
    return undefined;
  }

  drawDetail(run) {
    this.drawing?.abort();
    this.drawing = new AbortController();
    this.ctx.signal.addEventListener("abort", () => this.drawing.abort(), { once: true });
    if (!this.opened.has(run.id)) this.opened.set(run.id, new Set(this.firstOpen(run)));
    const opened = this.opened.get(run.id);
    const focused = document.activeElement?.closest?.("details.mc-attempt")?.dataset.n;
    const attempt = (n) => this.detail.querySelector(`details[data-n="${CSS.escape(String(n))}"]`);
    replace(this.detail, drawRun(run, {
      opened,
      isLive: Boolean(this.ctx.live),
      signal: this.drawing.signal,
      onToggle: (n, open) => opened[open ? "add" : "delete"](n),
      onOpen: (n) => {
        const found = attempt(n);
        if (!found) return;
        found.open = true;
        found.firstChild.focus();
        found.scrollIntoView({ block: "nearest" });
      },
    }));
    if (focused !== undefined) attempt(focused)?.firstChild.focus();
  }

  /** What is unfolded at first: the last attempt that was kept, else the last one. */
  firstOpen(run) {
    const trials = run.trials || [];
    const kept = trials.filter((trial) => trial.verdict === "keep");
    return [...kept, ...trials].length ? [(kept.length ? kept : trials).at(-1).n] : [];
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], :popover-open")) return;
    const isField = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !isField) {
      event.preventDefault();
      this.search.focus();
      return;
    }
    const isList = event.target.closest?.(".mc-runlist");
    const step = { j: 1, k: -1, ...(isList ? { ArrowDown: 1, ArrowUp: -1 } : {}) }[event.key];
    if (!step || isField || !this.runs.length) return;
    event.preventDefault();
    const at = this.shown.findIndex((run) => run.id === this.current()?.id);
    const next = this.shown[Math.max(0, Math.min(this.shown.length - 1, at + step))];
    if (!next) return;
    while (this.shown.indexOf(next) >= this.most) this.most += FIRST;
    if (getComputedStyle(this.back).display !== "none") return;
    this.open(next.id);
    this.rowOf(next.id)?.focus();
  }
}

definePage("runs", {
  data: ["runs"],
  mount(root, data, ctx) {
    page = new RunsPage(root, data, ctx);
  },
  update(data) {
    page.take(data);
  },
});
