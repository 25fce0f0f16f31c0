// Dragging a card: the page can't write, so a drop opens the command that makes the move.

import { openMove } from "./move_dialog.js";
import { planMove } from "./moves.js";

function columnAt(event) {
  return event.target.closest?.("[data-column]")?.dataset.column || "";
}

/** Makes the cards below `root` draggable. `find(id)` gives the task of a card; `isPast()` forbids moves in the past. */
export function enableDrag(root, find, isPast) {
  let task = null;
  const mark = (column) => {
    for (const node of root.querySelectorAll("[data-column]")) {
      const isTarget = Boolean(column) && node.dataset.column === column;
      node.classList.toggle("mc-drop", isTarget && planMove(task, column).kind === "command");
      node.classList.toggle("mc-drop--no", isTarget && !["command", "here"].includes(planMove(task, column).kind));
    }
  };
  const end = () => {
    root.classList.remove("mc-dragging");
    mark("");
    task = null;
  };
  root.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".mc-card");
    task = card && !isPast() ? find(card.dataset.id) : null;
    if (!task) return event.preventDefault();
    event.dataTransfer.setData("text/plain", task.id);
    event.dataTransfer.effectAllowed = "copyMove";
    root.classList.add("mc-dragging");
    return undefined;
  });
  root.addEventListener("dragover", (event) => {
    const column = columnAt(event);
    if (!task || !column) return;
    event.preventDefault();
    mark(column);
  });
  root.addEventListener("drop", (event) => {
    const column = columnAt(event);
    if (!task || !column) return;
    event.preventDefault();
    const moved = task;
    end();
    if (planMove(moved, column).kind !== "here") openMove(moved, column);
  });
  root.addEventListener("dragend", end);
}
