import assert from "node:assert/strict";
import { test } from "node:test";
import { byDay, changedTasks, foldActs, readSubject } from "../../../openclaw_hooks/mission_control/assets/js/activity.js";

test("the words of a commit are taken apart, and others are left as they are", () => {
  assert.deepEqual(readSubject("task T-abc123 queued -> claimed (ada): took it"), { id: "T-abc123", kind: "task", from: "queued", status: "claimed", words: "took it" });
  assert.equal(readSubject("plan P-abc123 executing -> aborted (ada): task T-zzzzzz is lost").words, "task T-zzzzzz is lost");
  assert.deepEqual(readSubject("task T-abc123 created (ada)"), { id: "T-abc123", kind: "task", from: "", status: "", words: "created (ada)" });
  assert.deepEqual(readSubject("<img onerror=1>"), { id: "", kind: "", from: "", status: "", words: "<img onerror=1>" });
});

test("steps of one task by one person are one line, in the order in which they were made", () => {
  const act = (t, who, what) => ({ t, who, what });
  const lines = foldActs([act(300, "ada", "task T-abc123 claimed -> running (ada)"), act(200, "ada", "task T-abc123 queued -> claimed (ada)"), act(100, "bob", "task T-abc123 created (bob)"), act(50, "bob", "task T-bbbbbb created (bob)")]);
  assert.deepEqual(lines.map((line) => line.steps), [["claimed", "running"], [], []]);
});

test("acts are grouped by the reader's day", () => {
  const acts = [{ t: 86400 + 10 }, { t: 86400 - 10 }, { t: 5 }];
  assert.deepEqual(byDay(acts, 0).map((group) => [group.day, group.acts.length]), [[1, 1], [0, 2]]);
  assert.deepEqual(byDay(acts, 3600).map((group) => group.acts.length), [2, 1]);
});

test("on a first visit nothing is news", () => {
  const tasks = [{ id: "T-a", updated: 5 }, { id: "T-b", updated: 9 }, { id: "T-c" }];
  assert.deepEqual(changedTasks(tasks, 4).map((task) => task.id), ["T-b", "T-a"]);
  assert.deepEqual(changedTasks(tasks, 0), []);
});
