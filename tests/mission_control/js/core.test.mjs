// The core's decisions: addresses, texts, signs, visits, days.

import assert from "node:assert/strict";
import { test } from "node:test";

import { safeUrl } from "../../../openclaw_hooks/mission_control/assets/js/dom.js";
import { agoText } from "../../../openclaw_hooks/mission_control/assets/js/glyphs.js";
import { ageText, columnOf, hue, initials, priorityLevel } from "../../../openclaw_hooks/mission_control/assets/js/signs.js";
import { translate } from "../../../openclaw_hooks/mission_control/assets/js/texts.js";
import { compareStates, countChanges, dayOf, endOfDay, handyDays, momentOf, pastTasks } from "../../../openclaw_hooks/mission_control/assets/js/time_travel.js";
import { formatQuery, parseQuery } from "../../../openclaw_hooks/mission_control/assets/js/url_state.js";
import { changedSince, nextVisit, recordVisit } from "../../../openclaw_hooks/mission_control/assets/js/visits.js";

test("an address runs nothing and leads to no other scheme", () => {
  const hostile = ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\u0001javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "//evil.example/x", "\\\\evil.example", "/\\evil.example", "\u00a0javascript:alert(1)"];
  for (const url of hostile) assert.equal(safeUrl(url), "", url);
  for (const url of ["https://example.org/a?b#c", "mailto:a@example.org", "../board/?task=T-1", "#part", "a/b:c", "?q=a:b"]) assert.equal(safeUrl(url), url);
});

test("texts fill their holes once, choose a plural and show a missing key", () => {
  globalThis.MC_TEXTS = { a: { b: "{x} of {y}", n: { one: "{n} task", other: "{n} tasks" } } };
  assert.equal(translate("a.b", { x: "{y}", y: "$&" }), "{y} of $&");
  assert.equal(translate("a.n", { n: 1 }), "1 task");
  assert.equal(translate("a.n", { n: 0 }), "0 tasks");
  assert.equal(translate("a.missing"), "a.missing");
});

test("signs: columns, levels, letters, colours, ages", () => {
  assert.equal(columnOf("pending_review"), "review");
  assert.equal(columnOf("blocked"), "blocked");
  assert.equal(columnOf("flying"), "proposed");
  assert.deepEqual([-1, 0, 1, 4, 5, 9, 10, "x"].map(priorityLevel), ["low", "none", "medium", "medium", "high", "high", "urgent", "none"]);
  assert.deepEqual(["ada lovelace", "grace", "node-berlin", "ß", "🦀 crab", ""].map(initials), ["AL", "GR", "NB", "SS", "CR", "?"]);
  assert.equal(hue("ada"), hue("ada"));
  assert.ok(hue("x".repeat(10000)) < 360);
  assert.deepEqual([5, 90, 7200, 86400 * 9, 86400 * 15, 86400 * 70, 86400 * 800, NaN].map(ageText), ["now", "1m", "2h", "9d", "2w", "2mo", "2y", "now"]);
});

test("what happened within a minute happened just now", () => {
  globalThis.MC_TEXTS = { core: { ago: "{age} ago", "just-now": "just now" } };
  const now = Date.now() / 1000;
  assert.deepEqual([now, now - 59, now - 61, now - 7300].map(agoText), ["just now", "just now", "1m ago", "2h ago"]);
});

test("the address keeps what is set and drops what is empty", () => {
  assert.equal(formatQuery({ q: "a b", task: "", owner: "x,y" }), "?owner=x,y&q=a+b");
  assert.deepEqual(parseQuery(formatQuery({ q: "a&b=c#d" })), { q: "a&b=c#d" });
  assert.equal(formatQuery({}), "");
});

test("a visit marks what changed since the last one, and a reload is the same visit", () => {
  const first = nextVisit(null, 1000);
  assert.equal(first.since, 0);
  const reload = nextVisit(first, 1100);
  assert.equal(reload.since, 0);
  const later = nextVisit(reload, 90000);
  assert.equal(later.since, 1100);
  assert.equal(nextVisit(later, 90060).since, 1100);
  assert.deepEqual([...changedSince([{ id: "a", updated: 5 }, { id: "b", updated: 15 }, { id: "c" }], 10)], ["b"]);
  assert.equal(changedSince([{ id: "a", updated: 5 }], 0).size, 0);
});

test("a browser without storage marks nothing and breaks nothing", () => {
  globalThis.localStorage = { getItem() { throw new Error("denied"); }, setItem() { throw new Error("denied"); } };
  assert.equal(recordVisit("/", 1000), 0);
  delete globalThis.localStorage;
});

test("moments: now, dates, tags and commits; nothing else", () => {
  const targets = [{ kind: "tag", name: "v1", t: 50, commit: "abcdef123456" }];
  assert.equal(momentOf("now", targets, 99), 99);
  assert.equal(momentOf("v1", targets, 99), 50);
  assert.equal(momentOf("abcd", targets, 99), 50);
  assert.equal(momentOf("abc", targets, 99), null);
  assert.equal(momentOf("", targets, 99), null);
  assert.equal(momentOf("2026-13", targets, 99), null);
  assert.equal(dayOf(momentOf("2026-11-20", targets, 99)), "2026-11-20");
  assert.equal(endOfDay("2026-11-20") - endOfDay("2026-11-19"), 86400);
});

test("last Friday is over, also when asked on a Friday", () => {
  const friday = new Date(2026, 10, 20, 12).getTime() / 1000;
  const days = (at) => Object.fromEntries(handyDays(at).map(({ name, day }) => [name, day]));
  assert.equal(days(friday).friday, "2026-11-13");
  assert.equal(days(friday + 86400).friday, "2026-11-20");
  assert.equal(days(friday + 2 * 86400).friday, "2026-11-20");
});

test("two states are compared by column, then by fields", () => {
  const row = (status, more = {}) => ({ title: "x", status, owner: "", priority: 0, labels: [], depends_on: [], plan: "", subtask: "", role: "", created: 1, ...more });
  const before = { a: row("queued"), b: row("running"), c: row("queued", { depends_on: ["b"] }), d: row("queued"), e: row("queued") };
  const after = { a: row("claimed"), b: row("completed"), c: row("queued", { depends_on: ["b"] }), e: row("queued", { owner: "ada" }), f: row("proposed") };
  const found = compareStates(before, after, {});
  assert.deepEqual(found.changes, {
    a: { kind: "moved", from: "ready", to: "progress" },
    b: { kind: "closed", from: "progress", to: "done" },
    c: { kind: "moved", from: "blocked", to: "ready" },
    e: { kind: "edited", fields: ["owner"] },
    f: { kind: "added", to: "proposed" },
  });
  assert.deepEqual(found.removed, ["d"]);
  assert.deepEqual(countChanges(found), { added: 1, moved: 2, closed: 1, edited: 1, removed: 1 });
  assert.equal(pastTasks(after, {}).find((task) => task.id === "c").column, "ready");
});

test("a key that an address made up shows itself, whatever it is called", () => {
  globalThis.MC_TEXTS = { board: { empty: "Nothing" } };
  for (const name of ["constructor", "__proto__", "toString"]) assert.equal(translate(`board.${name}`), `board.${name}`);
});
