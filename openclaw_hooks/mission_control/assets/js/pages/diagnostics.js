// The page of diagnostics: is the guard awake, what did each layer stop, how old is that knowledge.

import { definePage, href, now, t } from "../core.js";
import { h, replace, svg } from "../dom.js";
import { commandButton } from "../clipboard.js";
import { age, agoText, chip } from "../glyphs.js";
import { catchKey, staleReasons } from "../staleness.js";

const SIGNS = {
  ok: ["good", "M4.4 8.3l2.4 2.4 4.8-5.2"],
  warn: ["warn", "M8 4.2v4.6M8 11.4v.3"],
  fail: ["bad", "M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"],
};
const RESULT_CHIPS = { stopped: "good", through: "bad", refused: "bad", honest: "good", skipped: "plain" };
const DECISION_CHIPS = { deny: "bad", ask: "warn" };
const CELLS = { caught: "●", "let-through": "○", missed: "✕", inert: "z", broken: "!" };

let parts = null;

function sign(status) {
  const [kind, path] = SIGNS[status] || SIGNS.warn;
  const title = t(`diagnostics.status-${status}`);
  return svg("svg", { class: `mc-sign mc-sign--${kind}`, viewBox: "0 0 16 16", width: 16, height: 16, role: "img", "aria-label": title }, svg("circle", { cx: 8, cy: 8, r: 7.4, fill: "currentColor" }), svg("path", { d: path, fill: "none", stroke: "var(--mc-ring-ink)", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}

function reasonText(reason) {
  return t(`diagnostics.${reason.key}`, reason.values);
}

function freshness(run, command) {
  const reasons = staleReasons(run, now());
  return h(
    "div",
    { class: "mc-run" },
    chip(t(reasons.length ? "diagnostics.stale" : "diagnostics.fresh"), reasons.length ? "warn" : "good"),
    h("span", { class: "mc-muted" }, t("diagnostics.ran-ago", { ago: agoText(run.at) }), " · ", t("diagnostics.version", { version: run.version })),
    reasons.map((reason) => h("span", { class: "mc-run__reason" }, reasonText(reason))),
    h("span", { class: "mc-grow" }),
    reasons.length ? commandButton(command) : null,
  );
}

function unknown(title, hint, textKey, command) {
  return h("section", { class: "mc-panel" }, h("h2", { class: "mc-panel__title" }, title, h("span", { class: "mc-tier__hint" }, hint)), h("p", { class: "mc-muted mc-run__never" }, t(textKey)), commandButton(command, t("diagnostics.run-first")));
}

function probeRow(probe) {
  return h("li", { class: `mc-probe mc-probe--${probe.status}` }, sign(probe.status), h("span", { class: "mc-probe__name" }, probe.id), h("span", { class: "mc-probe__evidence" }, probe.evidence), probe.fix ? commandButton(probe.fix) : null);
}

function doctorPanel(doctor) {
  if (!doctor) return unknown(t("diagnostics.doctor"), t("diagnostics.doctor-hint"), "diagnostics.no-doctor", "openclaw doctor");
  const counts = ["fail", "warn", "ok"].filter((status) => doctor.counts[status]);
  const kinds = { fail: "bad", warn: "warn", ok: "good" };
  const troubled = doctor.probes.filter((probe) => probe.status !== "ok");
  const well = doctor.probes.filter((probe) => probe.status === "ok");
  const list = (probes) => h("ul", { class: "mc-probes" }, probes.map(probeRow));
  return h(
    "section",
    { class: "mc-panel" },
    h("h2", { class: "mc-panel__title" }, t("diagnostics.doctor"), counts.map((status) => chip(t(`diagnostics.count-${status}`, { n: doctor.counts[status] }), kinds[status])), h("span", { class: "mc-tier__hint" }, t("diagnostics.doctor-hint"))),
    freshness(doctor.age, "openclaw doctor"),
    troubled.length ? list(troubled) : null,
    troubled.length && well.length ? h("details", { class: "mc-more" }, h("summary", null, t("diagnostics.show-ok", { n: well.length })), list(well)) : list(well),
  );
}

function layerRow(layer) {
  const share = layer.tried ? (100 * (layer.stopped || 0)) / layer.tried : 0;
  const state = layer.inert ? [chip(t("diagnostics.inert"), "bad"), h("span", null, layer.inert)] : [chip(t("diagnostics.alive"), "good"), (layer.notes || []).map((note) => h("span", { class: "mc-muted" }, note))];
  return h(
    "tr",
    null,
    h("th", { scope: "row" }, layer.name),
    h("td", null, h("span", { class: "mc-stops" }, h("span", { class: "mc-stops__bar", "aria-hidden": "true" }, h("span", { style: { "--mc-share": `${share}%` } })), h("span", { class: "mc-num" }, t("diagnostics.of", { n: layer.stopped || 0, all: layer.tried || 0 })))),
    h("td", { class: "mc-figure" }, layer.p50_ms ? Math.round(layer.p50_ms) : ""),
    h("td", { class: "mc-figure" }, layer.p95_ms ? Math.round(layer.p95_ms) : ""),
    h("td", null, h("span", { class: "mc-states" }, state)),
  );
}

function head(names, figures = []) {
  return h("thead", null, h("tr", null, names.map((name) => h("th", { scope: "col", class: figures.includes(name) && "mc-figure" }, t(`diagnostics.${name}`)))));
}

function scrolled(label, table) {
  return h("div", { class: "mc-scroll", tabindex: "0", role: "region", "aria-label": label }, table);
}

function actRow(act, layers) {
  const cells = layers.map((layer) => {
    const one = (act.tries || []).find((entry) => entry.layer === layer.name);
    const key = one ? catchKey(one.catch) : "none";
    const text = t(`diagnostics.catch-${key}`);
    const title = one?.reason ? `${layer.name}: ${text}. ${one.reason}` : `${layer.name}: ${text}`;
    return h("td", { class: `mc-cell mc-cell--${key}`, title }, h("span", { "aria-hidden": "true" }, CELLS[key] || ""), h("span", { class: "mc-offscreen" }, text));
  });
  return h("tr", null, h("th", { scope: "row" }, act.title, act.why ? h("span", { class: "mc-act__why" }, act.why) : null), h("td", null, chip(t(`diagnostics.result-${act.result}`), RESULT_CHIPS[act.result])), cells);
}

function legend() {
  return h("p", { class: "mc-legend mc-muted" }, Object.entries(CELLS).map(([key, mark]) => h("span", null, h("span", { class: `mc-cell--${key}`, "aria-hidden": "true" }, mark), " ", t(`diagnostics.catch-${key}`))));
}

function drillPanel(drill) {
  if (!drill) return unknown(t("diagnostics.drill"), t("diagnostics.drill-hint"), "diagnostics.no-drill", "openclaw drill");
  const { counts, layers } = drill;
  const verdicts = [
    counts.through ? chip(t("diagnostics.drill-bad", { n: counts.through }), "bad") : chip(t("diagnostics.drill-ok", { n: counts.stopped }), "good"),
    counts.refused ? chip(t("diagnostics.drill-refused"), "bad") : null,
  ];
  const columns = [h("th", { scope: "col" }, t("diagnostics.act")), h("th", { scope: "col" }, t("diagnostics.result")), layers.map((layer) => h("th", { scope: "col", class: "mc-cell" }, layer.name))];
  return h(
    "section",
    { class: "mc-panel" },
    h("h2", { class: "mc-panel__title" }, t("diagnostics.drill"), verdicts, h("span", { class: "mc-tier__hint" }, t("diagnostics.drill-hint"))),
    freshness(drill.age, "openclaw drill"),
    scrolled(t("diagnostics.drill"), h("table", { class: "mc-table mc-layers" }, head(["layer", "stopped", "p50", "p95", "state"], ["p50", "p95"]), h("tbody", null, layers.map(layerRow)))),
    h("h3", { class: "mc-subtitle mc-run__part" }, t("diagnostics.matrix")),
    scrolled(t("diagnostics.matrix"), h("table", { class: "mc-table mc-matrix" }, h("thead", null, h("tr", null, columns)), h("tbody", null, drill.acts.map((act) => actRow(act, layers))))),
    legend(),
  );
}

function ruleName(name) {
  const [check, owner] = name.split("/");
  return check === "rules" && owner ? h("a", { class: "mc-link", href: href("rules", { rule: owner }) }, name.slice(6)) : h("code", { class: "mc-code" }, name);
}

function activityPanel(data) {
  const title = h("h2", { class: "mc-panel__title" }, t("diagnostics.activity"), h("span", { class: "mc-tier__hint" }, t("diagnostics.activity-hint")));
  if (!data.events.length) return h("section", { class: "mc-panel" }, title, h("p", { class: "mc-muted" }, t("diagnostics.no-activity")), h("div", { class: "mc-sheet__commands" }, commandButton("openclaw log")));
  const rows = data.events.map((row) =>
    h("tr", null, h("th", { scope: "row" }, row.event), h("td", { class: "mc-figure" }, row.calls), h("td", { class: "mc-figure" }, row.denied || ""), h("td", { class: "mc-figure" }, row.asked || ""), h("td", { class: "mc-figure" }, row.p50_ms ? row.p50_ms.toFixed(0) : ""), h("td", { class: "mc-figure" }, row.p95_ms ? row.p95_ms.toFixed(0) : ""), h("td", null, age(row.last))),
  );
  const figures = ["calls", "denied", "asked", "p50", "p95"];
  return h("section", { class: "mc-panel" }, title, scrolled(t("diagnostics.activity"), h("table", { class: "mc-table" }, head(["event", ...figures, "last"], figures), h("tbody", null, rows))));
}

function refusalsPanel(data) {
  if (!data.events.length) return null;
  const title = h("h2", { class: "mc-panel__title" }, t("diagnostics.refusals"), h("span", { class: "mc-count" }, data.refusals.length));
  if (!data.refusals.length) return h("section", { class: "mc-panel" }, title, h("p", { class: "mc-muted" }, t("diagnostics.no-refusals")));
  const row = (one) =>
    h("li", { class: "mc-violation" }, age(one.t), chip(t(`diagnostics.decision-${one.decision}`), DECISION_CHIPS[one.decision]), h("span", { class: "mc-violation__what" }, [one.host, one.event, one.tool].filter(Boolean).join(" · ")), (one.rules || []).map(ruleName), one.where ? h("code", { class: "mc-violation__where" }, one.where) : null);
  return h("section", { class: "mc-panel" }, title, h("ul", { class: "mc-violations" }, data.refusals.map(row)));
}

function drawAll(data) {
  const { doctor, drill } = data.diagnostics;
  replace(parts, doctorPanel(doctor), drillPanel(drill), h("div", { class: "mc-pair" }, activityPanel(data.diagnostics), refusalsPanel(data.diagnostics)));
}

definePage("diagnostics", {
  data: ["diagnostics"],
  mount(root, data) {
    parts = h("div", { class: "mc-policy__list" });
    root.append(h("div", { class: "mc-policy__head" }, h("h1", { class: "mc-title" }, t("diagnostics.title")), h("p", { class: "mc-muted" }, t("diagnostics.intro"))), parts);
    drawAll(data);
  },
  update(data) {
    drawAll(data);
  },
});
