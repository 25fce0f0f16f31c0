// The board page: state of the view, what it shows, and the keys.

import { BoardColumns } from "../board_columns.js";
import { boardBar } from "../board_bar.js";
import { enableDrag } from "../board_drag.js";
import { openHelp } from "../board_help.js";
import { pressKey } from "../board_keys.js";
import { boardNotes } from "../board_notes.js";
import { readMoment, timeBar, travel } from "../board_time.js";
import { GROUPS } from "../columns.js";
import { definePage, load, now, siteRoot, t } from "../core.js";
import { h, replace } from "../dom.js";
import { openTask } from "../drawer.js";
import { FACETS, filterTasks, readView, writeView } from "../filters.js";
import { readState, writeState } from "../url_state.js";
import { changedSince, recordVisit } from "../visits.js";

class Board {
  constructor(root, data, ctx) {
    this.root = root;
    this.ctx = ctx;
    this.data = data;
    this.tasks = data.tasks.tasks;
    this.since = recordVisit(new URL(siteRoot() || ".", location.href).pathname, now());
    this.news = changedSince(this.tasks, this.since);
    this.folds = {};
    this.grid = [];
    this.changes = {};
    this.readAddress();
    this.build();
  }

  readAddress() {
    const query = readState();
    this.view = readView(query);
    this.group = GROUPS.includes(query.group) ? query.group : "";
    this.compact = query.compact === "1";
    this.at = query.at || "";
    this.vs = query.vs || "";
    this.onlyChanged = query.only === "1";
    this.timeOpen = Boolean(this.at || this.vs);
  }

  writeAddress() {
    writeState({ ...writeView(this.view), group: this.group, compact: this.compact ? "1" : "", at: this.at, vs: this.vs, only: this.onlyChanged ? "1" : "" });
  }

  build() {
    const { signal } = this.ctx;
    this.bar = boardBar(this);
    this.notes = h("div", { class: "mc-notes" });
    this.timePlace = h("div", { class: "mc-time-place" });
    this.stage = h("div", { class: "mc-board-place" });
    replace(this.root, h("h1", { class: "mc-offscreen" }, t("board.title")), this.bar.node, this.timePlace, this.notes, this.stage);
    this.columns = new BoardColumns(this.stage, {
      limits: () => this.data.tasks.wip,
      total: (column) => this.tasks.filter((task) => task.column === column).length,
      onFold: (column, folded) => this.fold(column, folded),
      onMore: () => this.draw(),
    });
    enableDrag(this.stage, (id) => this.find(id), () => Boolean(this.at));
    this.stage.addEventListener("click", (event) => this.clickCard(event), { signal });
    this.stage.addEventListener("focusin", (event) => this.noteFocus(event), { signal });
    document.addEventListener("keydown", (event) => pressKey(this, event), { signal });
    addEventListener("popstate", () => this.follow(), { signal });
    this.draw();
    if (this.timeOpen) this.showTime();
  }

  /** Draws all again from the state; cards that did not change stay the nodes they are. */
  draw() {
    const pool = this.onlyChanged && this.vs ? this.tasks.filter((task) => this.changes[task.id]) : this.tasks;
    const shown = filterTasks(pool, this.view, this.news);
    this.root.classList.toggle("mc-compact", this.compact);
    this.root.classList.toggle("mc-past", Boolean(this.at));
    this.stage.hidden = !this.tasks.length;
    const marks = (task) => ({ news: !this.vs && this.news.has(task.id), change: this.changeOf(task.id) });
    this.grid = this.columns.show(shown, { group: this.group, folds: this.folds, titles: this.titles(), marks, still: !this.isLive });
    this.bar.refresh(shown.length);
    replace(this.notes, boardNotes(this, shown.length));
  }

  /** Titles of the plans by id, for lanes; fetched when lanes of plans are first shown. */
  titles() {
    if (this.group !== "plan") return null;
    if (!this.plans) {
      this.plans = new Map();
      load("plans").then(({ plans }) => {
        this.plans = new Map(plans.map((plan) => [plan.id, plan.title]));
        this.draw();
      }, () => {});
    }
    return this.plans;
  }

  changeOf(id) {
    const change = this.vs ? this.changes[id] : null;
    if (!change) return null;
    const from = change.from ? t(`column.${change.from}`) : "";
    const fields = (change.fields || []).map((name) => t(`time.field-${name}`)).join(", ");
    return { kind: change.kind, text: t(`time.mark-${change.kind}`, { from, fields }) };
  }

  change(redraw = true) {
    this.writeAddress();
    if (redraw) this.draw();
  }

  setText(text) {
    this.view.text = text;
    this.draw();
    clearTimeout(this.timer);
    // Browsers limit how often an address may change; typing must not run into that.
    this.timer = setTimeout(() => this.writeAddress(), 250);
  }

  choose(facet, value, on) {
    if (on) this.view.choices[facet].add(value);
    else this.view.choices[facet].delete(value);
    this.change();
  }

  clear(facet) {
    this.view.choices[facet].clear();
    this.change();
  }

  clearAll() {
    for (const { name } of FACETS) this.view.choices[name].clear();
    this.view.text = "";
    this.view.segment = "all";
    this.change();
  }

  setSegment(name) {
    this.view.segment = name;
    this.change();
  }

  setGroup(name) {
    this.group = name;
    this.change();
  }

  setCompact(on) {
    this.compact = on;
    this.change();
  }

  fold(column, folded) {
    this.folds[column] = folded;
    this.draw();
  }

  toggleTime() {
    this.timeOpen = !this.timeOpen;
    if (this.timeOpen) this.showTime();
    else this.setTime({ at: "", vs: "", onlyChanged: false });
  }

  /** Shows the time machine's bar, loading the history on its first use. */
  async showTime() {
    try {
      this.history = await load("history");
      this.time = this.history.days?.length ? timeBar(this, this.history) : null;
    } catch {
      this.time = null;
    }
    if (!this.timeOpen) return;
    replace(this.timePlace, this.time ? this.time.node : h("p", { class: "mc-muted" }, t("time.none")));
    await this.setTime({});
  }

  async setTime(changes) {
    Object.assign(this, changes);
    if (!this.timeOpen) replace(this.timePlace);
    this.writeAddress();
    const turn = (this.turn = (this.turn || 0) + 1);
    const present = this.data.tasks.tasks;
    const [at, vs] = this.history ? [readMoment(this.history, this.at), readMoment(this.history, this.vs)] : [null, null];
    const found = this.history && (at !== null || vs !== null) ? await travel(this.history, present, at, vs) : { tasks: present, changes: {}, removed: [], counts: null };
    if (turn !== this.turn) return;
    this.tasks = found.tasks;
    this.changes = found.changes;
    this.draw();
    if (this.timeOpen) this.time?.refresh(found.counts, found.removed);
  }

  showHelp() {
    openHelp();
  }

  find(id) {
    return this.tasks.find((task) => task.id === id);
  }

  follow() {
    this.readAddress();
    if (this.timeOpen) this.showTime();
    else this.setTime({});
  }

  clickCard(event) {
    const card = event.target.closest(".mc-card");
    if (!card || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.columns.makeTabbable(card.dataset.id);
    openTask(card.dataset.id);
  }

  noteFocus(event) {
    const card = event.target.closest(".mc-card");
    if (card) this.focused = card.dataset.id;
  }

  /** New data of a live page: everything the reader set stays. */
  update(data) {
    this.data = data;
    this.news = changedSince(data.tasks.tasks, this.since);
    this.isLive = true;
    const done = () => (this.isLive = false);
    if (this.at || this.vs) return this.setTime({}).finally(done);
    this.tasks = data.tasks.tasks;
    this.draw();
    return done();
  }
}

definePage("board", {
  data: ["tasks"],
  mount(root, data, ctx) {
    ctx.board = new Board(root, data, ctx);
  },
  update(data, ctx) {
    ctx.board.update(data);
  },
});
