// The burn-up of each plan: what was done of all there was to do, and where the rest would end.

import { shapeBurnup } from "./burnup.js";
import { t } from "./core.js";
import { h, svg } from "./dom.js";
import { chip, stampText } from "./glyphs.js";
import { planHref } from "./plan_table.js";

const BOX = { width: 300, height: 110 };
const LEFT = 22;

function day(time) {
  return stampText(time).slice(5, 10);
}

function chart(group, now) {
  const shape = shapeBurnup(group.burnup, now, group.ends || 0, BOX);
  const label = t("roadmap.burnup-label", { title: group.title, done: shape.figures.done, total: shape.figures.total, first: stampText(shape.first), last: stampText(Math.min(shape.right, now)) });
  const grid = shape.grid.flatMap((line) => [svg("line", { class: "mc-burn__grid", x1: 0, x2: BOX.width, y1: line.y, y2: line.y }), svg("text", { class: "mc-burn__value", x: -6, y: line.y + 3.5, "text-anchor": "end" }, String(line.value))]);
  const lines = [
    svg("path", { class: "mc-burn__area", d: shape.area }),
    svg("path", { class: "mc-burn__total", d: shape.total }),
    svg("path", { class: "mc-burn__done", d: shape.done }),
    shape.ahead ? svg("path", { class: "mc-burn__ahead", d: shape.ahead }) : null,
    shape.now === null ? null : svg("line", { class: "mc-burn__now", x1: shape.now, x2: shape.now, y1: 0, y2: BOX.height }),
  ];
  const days = [svg("text", { class: "mc-burn__value", x: 0, y: BOX.height + 15 }, day(shape.first)), svg("text", { class: "mc-burn__value", x: BOX.width, y: BOX.height + 15, "text-anchor": "end" }, day(shape.right))];
  return svg("svg", { class: "mc-burn", viewBox: `${-LEFT} -6 ${BOX.width + LEFT + 4} ${BOX.height + 26}`, role: "img", "aria-label": label }, ...grid, ...lines, ...days);
}

/** A card with the burn-up of a plan; null for one that has no figures. */
export function burnupCard(group, now) {
  if (!group.burnup?.length) return null;
  const last = group.burnup[group.burnup.length - 1];
  const added = last[1] - group.burnup[0][1];
  const notes = [added > 0 ? t("roadmap.burnup-added", { n: added }) : "", group.projected && group.ends > now ? t("roadmap.burnup-projected", { when: stampText(group.ends) }) : ""].filter(Boolean);
  const title = h("a", { class: "mc-burn__title", href: planHref(group.plan), title: group.title }, h("span", { class: "mc-id" }, group.plan), h("span", { class: "mc-burn__name" }, group.title));
  const status = group.status === "executing" ? null : chip(t(`plans.status-${group.status}`), group.status === "completed" ? "good" : group.status === "draft" ? "needs" : "plain");
  return h("li", { class: "mc-panel mc-burn-card" }, h("div", { class: "mc-burn__head" }, title, status, h("span", { class: "mc-num mc-count" }, `${last[2]}/${last[1]}`)), chart(group, now), h("p", { class: "mc-muted mc-burn__note" }, notes.join(" · ") || "\u00a0"));
}

/** What the lines of a burn-up mean. */
export function burnupLegend() {
  const lines = ["total", "done", "ahead"].map((kind) => h("li", null, h("span", { class: `mc-legend-line mc-legend-line--burn-${kind}`, "aria-hidden": "true" }), t(`roadmap.burnup-${kind}`)));
  return h("ul", { class: "mc-legend" }, ...lines);
}
