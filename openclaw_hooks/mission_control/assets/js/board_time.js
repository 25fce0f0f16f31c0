// The time machine's bar: a slider over days, and a moment to compare with.

import { load, now, t } from "./core.js";
import { h, replace } from "./dom.js";
import { stampText } from "./glyphs.js";
import { monthsFor, smallRows, stateAt } from "./timeline.js";
import { compareStates, countChanges, dayOf, endOfDay, handyDays, momentOf, pastTasks } from "./time_travel.js";

const KINDS = ["added", "moved", "closed", "edited"];

async function commitsSince(history, moment) {
  const months = await Promise.all(monthsFor(history.months, moment).map((name) => load(`history-${name}`)));
  return months.flatMap((month) => month.commits);
}

/** What the board shows at `at` and how it differs from `vs`: {tasks, changes, removed, counts}; both in seconds or null. */
export async function travel(history, tasks, at, vs) {
  const earliest = Math.min(at ?? Infinity, vs ?? Infinity);
  const commits = earliest === Infinity ? [] : await commitsSince(history, earliest);
  const present = smallRows(tasks);
  const after = at === null ? present : stateAt(present, commits, at);
  const shown = at === null ? tasks : pastTasks(after, history.archived);
  if (vs === null) return { tasks: shown, changes: {}, removed: [], counts: null };
  const before = stateAt(present, commits, vs);
  const difference = compareStates(before, after, history.archived);
  const gone = difference.removed.map((id) => ({ id, title: before[id].title }));
  return { tasks: shown, changes: difference.changes, removed: gone, counts: countChanges(difference) };
}

const OTHER = "?";

/** A field for any date, tag or commit, in the place of the menu. */
function otherField(place, choose) {
  const input = h("input", { class: "mc-field", "aria-label": t("time.compare"), placeholder: t("time.other-hint"), on: { change: () => choose(input.value.trim()) } });
  replace(place, input);
  input.focus();
}

function compareField(history, vs, place, choose) {
  const groups = [
    ["handy", handyDays(now()).map(({ name, day }) => ({ value: day, text: t(`time.${name}`, { day }) }))],
    ["tags", history.targets.filter((each) => each.kind === "tag").map((each) => ({ value: each.name, text: `${each.name} · ${dayOf(each.t)}` }))],
    ["commits", history.targets.filter((each) => each.kind === "commit").slice(0, 30).map((each) => ({ value: each.commit.slice(0, 12), text: `${each.commit.slice(0, 7)} · ${each.title || each.name}`.slice(0, 60) }))],
  ];
  const known = groups.some(([, options]) => options.some((option) => option.value === vs));
  const option = ({ value, text }) => h("option", { value, selected: value === vs }, text);
  return h(
    "select",
    { class: "mc-field", "aria-label": t("time.compare"), on: { change: (event) => (event.target.value === OTHER ? otherField(place, choose) : choose(event.target.value)) } },
    h("option", { value: "" }, t("time.nothing")),
    known || !vs ? null : option({ value: vs, text: vs }),
    groups.map(([name, options]) => (options.length ? h("optgroup", { label: t(`time.${name}`) }, options.map(option)) : null)),
    h("option", { value: OTHER }, t("time.other")),
  );
}

function summary(counts, removed, onlyChanged, toggle) {
  if (!counts) return null;
  const chips = KINDS.filter((kind) => counts[kind]).map((kind) => h("span", { class: `mc-chip mc-change mc-change--${kind}` }, t(`time.n-${kind}`, { n: counts[kind] })));
  const gone = removed.length ? h("span", { class: "mc-chip", title: removed.map((each) => `${each.id} ${each.title}`).join("\n") }, t("time.n-removed", { n: removed.length })) : null;
  const none = chips.length || gone ? null : h("span", { class: "mc-muted" }, t("time.no-change"));
  const only = h("button", { type: "button", class: "mc-button", "aria-pressed": String(onlyChanged), on: { click: toggle } }, t("time.only-changed"));
  return [chips, gone, none, chips.length ? only : null];
}

/** The bar for `board`: reads board.at, board.vs, board.onlyChanged; calls board.setTime(changes). Gives {node, refresh(counts, removed)}. */
export function timeBar(board, history) {
  const last = history.days.length - 1;
  const setDay = (day) => board.setTime({ at: day >= last ? "" : history.days[day].day });
  const slider = h("input", { type: "range", class: "mc-time__slider", min: 0, max: Math.max(0, last), step: 1, "aria-label": t("time.slider"), on: { input: (event) => setDay(Number(event.target.value)) } });
  const date = h("input", { type: "date", class: "mc-field", "aria-label": t("time.date"), min: history.days[0]?.day, max: history.days[last]?.day, on: { change: (event) => board.setTime({ at: event.target.value === history.days[last]?.day ? "" : event.target.value }) } });
  const step = (name, by, sign) => h("button", { type: "button", class: "mc-button mc-button--icon", "aria-label": t(`time.${name}`), on: { click: () => setDay(Math.max(0, Number(slider.value) + by)) } }, sign);
  const back = h("button", { type: "button", class: "mc-button", on: { click: () => board.setTime({ at: "" }) } }, t("time.back"));
  const place = h("span", { class: "mc-time__versus" });
  const found = h("span", { class: "mc-time__found", role: "status" });
  const node = h("div", { class: "mc-time", role: "group", "aria-label": t("time.title") }, step("earlier", -1, "‹"), slider, step("later", 1, "›"), date, back, h("span", { class: "mc-time__label" }, t("time.compare")), place, found);
  const refresh = (counts, removed) => {
    const day = board.at ? dayOf(momentOf(board.at, history.targets, now()) ?? now()) : history.days[last]?.day;
    const index = history.days.findIndex((each) => each.day >= day);
    slider.value = String(index < 0 ? last : index);
    slider.setAttribute("aria-valuetext", board.at ? day : t("time.now"));
    if (document.activeElement !== date) date.value = day || "";
    back.hidden = !board.at;
    if (!place.contains(document.activeElement)) replace(place, compareField(history, board.vs, place, (vs) => board.setTime({ vs })));
    replace(found, summary(counts, removed, board.onlyChanged, () => board.setTime({ onlyChanged: !board.onlyChanged })));
  };
  return { node, refresh };
}

/** The moment that the address's word means, in seconds, or null for now and for words that nobody knows. */
export function readMoment(history, words) {
  return words ? momentOf(words, history.targets, now()) : null;
}

/** "Fri 20 November, as the day ended": the banner's words for a moment. */
export function momentText(moment) {
  const isDayEnd = moment === endOfDay(dayOf(moment));
  return isDayEnd ? t("time.end-of", { day: dayOf(moment) }) : stampText(moment);
}
