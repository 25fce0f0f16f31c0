// The board at another moment: commits are undone one by one, from now backwards. The same as views/history.py.

import { COLUMN_OF_STATUS } from "./signs.js";

const EMPTY = { title: "", status: "", owner: "", priority: 0, labels: [], depends_on: [], plan: "", subtask: "", role: "", created: 0 };

/** The names of the fields that the history knows. */
export const SMALL_FIELDS = Object.keys(EMPTY);

/** The rows {id: small fields} of a list of tasks, as the functions here take them. */
export function smallRows(tasks) {
  const rows = {};
  for (const task of tasks) {
    const row = (rows[task.id] = {});
    for (const name of SMALL_FIELDS) row[name] = task[name] ?? EMPTY[name];
  }
  return rows;
}

/** The rows as they were at `moment` (seconds): every later commit, newest first, is undone. */
export function stateAt(rows, commits, moment) {
  const state = { ...rows };
  for (const commit of commits) {
    if (commit.t <= moment) break;
    for (const change of commit.changes || []) undo(state, change);
  }
  return state;
}

function undo(state, change) {
  if (change.before === null) delete state[change.id];
  else if (change.after === null || !state[change.id]) state[change.id] = { ...EMPTY, ...change.before };
  else if (change.before) state[change.id] = { ...state[change.id], ...change.before };
}

/** Which months (of the index, newest first) have to be loaded to go back to `moment`. */
export function monthsFor(months, moment) {
  return months.filter((month) => month.ends > moment).map((month) => month.name);
}

/** {id: {column, waits}} of all rows; `archived` has the statuses of tasks that left the board. */
export function columnsOf(rows, archived = {}) {
  const found = {};
  for (const [id, row] of Object.entries(rows)) {
    const column = COLUMN_OF_STATUS[row.status] || "closed";
    const isWaiting = column === "ready" || column === "proposed";
    const waits = isWaiting ? (row.depends_on || []).filter((name) => (rows[name]?.status ?? archived[name]) !== "completed") : [];
    found[id] = { column: column === "ready" && waits.length ? "blocked" : column, waits };
  }
  return found;
}

/** How many rows each column has. */
export function countColumns(columns) {
  const counts = {};
  for (const { column } of Object.values(columns)) counts[column] = (counts[column] || 0) + 1;
  return counts;
}

/** What differs: [{id, kind: "added"|"removed"|"changed", fields: [{name, before, after}]}], in the order of ids. */
export function diffStates(before, after) {
  const found = [];
  for (const id of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, now] = [before[id], after[id]];
    if (!old || !now) {
      found.push({ id, kind: old ? "removed" : "added", fields: [] });
      continue;
    }
    const fields = SMALL_FIELDS.filter((name) => !same(old[name] ?? EMPTY[name], now[name] ?? EMPTY[name]));
    if (fields.length) found.push({ id, kind: "changed", fields: fields.map((name) => ({ name, before: old[name], after: now[name] })) });
  }
  return found;
}

function same(left, right) {
  return Array.isArray(left) && Array.isArray(right) ? left.length === right.length && left.every((item, index) => item === right[index]) : left === right;
}

/** The moment that a reader's words mean: a target's name, the start of a commit, or a date; null for none. */
export function findMoment(words, targets) {
  const text = words.trim().toLowerCase();
  if (!text) return null;
  const named = targets.find((target) => target.name.toLowerCase() === text) || (text.length >= 4 && targets.find((target) => target.commit?.startsWith(text)));
  if (named) return named.t;
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return date ? Date.UTC(+date[1], +date[2] - 1, +date[3] + 1) / 1000 - 1 : null;
}
