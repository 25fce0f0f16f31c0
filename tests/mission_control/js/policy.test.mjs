import assert from "node:assert/strict";
import { test } from "node:test";
import { countKinds, filterRoles, filterRules, groupRules, promptParts } from "../../../openclaw_hooks/mission_control/assets/js/policy_filters.js";
import { catchKey, staleReasons } from "../../../openclaw_hooks/mission_control/assets/js/staleness.js";

const rules = [
  { id: "own", title: "Our way", tier: "project", state: "active", told: "full", chars: 500, file: ".openclaw/rules/own.md", paths: ["src/**"] },
  { id: "python", title: "Python", tier: "framework", state: "idle", checks: [{ id: "bare-except", message: "catches too much" }], file: "rules/python.md" },
  { id: "security", title: "Security", tier: "universal", state: "active", told: "title", chars: 900, recent: 3, file: "rules/security.md" },
  { id: "scope", title: "Scope", tier: "universal", state: "active", harness: { enforced_by: "scope" }, told: "cut", chars: 9000, file: "rules/harness/scope.md" },
];
const ids = (found) => found.map((rule) => rule.id);

test("every word has to be there, in names, globs or checks", () => {
  assert.deepEqual(ids(filterRules(rules, { text: "SRC own" })), ["own"]);
  assert.deepEqual(ids(filterRules(rules, { text: "bare-except" })), ["python"]);
  assert.deepEqual(ids(filterRules(rules, { text: "own python" })), []);
  assert.equal(filterRules(rules, {}).length, 4);
});

test("rules are shown by what they do", () => {
  assert.deepEqual(ids(filterRules(rules, { show: "violated" })), ["security"]);
  assert.deepEqual(ids(filterRules(rules, { show: "checks" })), ["python", "scope"]);
  assert.deepEqual(countKinds(rules), { all: 4, active: 3, violated: 1, checks: 2 });
});

test("tiers come in the order of precedence, harness rules by themselves", () => {
  assert.deepEqual(groupRules(rules).map(([tier, members]) => [tier, ids(members)]), [["project", ["own"]], ["framework", ["python"]], ["universal", ["security"]], ["harness", ["scope"]]]);
});

test("only what is told takes room in the prompt", () => {
  assert.deepEqual(promptParts(rules, false, 4000).map((part) => [part.id, part.share]), [["own", 12.5]]);
  assert.deepEqual(promptParts(rules, true, 4000).map((part) => [part.id, part.share]), [["scope", 100]]);
});

test("roles are found by what they do", () => {
  const roles = [{ id: "qa", name: "QA engineer", responsibilities: ["Reproduce faults"] }, { id: "docs", name: "Writer", scope: ["docs/**"] }];
  assert.deepEqual(ids(filterRoles(roles, "faults")), ["qa"]);
  assert.deepEqual(ids(filterRoles(roles, "DOCS/")), ["docs"]);
  assert.equal(filterRoles(roles, " ").length, 2);
});

test("a result is stale when it is old, of another version, or files have changed", () => {
  assert.deepEqual(staleReasons({ at: 1000, version: "1" }, 2000), []);
  assert.deepEqual(staleReasons({ at: 0, version: "1", other_version: "2", changed: ["a", "b"] }, 8 * 86400).map((reason) => reason.key), ["other-version", "changed", "old"]);
});

test("what a layer did has a key, and a word that nobody knows counts as missed", () => {
  assert.equal(catchKey("let through"), "let-through");
  assert.equal(catchKey("caught"), "caught");
  assert.equal(catchKey("constructor"), "missed");
});

test("a kind that an address made up means all of them", () => {
  for (const show of ["__proto__", "constructor", "nothing"]) assert.equal(filterRules(rules, { show }).length, rules.length);
});
