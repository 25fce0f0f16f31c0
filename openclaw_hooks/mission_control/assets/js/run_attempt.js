// One attempt of a run: a line to scan, and below it all that is known of it.

import { commandButton } from "./clipboard.js";
import { href, t } from "./core.js";
import { h } from "./dom.js";
import { showCost, showNumber, showSeconds } from "./run_figures.js";
import { causeChip, verdictSign, word } from "./run_signs.js";

const TASK = /^T-[0-9a-z]{6}$/;
const RUN = /^R-[0-9a-z]+$/;
const COMMIT = /^[0-9a-f]{7,64}$/;
const SHORT = 10;

/** The beginning of a commit's id; what is none is shown as it is. */
export function commitCode(commit) {
  return commit ? h("code", { class: "mc-code", title: commit }, COMMIT.test(commit) ? commit.slice(0, SHORT) : commit) : null;
}

function row(name, ...values) {
  const shown = values.flat().filter((value) => value !== null && value !== undefined && value !== false && value !== "");
  return shown.length ? [h("dt", null, name), h("dd", null, shown)] : null;
}

function numberText({ figure }, measure) {
  if (!Number.isFinite(figure?.value)) return "";
  return `${showNumber(figure.value)}${figure.noise ? ` ± ${showNumber(figure.noise)}` : ""}${measure?.unit ? ` ${measure.unit}` : ""}`;
}

function metricText(trial, measure) {
  const { figure } = trial;
  if (!figure || Number.isFinite(figure.value)) return numberText(trial, measure);
  const passed = figure.passed ?? null;
  return t(`runs.metric-${passed === null ? "unknown" : passed ? "passed" : "failed"}`);
}

function diffStat(stat) {
  if (!stat?.files) return h("span", { class: "mc-muted" }, t("runs.no-diff"));
  return h("span", { class: "mc-diff", title: t("runs.diff", { n: stat.files, added: stat.added || 0, removed: stat.removed || 0 }) }, h("span", null, t("runs.files", { n: stat.files })), " ", h("span", { class: "mc-diff__added" }, `+${stat.added || 0}`), " ", h("span", { class: "mc-diff__removed" }, `−${stat.removed || 0}`));
}

function finding(found) {
  const place = found.path ? h("code", { class: "mc-code" }, found.line ? `${found.path}:${found.line}` : found.path) : null;
  const rule = found.rule ? h("a", { class: "mc-link", href: href("rules", { rule: found.rule }) }, t("runs.rule", { rule: found.rule })) : null;
  const isError = found.severity === "error";
  return h("li", { class: "mc-found" }, h("span", { class: ["mc-found__sign", !isError && "mc-found__sign--warning"] }, t(isError ? "runs.error" : "runs.warning")), h("span", { class: "mc-found__check" }, found.check), place, h("span", { class: "mc-found__message" }, found.message), rule, found.hint ? h("span", { class: "mc-muted" }, found.hint) : null);
}

function findings(trial) {
  const shown = trial.findings || [];
  const rest = (trial.found || 0) - shown.length;
  if (!shown.length && rest <= 0) return null;
  return h("div", { class: "mc-attempt__part" }, h("h4", { class: "mc-attempt__head" }, t("runs.findings"), h("span", { class: "mc-count" }, Math.max(trial.found || 0, shown.length))), h("ul", { class: "mc-founds" }, shown.map(finding), rest > 0 ? h("li", { class: "mc-muted" }, t("runs.more-findings", { n: rest })) : null));
}

function changed(stat) {
  const paths = stat?.paths || [];
  const rest = (stat?.files || 0) - paths.length;
  return [diffStat(stat), paths.map((path) => h("code", { class: "mc-code" }, path)), rest > 0 && paths.length ? h("span", { class: "mc-muted" }, t("runs.more-files", { n: rest })) : null];
}

function facts(trial, run) {
  const ended = [trial.killed ? t("runs.killed", { why: trial.killed }) : Number.isFinite(trial.code) ? t("runs.exit", { code: trial.code }) : null, Number.isFinite(trial.turns) ? t("runs.turns", { n: trial.turns }) : null, Number.isFinite(trial.tokens_out) ? t("runs.tokens-in-out", { in: (trial.tokens_in || 0).toLocaleString("en"), out: trial.tokens_out.toLocaleString("en") }) : null, trial.denied ? t("runs.denied", { n: trial.denied }) : null, trial.interrupted ? t("runs.interrupted", { n: trial.interrupted }) : null];
  const measured = trial.figure ? [metricText(trial, run.measure), trial.figure.seconds ? t("runs.measured-in", { time: showSeconds(trial.figure.seconds) }) : null, trial.figure.why] : [];
  const apart = (texts) => texts.filter(Boolean).join(" · ");
  return h(
    "dl",
    { class: "mc-facts" },
    row(t("runs.why"), trial.why),
    row(t("runs.changed"), trial.snapshot ? changed(trial.stat) : null),
    row(t("runs.tampered"), (trial.tampered || []).map((what) => h("span", { class: "mc-attempt__tampered" }, what))),
    row(t("runs.metric"), apart(measured)),
    row(t("runs.agent-end"), apart(ended)),
    row(t("runs.snapshot"), commitCode(trial.snapshot), trial.snapshot && TASK.test(run.task) ? [h("code", { class: "mc-code" }, refOf(run, trial)), h("span", { class: "mc-muted" }, t("runs.on-node", { node: run.node }))] : null),
    row(t("runs.kept-as"), commitCode(trial.kept)),
    row(t("runs.prompt"), commitCode(trial.prompt_sha256)),
  );
}

function refOf(run, trial) {
  return `refs/openclaw/attempts/${run.task}/${trial.n}`;
}

/** The commands that show an attempt; none where an id is not what it should be, for they are copied into a shell. */
function commands(trial, run) {
  if (!TASK.test(run.task) || !Number.isInteger(trial.n)) return null;
  const ref = refOf(run, trial);
  const lines = [];
  if (trial.snapshot) {
    const from = COMMIT.test(trial.base || "") ? trial.base.slice(0, SHORT) : `${ref}~`;
    lines.push(commandButton(`git diff --stat ${from} ${ref}`, t("runs.look-stat")), commandButton(`git diff ${from} ${ref}`, t("runs.look-diff")));
  }
  if (trial.prompt_sha256) lines.push(commandButton(`openclaw prompt --task ${run.task} --attempt ${trial.n}`, t("runs.look-prompt")));
  if (trial.figure && RUN.test(run.id)) lines.push(commandButton(`openclaw agent replay ${run.id} --attempt ${trial.n}`, t("runs.look-kept")));
  return lines.length ? h("div", { class: "mc-attempt__part" }, h("h4", { class: "mc-attempt__head" }, t("runs.look")), h("div", { class: "mc-attempt__commands" }, lines)) : null;
}

function summary(trial, run) {
  const verdict = word("verdict", trial.verdict || "open");
  return h(
    "summary",
    { class: "mc-attempt__line" },
    h("span", { class: "mc-attempt__arrow", "aria-hidden": "true" }, "▸"),
    verdictSign(trial.verdict, verdict),
    h("span", { class: "mc-attempt__n mc-num" }, `#${trial.n}`),
    h("span", { class: "mc-attempt__cause" }, causeChip(trial.cause, trial.verdict)),
    h("span", { class: "mc-attempt__why" }, trial.why || (trial.verdict ? "" : t("run.verdict-open"))),
    h("span", { class: "mc-attempt__metric mc-num" }, numberText(trial, run.measure)),
    h("span", { class: "mc-attempt__diff mc-num" }, trial.snapshot ? diffStat(trial.stat) : null),
    h("span", { class: "mc-attempt__time mc-num" }, trial.seconds ? showSeconds(trial.seconds) : ""),
    h("span", { class: "mc-attempt__cost mc-num" }, showCost(trial.cost_usd)),
  );
}

/** An attempt of `run` (its row and its view together); `isOpen` unfolds it, `onToggle(n, open)` hears of the reader doing so. */
export function attemptItem(trial, run, isOpen, onToggle) {
  const details = h("details", { class: ["mc-attempt", trial.verdict === "keep" && "mc-attempt--kept"], open: isOpen, dataset: { n: String(trial.n) } }, summary(trial, run), h("div", { class: "mc-attempt__body" }, facts(trial, run), findings(trial), commands(trial, run)));
  details.addEventListener("toggle", () => onToggle(trial.n, details.open));
  return h("li", null, details);
}
