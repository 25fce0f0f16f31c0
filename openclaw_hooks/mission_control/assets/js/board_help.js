// The help dialog: keys and what the signs mean.

import { COLUMNS } from "./columns.js";
import { t } from "./core.js";
import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { priorityBars, ring } from "./glyphs.js";

const KEYS = [
  ["j", "k", "down-up"],
  ["h", "l", "left-right"],
  ["Enter", "open"],
  ["m", "move"],
  ["c", "copy"],
  ["/", "search"],
  ["Esc", "leave"],
  ["?", "help"],
];

function keyRow(row) {
  const keys = row.slice(0, -1).map((key) => h("kbd", { class: "mc-key" }, key));
  return [h("dt", null, keys), h("dd", null, t(`board.key-${row[row.length - 1]}`))];
}

/** Opens the help. */
export function openHelp() {
  return openDialog(
    t("board.help"),
    h("dl", { class: "mc-help" }, KEYS.map(keyRow)),
    h("h3", { class: "mc-help__title" }, t("board.help-signs")),
    h("ul", { class: "mc-help__signs" }, COLUMNS.map((name) => h("li", null, ring(name), h("b", null, t(`column.${name}`)), h("span", { class: "mc-muted" }, t(`board.means-${name}`))))),
    h("ul", { class: "mc-help__bars" }, [-1, 1, 5, 10].map((value) => h("li", null, priorityBars(value), t(`board.level-${value}`)))),
  );
}
