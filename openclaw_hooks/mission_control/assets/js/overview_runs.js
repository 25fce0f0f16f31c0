// What agents' runs of the last week came to, on the overview.

import { href, t } from "./core.js";
import { h } from "./dom.js";
import { chip } from "./glyphs.js";
import { showCost } from "./run_figures.js";
import { provenanceBadge } from "./run_signs.js";

function figure(value, text) {
  return h("li", { class: "mc-week__figure" }, h("b", { class: "mc-num" }, value), " ", h("span", { class: "mc-muted" }, text));
}

/** The panel of the week's runs; null where there never was one. */
export function runsPanel(week) {
  if (!week) return null;
  const runs = week.runs || 0;
  const badge = week.provenance === "real" ? null : provenanceBadge(week.provenance);
  const open = [week.running ? chip(t("overview.runs-open", { n: week.running }), "live") : null, week.interrupted ? chip(t("overview.runs-interrupted", { n: week.interrupted }), "warn") : null];
  const title = h("h2", { class: "mc-panel__title" }, t("overview.runs"), badge, open, h("span", { class: "mc-grow" }), h("a", { class: "mc-panel__more", href: href("runs") }, t("overview.runs-all")));
  const share = runs ? `${Math.round((100 * (week.kept || 0)) / runs)}%` : "–";
  const figures = [figure(String(runs), t("overview.runs-week", { n: runs })), figure(share, t("overview.runs-kept")), figure(week.told ? showCost(week.cost_usd || 0) : "–", t("overview.runs-cost")), figure(String(week.tried || 0), t("overview.runs-tried", { n: week.tried || 0 }))];
  return h("section", { class: "mc-panel" }, title, h("ul", { class: "mc-week" }, figures));
}
