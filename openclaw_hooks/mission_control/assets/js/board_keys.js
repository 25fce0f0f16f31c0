// What the keys do on a board; where they lead is decided in keyboard.js.

import { copyText } from "./clipboard.js";
import { nextCard, readKey } from "./keyboard.js";
import { openMove } from "./move_dialog.js";

function focusedCard() {
  return document.activeElement?.closest?.(".mc-card")?.dataset.id || "";
}

/** Does what a key means on `board`; keys of fields, menus and dialogs stay theirs. */
export function pressKey(board, event) {
  const isTyping = event.target.closest?.("input, select, textarea, [popover]");
  if (isTyping && event.key === "Escape" && event.target === board.bar.input) leaveFilter(board);
  if (isTyping || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const meaning = readKey(event);
  // Arrows scroll the page unless a card has the focus; Enter on links and buttons is theirs.
  if (!meaning || meaning.kind === "open" || (event.key.startsWith("Arrow") && !focusedCard())) return;
  event.preventDefault();
  act(board, meaning);
}

function act(board, meaning) {
  const id = focusedCard() || board.focused;
  const task = id && board.find(id);
  if (meaning.kind === "step") {
    // Back from elsewhere, the first press returns to the card that had the focus.
    const next = nextCard(board.grid, id, focusedCard() ? meaning.key : "");
    if (next) board.columns.focusCard(next);
  } else if (meaning.kind === "search") board.bar.input.select();
  else if (meaning.kind === "help") board.showHelp();
  else if (meaning.kind === "move" && task && !board.at) openMove(task);
  else if (meaning.kind === "copy" && task) copyText(task.id);
  else if (meaning.kind === "leave") document.activeElement?.blur?.();
}

function leaveFilter(board) {
  if (board.bar.input.value) board.setText("");
  else board.bar.input.blur();
}
