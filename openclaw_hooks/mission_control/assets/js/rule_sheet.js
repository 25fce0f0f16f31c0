// What the sheet of a rule shows.

import { h, html } from "./dom.js";
import { t } from "./core.js";
import { commandButton } from "./clipboard.js";
import { age, chip } from "./glyphs.js";
import { codes, facts, fileList, section } from "./side_sheet.js";
import { tierOf } from "./policy_filters.js";

const STATE_CHIPS = { active: "good", disabled: "warn", idle: "plain" };
const DECISION_CHIPS = { deny: "bad", ask: "warn", allow: "plain" };

export function stateChip(rule) {
  return chip(t(`rules.state-${rule.state}`), STATE_CHIPS[rule.state]);
}

function checkItem(check) {
  const severity = h("span", { class: `mc-sev mc-sev--${check.severity || "error"}` }, t(`rules.${check.severity || "error"}`));
  return h(
    "li",
    { class: ["mc-check", check.off && "mc-check--off"] },
    h("div", { class: "mc-check__head" }, h("code", { class: "mc-check__id" }, check.id), h("span", { class: "mc-muted" }, t(`rules.check-${check.type}`)), severity, check.off ? chip(t("rules.check-off"), "warn") : null),
    h("p", { class: "mc-check__message" }, check.message),
    check.hint ? h("p", { class: "mc-muted" }, check.hint) : null,
    check.finds && check.type !== "forbid-path" ? h("code", { class: "mc-code mc-pattern" }, check.finds) : null,
    check.globs?.length ? h("p", { class: "mc-check__globs" }, h("span", { class: "mc-muted" }, t("rules.check-in")), codes(check.globs)) : null,
    check.except_?.length ? h("p", { class: "mc-check__globs" }, h("span", { class: "mc-muted" }, t("rules.check-except")), codes(check.except_)) : null,
  );
}

function violationRow(one) {
  return h(
    "li",
    { class: "mc-violation" },
    age(one.t),
    chip(t(`rules.decision-${one.decision}`), DECISION_CHIPS[one.decision]),
    h("span", { class: "mc-violation__what" }, [one.host, one.event, one.tool].filter(Boolean).join(" · ")),
    one.what ? h("code", { class: "mc-code" }, one.what) : null,
    one.where ? h("code", { class: "mc-violation__where" }, one.where) : null,
  );
}

function violations(rule) {
  const shown = rule.violations || [];
  if (!shown.length) return h("p", { class: "mc-muted" }, t("rules.no-violations"));
  const more = rule.violation_count > shown.length ? h("p", { class: "mc-muted" }, t("rules.violations-of", { shown: shown.length, n: rule.violation_count })) : null;
  return [h("ul", { class: "mc-violations" }, shown.map(violationRow)), more];
}

function harnessFacts(harness) {
  if (!harness) return [];
  return [
    [t("rules.harness-type"), harness.type],
    [t("rules.harness-where"), (harness.scope || []).join(", ")],
    [t("rules.harness-words"), harness.activate_on?.length ? codes(harness.activate_on) : t("rules.harness-always")],
    [t("rules.enforced-by"), harness.enforced_by ? codes([harness.enforced_by]) : ""],
    [t("rules.patterns"), codes(harness.patterns)],
    [t("rules.services"), codes(harness.services)],
  ];
}

/** {head, title, body} of a rule, for side_sheet.js. */
export function drawRule(rule, files) {
  const body = [
    facts([
      [t("rules.state"), [stateChip(rule), h("span", { class: "mc-muted" }, `${t(`rules.tier-${tierOf(rule)}`)} · ${t("rules.priority")} ${rule.priority} · ${rule.version}`)]],
      [t("rules.paths"), codes(rule.paths)],
      [t("rules.matched"), [t("rules.files-now", { n: rule.matched || 0 }), h("span", { class: "mc-muted" }, t("rules.of-files", { n: files }))]],
      [t("rules.detect"), codes(rule.detect)],
      ...harnessFacts(rule.harness),
      [t("rules.prompt-share"), rule.chars ? `${t("rules.chars", { n: rule.chars })}, ${t(`rules.told-${rule.told || "untold"}`)}` : ""],
      [t("rules.tags"), (rule.tags || []).join(", ")],
      [t("rules.source"), [h("code", { class: "mc-code" }, rule.file), h("span", { class: "mc-muted" }, t(`rules.origin-${rule.origin}`))]],
    ]),
    h("div", { class: "mc-sheet__commands" }, commandButton(`openclaw rules show ${rule.id}`, t("rules.command-show"))),
    section(t("rules.violations"), violations(rule)),
    section(t("rules.checks-title"), rule.checks?.length ? h("ul", { class: "mc-checks" }, rule.checks.map(checkItem)) : h("p", { class: "mc-muted" }, t("rules.no-checks"))),
    section(t("rules.matched-files"), fileList(rule.files, rule.matched, (n) => t("rules.more-files", { n }))),
    section(t("rules.body"), html(h("div", { class: "mc-prose" }), rule.html)),
  ];
  return { head: h("span", { class: "mc-id" }, rule.id), title: rule.title, body };
}
