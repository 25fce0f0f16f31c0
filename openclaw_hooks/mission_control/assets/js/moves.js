// Which command brings a task to a column. The page can't write: it gives the reader the exact words.

import { columnOf } from "./signs.js";

// Status, column wanted -> the verb, and whether it wants a reason. Only moves that the board's own table allows.
const VERBS = {
  proposed: { ready: ["accept"], closed: ["reject", "reason"] },
  queued: { progress: ["claim"], closed: ["cancel", "reason"] },
  released: { progress: ["claim"], ready: ["requeue"], closed: ["cancel", "reason"] },
  claimed: { review: ["complete", "result"], done: ["complete", "metric"], ready: ["release", "reason"], closed: ["fail", "reason"] },
  running: { review: ["complete", "result"], done: ["complete", "metric"], ready: ["release", "reason"], closed: ["fail", "reason"] },
  pending_review: { done: ["approve"], ready: ["reject", "reason"], closed: ["cancel", "reason"] },
  failed: { ready: ["requeue"] },
};
const OPTIONS = { reason: ' --reason "…"', result: ' --result "…"', metric: " --run-metric" };

/** The verbs, for the test that holds them against the board's own table: [[status, column, verb]]. */
export function knownMoves() {
  return Object.entries(VERBS).flatMap(([status, to]) => Object.entries(to).map(([column, [verb]]) => [status, column, verb]));
}

/** A task's id if it can stand in a command line as it is, else a placeholder. */
export function shellId(id) {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(id) ? id : "ID";
}

/** What moving `task` to `column` takes: {kind: "here"}, {kind: "waits", on}, {kind: "never"} or {kind: "command", command, asks}. */
export function planMove(task, column) {
  const from = task.column || columnOf(task.status);
  if (from === column) return { kind: "here" };
  if (column === "blocked") return { kind: "never", why: "blocked" };
  if (column === "progress" && from === "blocked") return { kind: "waits", on: task.waits || [] };
  if (column === "ready" && from === "blocked") return { kind: "waits", on: task.waits || [] };
  const found = VERBS[task.status]?.[column];
  if (!found) return { kind: "never", why: "table" };
  const [verb, asks] = found;
  return { kind: "command", verb, asks: asks || "", command: `openclaw task ${verb} ${shellId(task.id)}${OPTIONS[asks] || ""}` };
}

/** The columns that a task can be brought to by a command. */
export function openColumns(task, columns) {
  return columns.filter((column) => planMove(task, column).kind === "command");
}
