// How far a result of doctor or drill can still be believed; no DOM.

const WEEK_S = 7 * 86400;

/** Why `run` may not hold any more at `now`: [{key, values}] of texts in diagnostics.json; empty while it is fresh. */
export function staleReasons(run, now) {
  const reasons = [];
  if (run.other_version) reasons.push({ key: "other-version", values: { version: run.other_version } });
  if (run.changed?.length) reasons.push({ key: "changed", values: { files: run.changed.join(", ") } });
  if (now - run.at > WEEK_S) reasons.push({ key: "old", values: {} });
  return reasons;
}

/** The key of what a layer did: "let through" -> "let-through"; what is not known counts as missed. */
export function catchKey(word) {
  const key = word.replaceAll(" ", "-");
  return ["caught", "let-through", "missed", "inert", "broken", "not-asked"].includes(key) ? key : "missed";
}
