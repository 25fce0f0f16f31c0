// "Move T-abc to ...": which columns a task can go to, each with the exact command to copy.

import { commandButton } from "./clipboard.js";
import { COLUMNS } from "./columns.js";
import { t } from "./core.js";
import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { ring } from "./glyphs.js";
import { openColumns, planMove } from "./moves.js";

function answer(task, column) {
  const move = planMove(task, column);
  if (move.kind === "command") return [move.asks ? h("p", { class: "mc-muted" }, t(`move.asks-${move.asks}`)) : null, commandButton(move.command)];
  if (move.kind === "waits") return h("p", null, t("move.waits", { ids: move.on.join(", ") || "–" }));
  if (move.kind === "here") return h("p", null, t("move.here", { column: t(`column.${column}`) }));
  return h("p", null, t(move.why === "blocked" ? "move.never-blocked" : "move.never", { status: t(`status.${task.status}`), column: t(`column.${column}`) }));
}

function place(task, column, isWanted) {
  return h(
    "li",
    { class: ["mc-move__place", isWanted && "mc-move__place--wanted"] },
    h("span", { class: "mc-move__column" }, ring(column), t(`column.${column}`)),
    h("div", { class: "mc-move__how" }, answer(task, column)),
  );
}

/** Opens the dialog for `task`; with `column` (where a card was dropped) that one comes first. */
export function openMove(task, column = "") {
  const open = openColumns(task, COLUMNS).filter((name) => name !== column);
  const rows = [column ? place(task, column, true) : null, open.map((name) => place(task, name, false))];
  const others = column && open.length ? null : open.length ? null : h("p", { class: "mc-muted" }, t("move.nowhere", { status: t(`status.${task.status}`) }));
  return openDialog(
    column ? t("move.title-to", { id: task.id, column: t(`column.${column}`) }) : t("move.title", { id: task.id }),
    h("p", { class: "mc-move__task" }, task.title),
    h("p", { class: "mc-muted" }, t("move.why")),
    h("ul", { class: "mc-move" }, rows),
    others,
  );
}
