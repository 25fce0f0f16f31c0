// Draws lanes and columns and patches them in place: what stays is not touched, so scroll and focus survive.

import { h, replace } from "./dom.js";
import { t } from "./core.js";
import { avatar, ring } from "./glyphs.js";
import { buildCard, signCard } from "./board_card.js";
import { cardLimit, COLUMNS, isFolded, splitColumns, splitLanes, wipMark } from "./columns.js";

const CARDS_KEPT = 2000;
const TABBABLE = '.mc-card__title[tabindex="0"]';

/** Makes the children of `parent` be `wanted`, moving as few nodes as it can. */
export function patchChildren(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

/** A board in `root`. `options`: {limits() -> {column: n}, total(column) -> n, onFold(column, folded), onMore()}. */
export class BoardColumns {
  constructor(root, options) {
    this.options = options;
    this.cards = new Map();
    this.lanes = new Map();
    this.heads = new Map();
    this.more = new Map();
    this.shut = new Map();
    this.headRow = h("div", { class: "mc-board__heads" }, COLUMNS.map((column) => this.buildHead(column)));
    this.root = h("div", { class: "mc-board" }, this.headRow);
    root.append(this.root);
  }

  buildHead(column) {
    const count = h("span", { class: "mc-count" });
    const mark = h("span", { class: "mc-column__mark" });
    const fold = h(
      "button",
      { type: "button", class: "mc-column__fold", on: { click: () => this.options.onFold(column, !this.folded[column]) } },
      ring(column),
      h("span", { class: "mc-column__name" }, t(`column.${column}`)),
      count,
    );
    const head = h("div", { class: "mc-column__head", dataset: { column } }, h("h2", { class: "mc-column__title" }, fold), mark);
    this.heads.set(column, { head, fold, count, mark });
    return head;
  }

  /** Shows `tasks`. `view`: {group, folds, marks(task)}. Gives the ids shown, column by column, lane after lane. */
  show(tasks, view) {
    const focused = document.activeElement?.closest?.(".mc-card")?.dataset.id;
    const whole = splitColumns(tasks);
    this.folded = Object.fromEntries(COLUMNS.map((column) => [column, isFolded(column, whole[column].length, view.folds)]));
    this.root.style.setProperty("--mc-columns", COLUMNS.map((column) => (this.folded[column] ? "var(--mc-fold)" : "minmax(var(--mc-column), var(--mc-widest))")).join(" "));
    this.root.classList.toggle("mc-board--lanes", Boolean(view.group));
    this.root.dataset.group = view.group || "";
    for (const column of COLUMNS) this.showHead(column, whole[column].length);
    const lanes = view.group ? splitLanes(tasks, view.group) : [{ key: null, tasks, columns: whole, isOver: false }];
    const used = new Set();
    patchChildren(this.root, [this.headRow, ...lanes.map((lane) => this.showLane(lane, view, used))]);
    this.forgetCards(used);
    if (focused && document.activeElement?.closest?.(".mc-card")?.dataset.id !== focused) this.focusCard(focused);
    return COLUMNS.map((column) => (this.folded[column] ? [] : lanes.flatMap((lane) => lane.shown[column])));
  }

  /** Cards that a filter hides are kept for the next keystroke, up to a bound. */
  forgetCards(used) {
    for (const key of this.cards.keys()) {
      if (this.cards.size <= CARDS_KEPT) return;
      if (!used.has(key)) this.cards.delete(key);
    }
  }

  showHead(column, count) {
    const { head, fold, count: number, mark } = this.heads.get(column);
    // The limit is for all work in the column, not for what a filter leaves of it.
    const wip = wipMark(column, this.options.total(column), this.options.limits());
    number.textContent = count;
    fold.setAttribute("aria-expanded", String(!this.folded[column]));
    fold.title = t(this.folded[column] ? "board.unfold" : "board.fold");
    head.classList.toggle("mc-column__head--folded", this.folded[column]);
    replace(mark, wip ? h("span", { class: ["mc-chip", wip.over && "mc-chip--warn"] }, t(wip.over ? "board.wip-over" : "board.wip", { limit: wip.limit })) : null);
  }

  showLane(lane, view, used) {
    const name = lane.key === null ? "all" : `${view.group}:${lane.key}`;
    if (!this.lanes.has(name)) this.lanes.set(name, this.buildLane(lane, view, name));
    const { node, count, lists, title, caption } = this.lanes.get(name);
    if (caption) caption.textContent = view.titles?.get(lane.key) || "";
    const isShut = this.shut.get(name) ?? lane.isOver;
    if (count) count.textContent = lane.tasks.length;
    title?.setAttribute("aria-expanded", String(!isShut));
    node.classList.toggle("mc-lane--shut", isShut);
    lane.shown = {};
    if (isShut) {
      for (const column of COLUMNS) lane.shown[column] = [];
      return node;
    }
    for (const column of COLUMNS) lane.shown[column] = this.showCell(lane, column, lists[column], view, used, name);
    return node;
  }

  buildLane(lane, view, key) {
    const lists = {};
    const cells = COLUMNS.map((column) => {
      lists[column] = h("ul", { class: "mc-column__cards", "aria-label": t(`column.${column}`) });
      // The button that unfolds is the head; a click on the strip below it is a convenience for mice.
      const unfold = () => this.folded[column] && this.options.onFold(column, false);
      return h("div", { class: "mc-column", dataset: { column }, on: { click: unfold } }, lists[column]);
    });
    if (lane.key === null) return { node: h("div", { class: "mc-lane" }, cells), lists };
    const count = h("span", { class: "mc-count" });
    const name = lane.key === "" ? t(`board.none-${view.group}`) : view.group === "priority" ? t(`core.priority-${lane.key}`) : lane.key;
    const caption = h("span", { class: "mc-lane__caption" });
    const toggle = () => {
      this.shut.set(key, title.getAttribute("aria-expanded") === "true");
      this.options.onMore();
    };
    const title = h("button", { type: "button", class: "mc-lane__toggle", on: { click: toggle } }, view.group === "owner" ? avatar(lane.key) : null, h("span", { class: "mc-lane__name" }, name), caption, count);
    return { node: h("section", { class: "mc-lane" }, h("h3", { class: "mc-lane__title" }, title), h("div", { class: "mc-lane__cells" }, cells)), count, lists, title, caption };
  }

  showCell(lane, column, list, view, used, name) {
    const folded = this.folded[column];
    list.parentNode.classList.toggle("mc-column--folded", folded);
    if (folded) {
      list.parentNode.dataset.caption = `${t(`column.${column}`)}  ${lane.columns[column].length}`;
      list.parentNode.dataset.count = lane.columns[column].length || "";
      patchChildren(list, []);
      return [];
    }
    const all = lane.columns[column];
    const key = `${name} ${column}`;
    const step = cardLimit(column, lane.key !== null);
    const limit = step * (this.more.get(key) || 1);
    const shown = all.slice(0, limit);
    const nodes = shown.map((task) => this.card(`${name} ${task.id}`, task, view, used));
    if (all.length > limit) nodes.push(this.moreButton(key, all.length - limit));
    if (!all.length && lane.key === null) nodes.push(h("li", { class: "mc-column__empty" }, t(`board.empty-${column}`)));
    patchChildren(list, nodes);
    // Each list that scrolls has one card that Tab reaches.
    if (!list.querySelector(TABBABLE)) list.querySelector(".mc-card__title")?.setAttribute("tabindex", "0");
    return shown.map((task) => task.id);
  }

  card(key, task, view, used) {
    used.add(key);
    const marks = view.marks(task);
    const sign = signCard(task, marks);
    const known = this.cards.get(key);
    if (known?.sign === sign) return known.node;
    const node = buildCard(task, marks);
    if (known && !view.still) node.classList.add("mc-card--fresh");
    this.cards.set(key, { sign, node });
    return node;
  }

  moreButton(key, left) {
    const more = () => {
      this.more.set(key, (this.more.get(key) || 1) + 1);
      this.options.onMore();
    };
    return h("li", { class: "mc-column__more" }, h("button", { type: "button", class: "mc-button", on: { click: more } }, t("board.more", { n: left })));
  }

  /** The link of a card that is shown, or undefined. */
  link(id) {
    return this.root.querySelector(`.mc-card[data-id="${CSS.escape(id)}"] .mc-card__title`) || undefined;
  }

  /** Gives the focus to a card and makes it the one that Tab reaches. */
  focusCard(id) {
    const link = this.link(id);
    if (!link) return;
    this.makeTabbable(id);
    link.focus({ preventScroll: true });
    link.closest(".mc-card").scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** One card of each list is in the order of Tab; the keys j, k, h, l lead from there. */
  makeTabbable(id) {
    const link = this.link(id);
    for (const other of link?.closest("ul").querySelectorAll(TABBABLE) || []) other.setAttribute("tabindex", "-1");
    link?.setAttribute("tabindex", "0");
  }
}
