// The signs of a run that mean the same wherever it is shown: outcome, provenance, verdicts.

import { t } from "./core.js";
import { h, svg } from "./dom.js";
import { chip } from "./glyphs.js";

const OUTCOMES = { completed: "good", review: "review", "over budget": "warn", lost: "bad", running: "live", interrupted: "warn" };
const CAUSES = { violation: "bad", tampered: "bad", "over budget": "warn", "agent failed": "warn" };
const SHAPES = {
  keep: [["circle", { cx: 8, cy: 8, r: 6.6, fill: "currentColor" }], ["path", { d: "M4.9 8.2l2.1 2.1 4.1-4.4", fill: "none", stroke: "var(--mc-ring-ink)", "stroke-width": 1.7, "stroke-linecap": "round", "stroke-linejoin": "round" }]],
  discard: [["circle", { cx: 8, cy: 8, r: 5.8, fill: "none", stroke: "currentColor", "stroke-width": 1.5 }], ["path", { d: "M5.7 10.3l4.6-4.6", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round" }]],
  open: [["circle", { cx: 8, cy: 8, r: 5.8, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-dasharray": "2.6 2" }]],
};

// What a row says may be called `__proto__`, and every object has something under that name.
function pick(table, name, other) {
  return Object.hasOwn(table, name) ? table[name] : other;
}

/** A text of a closed set, or the word itself where another version wrote one that is not known here. */
export function word(kind, value) {
  const key = `run.${kind}-${value}`;
  const text = t(key);
  return text === key ? value : text;
}

/** What became of a run, as a chip. */
export function outcomeChip(outcome) {
  const node = chip(word("outcome", outcome), pick(OUTCOMES, outcome, "plain"));
  node.title = word("outcome", `${outcome}-why`);
  return node;
}

/** Who did it: an agent, a script that plays one, or nobody at all; the last two cannot be overlooked. */
export function provenanceBadge(provenance) {
  const kind = provenance === "real" || provenance === "mock" ? provenance : "synthetic";
  return h("span", { class: ["mc-provenance", `mc-provenance--${kind}`], title: t(`run.provenance-${kind}-why`) }, t(`run.provenance-${kind}`));
}

/** The sign of a verdict: a check for what was kept, a struck circle for what was not. */
export function verdictSign(verdict, title) {
  const kind = Object.hasOwn(SHAPES, verdict || "") ? verdict : "open";
  const label = title ? { role: "img", "aria-label": title } : { "aria-hidden": "true" };
  return svg("svg", { class: `mc-verdict mc-verdict--${kind}`, viewBox: "0 0 16 16", width: 16, height: 16, ...label }, ...SHAPES[kind].map(([tag, props]) => svg(tag, props)));
}

/** Why an attempt ended so, as a chip. */
export function causeChip(cause, verdict) {
  return cause ? chip(word("cause", cause), verdict === "keep" ? "good" : pick(CAUSES, cause, "plain")) : null;
}
