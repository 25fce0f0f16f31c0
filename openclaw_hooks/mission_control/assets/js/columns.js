// How a board is laid out: columns, lanes, order of the cards, what is folded away.

import { priorityLevel } from "./signs.js";

/** The columns from left to right. */
export const COLUMNS = ["proposed", "ready", "blocked", "progress", "review", "done", "closed"];
/** What the board can be grouped by. */
export const GROUPS = ["plan", "owner", "role", "label", "priority"];
/** How many cards a column shows before it asks. */
export const CARD_LIMIT = 40;
// The same for a cell of a lane; of what is over, the last few tell enough there.
const LANE_LIMIT = 12;
const LANE_LIMIT_OVER = 2;

const OVER = new Set(["done", "closed"]);
const LEVELS = ["urgent", "high", "medium", "none", "low"];

/** Urgent first; then, of what is over, the latest first, and of what isn't, what waits longest. */
export function compareTasks(left, right) {
  if (OVER.has(left.column)) return (right.since || 0) - (left.since || 0) || (left.id < right.id ? -1 : 1);
  const urgency = (right.priority || 0) - (left.priority || 0);
  return urgency || (left.since || 0) - (right.since || 0) || (left.id < right.id ? -1 : 1);
}

/** {column: [task]} with every column, sorted. */
export function splitColumns(tasks) {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, []]));
  for (const task of tasks) (columns[task.column] || columns.closed).push(task);
  for (const name of COLUMNS) columns[name].sort(compareTasks);
  return columns;
}

function laneKeys(task, group) {
  if (group === "label") return task.labels?.length ? task.labels : [""];
  if (group === "priority") return [priorityLevel(task.priority)];
  return [task[group] || ""];
}

function compareLanes(group) {
  if (group === "priority") return (left, right) => LEVELS.indexOf(left.key) - LEVELS.indexOf(right.key);
  // Lanes in which nothing is left to do come last, and before them what has no plan, owner or label.
  return (left, right) => left.isOver - right.isOver || (left.key === "") - (right.key === "") || (left.key < right.key ? -1 : 1);
}

/** [{key, tasks, columns, isOver}] of a grouping; without one, a single lane with key null. A task with two labels is in both. */
export function splitLanes(tasks, group) {
  if (!GROUPS.includes(group)) return [{ key: null, tasks, columns: splitColumns(tasks), isOver: false }];
  const lanes = new Map();
  for (const task of tasks) {
    for (const key of laneKeys(task, group)) lanes.set(key, [...(lanes.get(key) || []), task]);
  }
  return [...lanes].map(([key, members]) => ({ key, tasks: members, columns: splitColumns(members), isOver: members.every((task) => OVER.has(task.column)) })).sort(compareLanes(group));
}

/** Whether a column is folded: as the reader chose, else when it is empty; what is closed is history and starts folded. */
export function isFolded(column, count, chosen) {
  if (column in chosen) return chosen[column];
  return count === 0 || column === "closed";
}

/** How many cards a cell shows at first: of the only lane, or of one among several. */
export function cardLimit(column, isLane) {
  if (!isLane) return CARD_LIMIT;
  return OVER.has(column) ? LANE_LIMIT_OVER : LANE_LIMIT;
}

/** The WIP mark of a column: {limit, over}, or null without a limit. */
export function wipMark(column, count, limits) {
  const limit = limits?.[column];
  return limit ? { limit, over: count > limit } : null;
}
