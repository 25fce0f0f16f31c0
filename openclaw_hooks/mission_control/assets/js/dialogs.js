// A small modal dialog with a title and a close button; removed when it closes, focus goes back by itself.

import { h } from "./dom.js";
import { t } from "./core.js";

let numbers = 0;

/** Opens a dialog with `title` (text) and `content` (nodes); gives the dialog. */
export function openDialog(title, ...content) {
  const id = `mc-dialog-${(numbers += 1)}`;
  const close = h("button", { type: "button", class: "mc-button mc-button--icon", "aria-label": t("drawer.close"), on: { click: () => dialog.close() } }, "✕");
  const head = h("div", { class: "mc-dialog__head" }, h("h2", { class: "mc-dialog__title", id }, title), close);
  const dialog = h("dialog", { class: "mc-dialog", "aria-labelledby": id }, head, h("div", { class: "mc-dialog__body" }, ...content));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
