// The board of another day, and what changed between two moments; pure, on top of timeline.js.

import { columnsOf, diffStates } from "./timeline.js";

const DAY_S = 86400;

/** The end of the local day "2026-11-20" in seconds; null when it isn't a date. */
export function endOfDay(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || "");
  if (!parts) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + 1).getTime() / 1000 - 1;
}

/** The day of a moment as "2026-11-20", in the reader's time zone. */
export function dayOf(moment) {
  const at = new Date(moment * 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The moment of a choice in the address: "now", a date, a tag's name or a commit's beginning; null when unknown. */
export function momentOf(words, targets, now) {
  const text = String(words || "").trim();
  if (!text) return null;
  if (text === "now") return now;
  const date = endOfDay(text);
  if (date !== null) return date;
  const named = targets.find((target) => target.name === text);
  if (named) return named.t;
  const begun = text.length >= 4 ? targets.find((target) => target.commit && (target.commit.startsWith(text) || text.startsWith(target.commit))) : null;
  return begun ? begun.t : null;
}

/** Handy days to compare with, seen from `now`: [{name, day}]. "friday" is the last one that is over. */
export function handyDays(now) {
  const today = new Date(now * 1000);
  const sinceFriday = (today.getDay() + 2) % 7 || 7;
  return [
    { name: "yesterday", day: dayOf(now - DAY_S) },
    { name: "friday", day: dayOf(now - sinceFriday * DAY_S) },
    { name: "week", day: dayOf(now - 7 * DAY_S) },
    { name: "month", day: dayOf(now - 28 * DAY_S) },
  ];
}

/** Small rows {id: fields} as the board draws them; what only the present knows is left out. */
export function pastTasks(rows, archived) {
  const columns = columnsOf(rows, archived);
  return Object.entries(rows).map(([id, row]) => ({ ...row, id, column: columns[id].column, waits: columns[id].waits, since: row.since || row.created }));
}

/** What happened between two states: {id: {kind: "added"|"moved"|"closed"|"edited", from, to}} and the removed ids. */
export function compareStates(before, after, archived) {
  const [old, fresh] = [columnsOf(before, archived), columnsOf(after, archived)];
  const changes = {};
  const removed = [];
  const seen = new Set();
  for (const entry of diffStates(before, after)) {
    seen.add(entry.id);
    if (entry.kind === "removed") removed.push(entry.id);
    else if (entry.kind === "added") changes[entry.id] = { kind: "added", to: fresh[entry.id].column };
    else changes[entry.id] = { kind: "edited", fields: entry.fields.map((field) => field.name) };
  }
  for (const id of Object.keys(after)) {
    if (!old[id] || old[id].column === fresh[id].column) continue;
    const isOver = fresh[id].column === "done" || fresh[id].column === "closed";
    changes[id] = { kind: isOver ? "closed" : "moved", from: old[id].column, to: fresh[id].column };
  }
  return { changes, removed };
}

/** {added, moved, closed, edited, removed} as figures. */
export function countChanges({ changes, removed }) {
  const counts = { added: 0, moved: 0, closed: 0, edited: 0, removed: removed.length };
  for (const change of Object.values(changes)) counts[change.kind] += 1;
  return counts;
}
