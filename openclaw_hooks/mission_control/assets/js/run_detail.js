// A run, whole: what it was about, what it took, its metric, its attempts.

import { commandButton } from "./clipboard.js";
import { href, now, t } from "./core.js";
import { h } from "./dom.js";
import { openTask } from "./drawer.js";
import { agoText, avatar, chip, stamp } from "./glyphs.js";
import { attemptItem, commitCode } from "./run_attempt.js";
import { showCost, showNumber, showSeconds } from "./run_figures.js";
import { metricPanel } from "./run_plot.js";
import { outcomeChip, provenanceBadge, word } from "./run_signs.js";

const ID = /^[RT]-[0-9a-z]+$/;
const FLAGS = ["repeated-approach", "multiple-iterations", "always-escalated", "no-meta-notes"];

function taskLink(run) {
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openTask(run.task);
  };
  return h("a", { class: "mc-link", href: `?task=${encodeURIComponent(run.task)}`, on: { click: open } }, run.task);
}

function head(run) {
  return h(
    "header",
    { class: "mc-run-head" },
    h("div", { class: "mc-run-head__marks" }, outcomeChip(run.outcome), provenanceBadge(run.provenance), h("span", { class: "mc-id" }, run.id), h("span", { class: "mc-muted" }, agoText(run.began))),
    h("h2", { class: "mc-run-head__title" }, run.title || run.task),
    run.why ? h("p", { class: "mc-muted mc-run-head__why" }, run.why) : null,
  );
}

/** What nobody may take for the work of an agent says so across the page. */
function ribbon(run) {
  if (run.provenance === "real") return null;
  const kind = run.provenance === "mock" ? "mock" : "synthetic";
  return h("p", { class: `mc-unreal mc-unreal--${kind}`, role: "note" }, h("b", null, t(`run.provenance-${kind}`)), " ", t(`run.provenance-${kind}-why`));
}

/** A moment ago that grows while it is looked at; `followClocks` moves it. */
function clock(since) {
  return h("span", { class: "mc-clock mc-num", dataset: { since: String(since) } }, showSeconds(now() - since));
}

/** Moves all clocks below `root` once a second until `signal` ends it. */
export function followClocks(root, signal) {
  const timer = setInterval(() => {
    for (const node of root.querySelectorAll(".mc-clock")) node.textContent = showSeconds(now() - Number(node.dataset.since));
  }, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
}

function livePanel(run, isLive) {
  const { live } = run;
  if (!live) return null;
  const isRunning = run.outcome === "running";
  const attempt = run.trials?.length ? t("runs.live-attempt", { n: run.trials.length, all: run.terms?.attempts || 3 }) : t("runs.live-before");
  const ticking = (since) => (isRunning && isLive && since ? [" ", t("runs.live-for"), " ", clock(since)] : null);
  const parts = [
    h("b", null, attempt),
    h("span", { class: "mc-live__phase" }, eventText(live.event), ticking(live.agent_began || live.at)),
    isRunning && isLive ? h("span", { class: "mc-muted" }, t("runs.live-run"), " ", clock(run.began)) : h("span", { class: "mc-muted" }, `${agoText(live.at)}${isRunning ? `, ${t("runs.live-stale")}` : ""}`),
  ];
  const resume = !isRunning && ID.test(run.id) ? commandButton(`openclaw agent resume ${run.id}`, t("runs.resume")) : null;
  return h("section", { class: ["mc-panel", "mc-live", isRunning && "mc-live--on"], "aria-label": t("runs.live") }, isRunning ? h("span", { class: "mc-live__dot", "aria-hidden": "true" }) : null, parts, h("span", { class: "mc-grow" }), resume);
}

function eventText(event) {
  const text = t(`runs.event-${event}`);
  return text.startsWith("runs.event-") ? event : text;
}

function fact(name, ...values) {
  const shown = values.flat().filter((value) => value !== null && value !== undefined && value !== false && value !== "");
  return shown.length ? h("div", { class: "mc-run-fact" }, h("dt", null, t(`runs.${name}`)), h("dd", null, shown)) : null;
}

function muted(text) {
  return text ? h("span", { class: "mc-muted" }, text) : null;
}

function mergeText(run) {
  const merge = run.terms?.merge || "none";
  const text = t(`runs.merge-${merge}`, { target: run.target || "?" });
  if (merge === "none" || run.merged === null || run.merged === undefined) return text;
  return `${text}: ${run.merged ? t("runs.merge-done") : t("runs.merge-not", { why: run.merge_why || "" })}`;
}

function facts(run) {
  const terms = run.terms || {};
  const minutes = terms.minutes === undefined ? 30 : terms.minutes;
  const cost = Number.isFinite(run.cost_usd) ? (terms.max_cost_usd ? t("runs.cost-of", { cost: showCost(run.cost_usd), limit: showCost(terms.max_cost_usd) }) : showCost(run.cost_usd)) : muted(t("runs.cost-unknown"));
  const tokens = Number.isFinite(run.tokens_out) ? t("runs.tokens-in-out", { in: (run.tokens_in || 0).toLocaleString("en"), out: run.tokens_out.toLocaleString("en") }) : null;
  const found = Object.entries(run.findings || {}).map(([check, n]) => chip(`${check} ${n}`));
  return h(
    "dl",
    { class: "mc-run-facts" },
    fact("task", taskLink(run)),
    fact("agent", h("span", { class: "mc-person" }, avatar(run.agent), run.agent), muted(run.model), run.version ? muted(t("runs.version", { version: run.version })) : null),
    fact("role", run.role ? h("a", { class: "mc-link", href: href("roles", { role: run.role }) }, run.role) : null),
    fact("node", run.node),
    fact("used", t("runs.used-attempts", { tried: run.tried || 0, n: terms.attempts || 3 }), h("span", null, t("runs.used-minutes", { used: showNumber(run.minutes || 0), minutes: showNumber(minutes) }))),
    fact("cost", cost),
    fact("tokens", tokens),
    fact("began", stamp(run.began), run.ended ? muted(t("runs.took", { time: showSeconds(run.ended - run.began) })) : null),
    fact("metric", run.metric ? h("code", { class: "mc-code" }, run.metric) : null),
    fact("base", commitCode(run.base), run.target ? muted(t("runs.onto", { target: run.target })) : null),
    fact("branch", run.branch ? h("code", { class: "mc-code" }, run.branch) : null, commitCode(run.kept)),
    fact("merge", run.kept ? mergeText(run) : null),
    fact("found", found),
  );
}

function flagsPanel(run) {
  if (!run.flags?.length) return null;
  const item = (flag) => {
    const known = FLAGS.includes(flag);
    return h("li", { class: "mc-flag" }, chip(`⚑ ${known ? t(`runs.flag-${flag}`) : flag}`, "warn"), known ? h("span", null, t(`runs.flag-${flag}-why`)) : null);
  };
  return h("section", { class: "mc-panel" }, h("h3", { class: "mc-panel__title" }, t("runs.flags")), h("ul", { class: "mc-flags" }, run.flags.map(item)));
}

function attemptsPanel(run, opened, onToggle) {
  const trials = run.trials || [];
  const left = (run.tried || 0) - trials.length;
  const list = trials.length ? h("ol", { class: "mc-attempts" }, trials.map((trial) => attemptItem(trial, run, opened.has(trial.n), onToggle))) : h("p", { class: "mc-muted" }, t("runs.no-attempts"));
  return h("section", { class: "mc-panel mc-attempts-panel" }, h("h3", { class: "mc-panel__title" }, t("runs.attempts"), h("span", { class: "mc-count" }, run.tried || trials.length)), list, left > 0 ? h("p", { class: "mc-muted" }, t("runs.left-out", { n: left })) : null);
}

/**
 * All of `run`, its row and its view together. `state`: {opened: Set of attempts, isLive, signal, onToggle(n, open),
 * onOpen(n)}.
 */
export function drawRun(run, state) {
  const badge = run.provenance === "real" ? null : provenanceBadge(run.provenance);
  const commands = ID.test(run.task) ? [commandButton(`openclaw agent attempts ${run.task}`, t("runs.look-attempts"))] : [];
  return [head(run), ribbon(run), livePanel(run, state.isLive), h("section", { class: "mc-panel", "aria-label": t("runs.terms") }, facts(run)), flagsPanel(run), metricPanel(run, badge, state.onOpen, state.signal), attemptsPanel(run, state.opened, state.onToggle), commands.length ? h("div", { class: "mc-runs__commands" }, commands) : null];
}
