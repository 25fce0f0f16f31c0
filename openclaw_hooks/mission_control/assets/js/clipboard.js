// Copying text, with a word to the reader that it happened; works on file:// pages too.

import { h } from "./dom.js";
import { translate } from "./texts.js";

/** What lies on top: a modal dialog makes all else inert, so messages and text fields must live inside it. */
function topLayer() {
  const dialogs = document.querySelectorAll("dialog[open]");
  return dialogs[dialogs.length - 1] || document.body;
}

/** Says `text` to screen readers and shows it for a moment. */
export function announce(text) {
  const layer = topLayer();
  let toast = layer.querySelector(":scope > .mc-toast");
  if (!toast) {
    toast = h("div", { class: "mc-toast", role: "status" });
    layer.append(toast);
  }
  toast.textContent = "";
  // A status region that already holds its text when it appears is not read out.
  setTimeout(() => (toast.textContent = text), 30);
  clearTimeout(toast.mcTimer);
  toast.mcTimer = setTimeout(() => toast.remove(), 2400);
}

function copyByField(text) {
  const field = h("textarea", { class: "mc-offscreen", "aria-hidden": "true", tabindex: "-1", readonly: true, value: text });
  const before = document.activeElement;
  topLayer().append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus?.();
  return done;
}

/** Copies `text` and says so; resolves to whether it worked. */
export async function copyText(text) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyByField(text);
  }
  announce(translate(done ? "core.copied" : "core.not-copied", { text: text.length > 60 ? `${text.slice(0, 60)}…` : text }));
  return done;
}

/** A button that copies `text` (or what the function `text` gives at the click). */
export function copyButton(caption, text, props = {}) {
  const copy = () => copyText(typeof text === "function" ? text() : text);
  return h("button", { type: "button", class: "mc-button", ...props, on: { click: copy } }, caption);
}

// A line may end between words, never behind the hyphens of an option: it would read as another command.
function words(command) {
  return command.split(/( +)/).map((word) => (word.startsWith("-") ? h("span", { class: "mc-command__word" }, word) : word));
}

/** An exact command line that copies itself when pressed. */
export function commandButton(command, title) {
  const copy = () => copyText(command);
  return h(
    "button",
    { type: "button", class: "mc-command", title: translate("core.copy-command"), on: { click: copy } },
    title ? h("span", { class: "mc-command__title" }, title) : null,
    h("code", { class: "mc-command__text" }, h("span", { class: "mc-command__prompt", "aria-hidden": "true" }, "$ "), words(command)),
  );
}
