// Which runs a view shows; no DOM.

import { decodeChoice, encodeChoice } from "./filters.js";

/** What runs are chosen by; `key` is its name in the address (`task` is the drawer's there). */
export const RUN_FACETS = [
  { name: "outcome", key: "outcome", value: (run) => run.outcome },
  { name: "agent", key: "agent", value: (run) => run.agent || "" },
  { name: "role", key: "role", value: (run) => run.role || "" },
  { name: "provenance", key: "provenance", value: (run) => run.provenance },
  { name: "task", key: "of", value: (run) => run.task },
];

/** The view that an address asks for: {text, choices: {facet: Set}}. */
export function readRunView(query) {
  return { text: query.q || "", choices: Object.fromEntries(RUN_FACETS.map((facet) => [facet.name, new Set(decodeChoice(query[facet.key]))])) };
}

/** What of a view belongs into the address. */
export function writeRunView(view) {
  return { q: view.text, ...Object.fromEntries(RUN_FACETS.map((facet) => [facet.key, encodeChoice(view.choices[facet.name])])) };
}

/** Whether anything narrows the view. */
export function isNarrowed(view) {
  return Boolean(view.text.trim()) || RUN_FACETS.some((facet) => view.choices[facet.name].size > 0);
}

function textOf(run) {
  return [run.id, run.task, run.title, run.agent, run.model, run.role, run.node, run.outcome, run.provenance, run.gain?.name, ...(run.flags || [])].filter(Boolean).join("\n").toLowerCase();
}

/** The runs that have every word and one of the chosen values of each facet. */
export function filterRuns(runs, view) {
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const active = RUN_FACETS.filter((facet) => view.choices[facet.name].size > 0);
  return runs.filter((run) => active.every((facet) => view.choices[facet.name].has(facet.value(run))) && (!words.length || words.every((word) => textOf(run).includes(word))));
}

/** [{value, count}] of a facet's menu: the runs that all other filters let through; chosen values always appear. */
export function countChoices(runs, view, name) {
  const facet = RUN_FACETS.find((each) => each.name === name);
  const counts = new Map([...view.choices[name]].map((value) => [value, 0]));
  const others = { ...view, choices: { ...view.choices, [name]: new Set() } };
  for (const run of filterRuns(runs, others)) counts.set(facet.value(run), (counts.get(facet.value(run)) || 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
}
