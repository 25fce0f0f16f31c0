// A sheet at the side for one thing of a page (a rule, a role), with its id in the address; the task drawer's look.

import { h, replace } from "./dom.js";
import { t } from "./core.js";
import { copyButton } from "./clipboard.js";
import { readState, writeState } from "./url_state.js";

/**
 * The sheet of a page. `key` is its name in the address, `draw(id)` gives {head, title, body} (nodes) or null for an id
 * that is not there. Gives {open(id), refresh(), follow()}.
 */
export function makeSheet(key, draw, { signal } = {}) {
  let openId = "";
  const heading = h("h2", { class: "mc-drawer__heading", id: `mc-sheet-${key}` });
  const head = h("div", { class: "mc-drawer__head" });
  const body = h("div", { class: "mc-drawer__body", tabindex: "0", role: "region", "aria-labelledby": heading.id });
  const dialog = h("dialog", { class: "mc-drawer mc-sheet", "aria-labelledby": heading.id }, head, body);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    openId = "";
    writeState({ [key]: "" });
  });

  function show(id) {
    const drawn = draw(id);
    if (!drawn) return false;
    const close = h("button", { type: "button", class: "mc-button mc-button--icon", "aria-label": t("drawer.close"), on: { click: () => dialog.close() } }, "✕");
    replace(head, drawn.head, h("span", { class: "mc-grow" }), copyButton(t("drawer.copy-link"), () => location.href), close);
    replace(heading, drawn.title);
    replace(body, heading, drawn.body);
    return true;
  }

  function open(id) {
    if (!dialog.isConnected) document.body.append(dialog);
    const fresh = openId !== id;
    if (!show(id)) return;
    openId = id;
    writeState({ [key]: id }, { push: fresh && readState()[key] !== id });
    if (!dialog.open) dialog.showModal();
    body.focus();
    if (fresh) body.scrollTop = 0;
  }

  function follow() {
    const wanted = readState()[key] || "";
    if (wanted && wanted !== openId) open(wanted);
    else if (!wanted && dialog.open) dialog.close();
  }

  globalThis.addEventListener("popstate", follow, { signal });
  signal?.addEventListener("abort", () => dialog.remove());
  return { open, follow, refresh: () => dialog.open && show(openId) };
}

/** A part of a sheet: a title and what is below it; nothing when there is nothing. */
export function section(title, ...children) {
  const content = children.flat().filter(Boolean);
  return content.length ? h("section", { class: "mc-drawer__section" }, h("h3", { class: "mc-drawer__title" }, title), content) : null;
}

/** Rows of a name and what it is; entries without a value are left out. */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length));
  return h("dl", { class: "mc-facts" }, shown.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]));
}

/** Texts such as globs, each in a box of its own. */
export function codes(texts) {
  return (texts || []).map((text) => h("code", { class: "mc-code" }, text));
}

/** The files that match now: the first ones and how many more there are. */
export function fileList(files, total, more) {
  if (!files?.length) return null;
  const rest = total - files.length;
  return h("ul", { class: "mc-files" }, files.map((path) => h("li", null, h("code", null, path))), rest > 0 ? h("li", { class: "mc-muted" }, more(rest)) : null);
}

/** A click on a plain link opens the sheet; with a modifier key the browser does what it always does. */
export function sheetLink(key, id, open, props, ...children) {
  const click = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(id);
  };
  return h("a", { ...props, href: `?${new URLSearchParams({ [key]: id })}`, on: { click } }, ...children);
}

/** Items that cannot be read, with file and line. */
export function brokenItems(broken, title) {
  if (!broken?.length) return null;
  const items = broken.map((item) =>
    h("li", { class: "mc-trouble" }, h("code", { class: "mc-code" }, item.line ? `${item.path}:${item.line}` : item.path), h("span", null, item.message), item.hint ? h("span", { class: "mc-muted" }, item.hint) : null),
  );
  return h("section", { class: "mc-panel mc-broken mc-policy__broken" }, h("h2", { class: "mc-panel__title" }, title, h("span", { class: "mc-count" }, items.length)), h("ul", null, items));
}
