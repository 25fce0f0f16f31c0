// What stands above the columns: broken files, cycles, the moment shown, and what to do when nothing is there.

import { commandButton } from "./clipboard.js";
import { momentText, readMoment } from "./board_time.js";
import { t } from "./core.js";
import { h } from "./dom.js";
import { isFiltered } from "./filters.js";

function brokenFiles(broken) {
  if (!broken?.length) return null;
  const row = (item) => h("li", null, h("code", { class: "mc-code" }, item.line ? `${item.path}:${item.line}` : item.path), " ", item.message, item.hint ? h("span", { class: "mc-muted" }, ` ${item.hint}`) : null);
  return h("details", { class: "mc-note mc-note--bad" }, h("summary", null, t("board.broken", { n: broken.length })), h("ul", null, broken.map(row)));
}

function cycleList(cycles) {
  if (!cycles?.length) return null;
  const row = (ids) => h("li", null, [...ids, ids[0]].flatMap((id, at) => [at ? " → " : "", h("a", { class: "mc-link mc-id", href: `?task=${encodeURIComponent(id)}` }, id)]));
  return h("details", { class: "mc-note mc-note--bad" }, h("summary", null, t("board.cycles", { n: cycles.length })), h("p", { class: "mc-muted" }, t("board.cycles-hint")), h("ul", null, cycles.map(row)));
}

function pastNote(board) {
  if (!board.at || !board.history) return null;
  const moment = readMoment(board.history, board.at);
  if (moment === null) return h("p", { class: "mc-note mc-note--bad", role: "alert" }, t("time.unknown", { words: board.at }));
  const early = moment < board.history.begins ? h("span", { class: "mc-muted" }, ` ${t("time.too-early")}`) : null;
  return h("p", { class: "mc-note mc-note--past" }, t("time.shown", { moment: momentText(moment) }), early);
}

function versusNote(board) {
  if (!board.vs || !board.history || readMoment(board.history, board.vs) !== null) return null;
  return h("p", { class: "mc-note mc-note--bad", role: "alert" }, t("time.unknown", { words: board.vs }));
}

function emptyNote(board, shown) {
  const { absent, start } = board.data.tasks;
  if (absent) return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("board.absent")), h("p", null, absent), start ? commandButton(start) : null);
  if (!board.tasks.length) {
    return h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("board.nothing")), h("p", null, t("board.nothing-hint")), commandButton('openclaw task new "…"'));
  }
  if (shown || (!isFiltered(board.view) && !board.onlyChanged)) return null;
  return h("p", { class: "mc-note" }, t("board.no-match"), " ", h("button", { type: "button", class: "mc-button", on: { click: () => board.clearAll() } }, t("board.clear")));
}

/** The notes of `board` while it shows `shown` tasks. */
export function boardNotes(board, shown) {
  return [brokenFiles(board.data.tasks.broken), cycleList(board.data.tasks.cycles), pastNote(board), versusNote(board), emptyNote(board, shown)];
}
