// The small signs that mean the same on every page: status ring, priority bars, avatar, acceptance ring, chips, ages.

import { h, svg } from "./dom.js";
import { initials, hue, priorityLevel, ageText, columnOf } from "./signs.js";
import { translate } from "./texts.js";

const templates = new Map();

/** A copy of the node that `make` made for `key`: cloning is several times cheaper than building. */
function copy(key, make) {
  if (!templates.has(key)) templates.set(key, make());
  return templates.get(key).cloneNode(true);
}

function icon(kind, title, ...shapes) {
  const label = title ? { role: "img", "aria-label": title } : { "aria-hidden": "true" };
  return svg("svg", { class: kind, viewBox: "0 0 16 16", width: 16, height: 16, ...label }, ...shapes);
}

const WEDGE = { progress: "M8 3.6a4.4 4.4 0 0 1 0 8.8z", review: "M8 8V3.6a4.4 4.4 0 1 1-4.4 4.4z", ready: "M8 8V3.6a4.4 4.4 0 0 1 3.1 1.3z" };

function ringShapes(column) {
  const circle = (more) => svg("circle", { cx: 8, cy: 8, r: 6.2, fill: "none", stroke: "currentColor", "stroke-width": 1.6, ...more });
  const line = (d) => svg("path", { d, fill: "none", stroke: "var(--mc-ring-ink)", "stroke-width": 1.7, "stroke-linecap": "round", "stroke-linejoin": "round" });
  const disc = () => svg("circle", { cx: 8, cy: 8, r: 7, fill: "currentColor" });
  if (column === "proposed") return [circle({ "stroke-dasharray": "1.3 1.95", "stroke-linecap": "round" })];
  if (column === "blocked") return [circle({ "stroke-dasharray": "3.2 1.7" }), svg("path", { d: "M5.6 8h4.8", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round" })];
  if (column === "done") return [disc(), line("M4.9 8.2l2.1 2.1 4.1-4.4")];
  if (column === "closed") return [disc(), line("M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6")];
  return [circle({}), svg("path", { d: WEDGE[column] || "", fill: "currentColor" })];
}

/** The status ring, of a column or of a status; with `title` it is announced, without it is decoration. */
export function ring(status, title) {
  const column = columnOf(status);
  return copy(`ring ${column} ${title || ""}`, () => icon(`mc-ring mc-ring--${column}`, title, ...ringShapes(column)));
}

/** Priority as bars: none, low, medium, high; urgent is a filled mark. */
export function priorityBars(priority) {
  const level = priorityLevel(priority);
  const title = translate(`core.priority-${level}`);
  return copy(`priority ${level}`, () => {
    if (level === "urgent") {
      const mark = svg("path", { d: "M8 4.4v4.4M8 11.4v.2", stroke: "var(--mc-ring-ink)", "stroke-width": 1.9, "stroke-linecap": "round" });
      return icon("mc-priority mc-priority--urgent", title, svg("rect", { x: 1.5, y: 1.5, width: 13, height: 13, rx: 3.4, fill: "currentColor" }), mark);
    }
    const filled = { none: 0, low: 1, medium: 2, high: 3 }[level];
    const bars = [0, 1, 2].map((index) =>
      svg("rect", { x: 2 + index * 4.4, y: 10 - index * 3.4, width: 3, height: 3.6 + index * 3.4, rx: 1, fill: "currentColor", opacity: index < filled ? 1 : 0.25 }),
    );
    return icon(`mc-priority mc-priority--${level}`, title, ...bars);
  });
}

/** Two letters on the name's own colour; nobody is an empty dashed circle. */
export function avatar(name) {
  return copy(`avatar ${name || ""}`, () => {
    if (!name) return h("span", { class: "mc-avatar mc-avatar--none", role: "img", "aria-label": translate("core.nobody"), title: translate("core.nobody") });
    return h("span", { class: "mc-avatar", role: "img", "aria-label": name, title: name, style: { "--mc-hue": hue(name) } }, initials(name));
  });
}

/** How much is done of all, as a ring with its figures; nothing when there is nothing to tick. */
export function tick(done, total) {
  if (!total) return null;
  const title = translate("core.ticks", { done, total });
  return copy(`tick ${done}/${total}`, () => {
    const around = 2 * Math.PI * 5;
    const circle = (kind, dash) => svg("circle", { class: kind, cx: 8, cy: 8, r: 5, fill: "none", "stroke-width": 2.6, "stroke-dasharray": dash, transform: "rotate(-90 8 8)" });
    const shapes = [circle("mc-tick__all", null), done ? circle("mc-tick__done", `${(around * done) / total} ${around}`) : null];
    return h("span", { class: "mc-tick", title }, icon("mc-tick__ring", "", ...shapes), h("span", { class: "mc-num" }, `${done}/${total}`));
  });
}

/** A small labelled chip; kinds: plain, plan, needs, blocked, live, late, warn, good, new. */
export function chip(text, kind = "plain") {
  return h("span", { class: `mc-chip mc-chip--${kind}` }, text);
}

/** A label with the dot of its own colour. */
export function label(text) {
  return h("span", { class: "mc-label", title: text, style: { "--mc-hue": hue(text) } }, text);
}

/** How long ago, short ("4h"); the title has the moment. */
export function age(ts) {
  if (!ts) return h("span", { class: "mc-age" }, "");
  return h("time", { class: "mc-age", datetime: new Date(ts * 1000).toISOString(), title: stampText(ts) }, ageText(Date.now() / 1000 - ts));
}

/** How long ago it was, in words: "2h ago", "just now". */
export function agoText(ts) {
  const seconds = Date.now() / 1000 - ts;
  return seconds >= 60 ? translate("core.ago", { age: ageText(seconds) }) : translate("core.just-now");
}

/** The moment as "2026-11-22 14:05" in the reader's own time. */
export function stampText(ts) {
  const at = new Date(ts * 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The moment as an element. */
export function stamp(ts) {
  return ts ? h("time", { class: "mc-stamp", datetime: new Date(ts * 1000).toISOString() }, stampText(ts)) : h("span", null, "");
}
