// The runs as a list to choose from, and what all of them came to.

import { t } from "./core.js";
import { h } from "./dom.js";
import { age, chip } from "./glyphs.js";
import { gainPercent, hasKept, showCost, showPercent, showSeconds, sumRuns } from "./run_figures.js";
import { outcomeChip, provenanceBadge, verdictSign, word } from "./run_signs.js";

const MARKS = { k: "keep", d: "discard", o: "open" };
const MOST_MARKS = 10;

/** A sign for each attempt of a run, in their order. */
function attemptMarks(run) {
  const letters = [...(run.marks || "")];
  const kept = letters.filter((letter) => letter === "k").length;
  const shown = letters.slice(0, MOST_MARKS);
  const label = t("run.marks", { n: run.tried || letters.length, kept });
  const more = (run.tried || 0) - shown.length;
  return h("span", { class: "mc-marks", role: "img", "aria-label": label, title: label }, shown.map((letter) => verdictSign(MARKS[letter])), more > 0 ? h("span", { class: "mc-count" }, `+${more}`) : null);
}

/** The sign of a whole run in a list. */
function runSign(run) {
  const verdict = run.ended ? (hasKept(run) ? "keep" : "discard") : "open";
  return verdictSign(verdict, word("outcome", run.outcome));
}

/** What was made of a numeric metric is said in the list: +34%; nothing where it says nothing. */
function gainText(run) {
  const { gain } = run;
  const percent = gain ? gainPercent(gain.baseline, gain.best, gain.direction) : null;
  return percent === null ? null : h("span", { class: ["mc-runrow__gain", percent > 0 && "mc-runrow__gain--better"], title: gain.name }, showPercent(percent));
}

/** A run in the list; `chosen` is the one that is shown beside it. */
export function runRow(run, chosen, onOpen) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    onOpen(run.id);
  };
  const cost = showCost(run.cost_usd);
  return h(
    "li",
    null,
    h(
      "a",
      { class: ["mc-runrow", run.provenance !== "real" && "mc-runrow--unreal"], href: `?run=${encodeURIComponent(run.id)}`, "aria-current": chosen ? "true" : null, dataset: { run: run.id }, on: { click: open } },
      runSign(run),
      h("span", { class: "mc-runrow__title" }, run.title || run.task),
      age(run.began),
      h("span", { class: "mc-runrow__line" }, h("span", { class: "mc-id" }, run.task), h("span", { class: "mc-runrow__agent" }, run.agent), attemptMarks(run), h("span", { class: "mc-grow" }), cost ? h("span", { class: "mc-num" }, cost) : null),
      h("span", { class: "mc-runrow__line" }, outcomeChip(run.outcome), run.provenance === "real" ? null : provenanceBadge(run.provenance), run.flags?.length ? chip(`⚑ ${run.flags.length}`, "warn") : null, gainText(run), h("span", { class: "mc-grow" }), h("span", { class: "mc-id" }, run.id)),
    ),
  );
}

function figure(value, word, note, kind) {
  return h("div", { class: ["mc-sum", kind && `mc-sum--${kind}`] }, h("dt", { class: "mc-sum__word" }, word), h("dd", { class: "mc-sum__value mc-num" }, value), h("dd", { class: "mc-sum__note" }, note));
}

/** What the runs came to: how many, what was kept, what it cost, how long agents worked. */
export function runSums(runs) {
  const sum = sumRuns(runs);
  const only = sum.provenance === "real" ? null : provenanceBadge(sum.provenance);
  const notes = [only, sum.open ? t("runs.figure-open", { n: sum.open }) : null, sum.interrupted ? t("runs.figure-interrupted", { n: sum.interrupted }) : null, sum.others ? t("runs.figure-others", { n: sum.others }) : null].filter(Boolean);
  const share = sum.ended ? `${Math.round((100 * sum.kept) / sum.ended)}%` : "–";
  const told = sum.told ? t("runs.figure-cost-of", { told: sum.told, n: sum.runs }) : t("runs.figure-cost-none");
  return h(
    "dl",
    { class: "mc-sums", "aria-label": t("runs.figures") },
    figure(String(sum.runs), t("runs.figure-runs", { n: sum.runs }), notes.length ? notes.map((note) => h("span", null, note)) : "\u00a0"),
    figure(share, t("runs.figure-kept"), t("runs.figure-kept-of", { kept: sum.kept, n: sum.ended }), sum.kept ? "good" : ""),
    figure(sum.told ? showCost(sum.cost) : "–", t("runs.figure-cost"), told),
    figure(showSeconds(sum.minutes * 60), t("runs.figure-time"), t("runs.figure-tried", { n: sum.tried })),
  );
}
