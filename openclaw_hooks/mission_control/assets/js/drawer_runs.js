// The runs of a task in its drawer: who tried, what became of each attempt, and where the whole of it is.

import { href, t } from "./core.js";
import { h } from "./dom.js";
import { age, chip } from "./glyphs.js";
import { outcomeChip, provenanceBadge, verdictSign, word } from "./run_signs.js";

function trialLine(trial, unit) {
  const cause = trial.cause ? word("cause", trial.cause) : word("verdict", trial.verdict || "open");
  const value = Number.isFinite(trial.value) ? chip(`${Number(trial.value.toPrecision(4))}${unit ? ` ${unit}` : ""}`) : null;
  return h("li", { class: "mc-tried" }, verdictSign(trial.verdict, word("verdict", trial.verdict || "open")), h("span", { class: "mc-num" }, `#${trial.n}`), h("span", { class: "mc-tried__why" }, h("b", null, cause), trial.why ? ` · ${trial.why}` : null), value);
}

function runPart(run) {
  const trials = run.trials || [];
  const before = (run.tried || 0) - trials.length;
  const link = h("a", { class: "mc-link mc-id", href: href("runs", { run: run.id }) }, run.id);
  return h("li", { class: ["mc-tried-run", run.provenance !== "real" && "mc-tried-run--unreal"] }, h("div", { class: "mc-tried-run__head" }, outcomeChip(run.outcome), provenanceBadge(run.provenance), h("span", null, run.agent), age(run.began), h("span", { class: "mc-grow" }), link), before > 0 ? h("p", { class: "mc-muted" }, t("drawer.runs-before", { n: before })) : null, h("ol", null, trials.map((trial) => trialLine(trial, run.unit))));
}

/** The runs of a task, newest first; null for one that no agent was run on. */
export function drawerRuns(runs, task) {
  if (!runs?.length) return null;
  return [h("ul", { class: "mc-tried-runs" }, runs.map(runPart)), h("p", null, h("a", { class: "mc-link", href: href("runs", { of: task }) }, t("drawer.runs-all")))];
}
