// A menu of choices with counts: a button and a popover of checkboxes, with a search field when there are many.

import { h, replace } from "./dom.js";
import { t } from "./core.js";

const MANY = 9;
const SHOWN = 200;
let numbers = 0;

/** Opens a popover below its button, kept inside the window. */
export function placePopover(button, popover) {
  const at = button.getBoundingClientRect();
  popover.style.top = `${Math.round(at.bottom + 6)}px`;
  popover.style.left = `${Math.round(Math.max(8, Math.min(at.left, innerWidth - popover.offsetWidth - 8)))}px`;
  popover.style.maxHeight = `${Math.max(160, innerHeight - at.bottom - 20)}px`;
}

/** A button with a popover; `fill(popover)` is called on every opening. Gives {node, button, popover, refresh()}. */
export function popoverButton(caption, props, fill) {
  const id = `mc-menu-${(numbers += 1)}`;
  const popover = h("div", { class: "mc-menu", id, popover: "auto", role: "group", "aria-label": caption });
  const button = h("button", { type: "button", class: "mc-button mc-button--menu", "aria-expanded": "false", "aria-controls": id, popovertarget: id, ...props }, caption);
  popover.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    fill(popover);
    placePopover(button, popover);
    popover.querySelector("input, button, a")?.focus();
  });
  const refresh = () => {
    if (popover.matches(":popover-open")) fill(popover);
  };
  return { node: h("span", { class: "mc-menu-place" }, button, popover), button, popover, refresh };
}

function optionRow(option, chosen, view, onChange) {
  const box = h("input", { type: "checkbox", checked: chosen.has(option.value), on: { change: (event) => onChange(option.value, event.target.checked) } });
  const text = view.show(option.value);
  return h("label", { class: "mc-menu__row" }, box, text, h("span", { class: "mc-count" }, option.count));
}

function moveInMenu(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [...event.currentTarget.querySelectorAll("input, button")];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (next) next.focus();
  event.preventDefault();
}

/** A facet's menu. `view`: {title, options() -> [{value, count}], chosen() -> Set, show(value) -> node, text(value), toggle(value, on), clear()}. */
export function facetMenu(view) {
  let words = "";
  let list = null;
  const drawList = () => {
    const options = view.options().filter((option) => view.text(option.value).toLowerCase().includes(words));
    const rows = options.slice(0, SHOWN).map((option) => optionRow(option, view.chosen(), view, view.toggle));
    const focused = document.activeElement?.closest?.(".mc-menu__row") ? [...list.children].indexOf(document.activeElement.closest(".mc-menu__row")) : -1;
    replace(list, rows.length ? rows : h("p", { class: "mc-menu__none" }, t("board.no-choice")));
    if (focused >= 0) list.children[Math.min(focused, rows.length - 1)]?.querySelector("input")?.focus();
  };
  const menu = popoverButton(view.title, {}, (popover) => {
    if (list?.isConnected && popover.contains(list) && popover.dataset.filled) return drawList();
    words = "";
    list = h("div", { class: "mc-menu__list" });
    const search = (event) => {
      words = event.target.value.toLowerCase();
      drawList();
    };
    const field = view.options().length > MANY ? h("input", { type: "search", class: "mc-field", "aria-label": t("board.find-choice", { facet: view.title }), placeholder: t("board.find"), on: { input: search } }) : null;
    replace(popover, field, list, h("button", { type: "button", class: "mc-menu__clear", on: { click: view.clear } }, t("board.clear-choice")));
    popover.dataset.filled = "yes";
    drawList();
    return undefined;
  });
  menu.popover.addEventListener("keydown", moveInMenu);
  menu.popover.addEventListener("toggle", (event) => {
    if (event.newState === "closed") delete menu.popover.dataset.filled;
  });
  const showChosen = () => {
    const chosen = [...view.chosen()];
    menu.button.classList.toggle("mc-button--active", chosen.length > 0);
    const value = chosen.length === 1 ? view.text(chosen[0]) : String(chosen.length);
    replace(menu.button, view.title, chosen.length ? h("span", { class: "mc-button__value" }, value) : null);
  };
  showChosen();
  return { node: menu.node, refresh: () => (showChosen(), menu.refresh()) };
}
