import assert from "node:assert/strict";
import { test } from "node:test";
import { byDay, filterEvents, namesOf, sinceOf } from "../../../openclaw_hooks/mission_control/assets/js/event_filter.js";
import { filterNotes, levelsOf, weeksUntil, wordsPerDay } from "../../../openclaw_hooks/mission_control/assets/js/memory_days.js";

const notes = [
  { path: "memory/2026-11-20.md", kind: "day", day: "2026-11-20", title: "2026-11-20", words: 90, excerpt: "Mended the clock" },
  { path: "memory/2026-11-20-b.md", kind: "day", day: "2026-11-20", title: "later", words: 10 },
  { path: "memory/recaps/2026-W47.md", kind: "recap", day: "2026-11-16", title: "Week", words: 500 },
];
const NOW = Date.UTC(2026, 10, 22, 12) / 1000; // a Sunday

test("the words of all logs of a day count, those of recaps do not", () => {
  assert.deepEqual([...wordsPerDay(notes)], [["2026-11-20", 100]]);
});

test("the calendar has whole weeks from Monday on and ends with today", () => {
  const weeks = weeksUntil(NOW, wordsPerDay(notes), 4);
  assert.equal(weeks.length, 4);
  const last = weeks[3].days;
  assert.deepEqual([last[0].day, last[6].day, last[6].isAfter], ["2026-11-16", "2026-11-22", false]);
  assert.equal(last[4].level, 1);
  assert.equal(weeksUntil(NOW - 86400, new Map(), 1)[0].days[6].isAfter, true);
});

test("the calendar reaches back to the first log, but a year at most", () => {
  assert.equal(weeksUntil(NOW, new Map([["2020-01-01", 5]])).length, 53);
});

test("levels part the days into quarters", () => {
  const level = levelsOf([1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([level(1), level(4), level(6), level(8)], [1, 2, 3, 4]);
});

test("notes are filtered by kind and by every word", () => {
  assert.equal(filterNotes(notes, "recap", "").length, 1);
  assert.equal(filterNotes(notes, "", "clock MENDED").length, 1);
  assert.equal(filterNotes(notes, "recap", "clock").length, 0);
});

const events = [
  { t: NOW, kind: "task", who: "ada", task: "T-a", title: "Mend it", old: "queued", new: "claimed" },
  { t: NOW - 90000, kind: "blocked", who: "codex", what: "Bash: scope", level: "deny" },
  { t: NOW - 90001, kind: "mesh", who: "sidecar", node: "worker-1", what: "joined" },
];

test("events are filtered by kind, by person or node, by task, time and words", () => {
  const count = (filter) => filterEvents(events, filter).length;
  assert.equal(count({}), 3);
  assert.equal(count({ kind: "mesh" }), 1);
  assert.equal(count({ who: "worker-1" }), 1);
  assert.equal(count({ task: "T-a" }), 1);
  assert.equal(count({ since: sinceOf("1d", NOW) }), 1);
  assert.equal(count({ since: sinceOf("", NOW) }), 3);
  assert.equal(count({ q: "mend CLAIMED" }), 1);
  assert.equal(count({ q: "mend scope" }), 0);
});

test("events fall into days, and names are counted", () => {
  assert.deepEqual(byDay(events).map((day) => day.events.length), [1, 2]);
  assert.deepEqual(namesOf(events)[0], ["ada", 1]);
});
