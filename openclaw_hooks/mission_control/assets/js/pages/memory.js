// The memory page: a calendar of days, the list of notes, and one note with who refers to it.

import { addressOf, nodeSign } from "../graph_panel.js";
import { age } from "../glyphs.js";
import { commandButton } from "../clipboard.js";
import { definePage, href, load, t } from "../core.js";
import { filterNotes, weeksUntil, wordsPerDay } from "../memory_days.js";
import { h, html, replace } from "../dom.js";
import { readState, writeState } from "../url_state.js";

const KINDS = ["", "day", "recap", "note"];
const MOST = 150;
let shown = null;

class MemoryPage {
  constructor(root, memory, ctx) {
    Object.assign(this, { root, memory, ctx });
    const state = readState();
    this.kind = KINDS.includes(state.kind) ? state.kind : "";
    this.text = state.q || "";
    this.path = state.note || memory.notes[0]?.path || "";
    if (memory.notes.length) this.build();
    else this.showEmpty();
  }

  showEmpty() {
    replace(this.root, h("h1", { class: "mc-title" }, t("memory.title")),
      h("div", { class: "mc-empty" }, h("p", { class: "mc-empty__title" }, t("memory.empty")), h("p", null, t("memory.empty-why")), commandButton(t("memory.empty-command"), t("memory.empty-title"))));
  }

  build() {
    this.calendar = h("div", { class: "mc-memory__calendar", role: "group", tabindex: 0, "aria-label": t("memory.calendar") });
    this.segments = h("div", { class: "mc-segments", role: "group", "aria-label": t("memory.kinds") });
    this.search = h("input", { class: "mc-field mc-memory__search", type: "search", value: this.text, placeholder: t("memory.search"), "aria-label": t("memory.search"), on: { input: () => { this.text = this.search.value; this.showList(); } } });
    this.list = h("ul", { class: "mc-memory__list" });
    this.told = h("p", { class: "mc-muted mc-memory__told", role: "status" });
    this.note = h("article", { class: "mc-panel mc-memory__note", tabindex: -1 });
    replace(this.root, h("h1", { class: "mc-offscreen" }, t("memory.title")),
      h("section", { class: "mc-panel mc-memory__days" }, this.calendar, this.legend()), this.brokenLines(),
      h("div", { class: "mc-memory" }, h("section", { class: "mc-memory__side", "aria-label": t("memory.list") }, h("div", { class: "mc-memory__bar" }, this.segments, this.search), this.told, this.list), this.note));
    this.root.addEventListener("keydown", (event) => this.followKeys(event));
    this.showCalendar();
    this.showKinds();
    this.showList();
    this.showNote();
  }

  brokenLines() {
    const lines = (this.memory.broken || []).map((item) => h("div", { class: "mc-panel mc-broken mc-memory__broken" }, h("code", null, item.line ? `${item.path}:${item.line}` : item.path), ` ${item.message}${item.hint ? ` (${item.hint})` : ""}`));
    return lines.length ? h("div", null, lines) : null;
  }

  legend() {
    const boxes = [0, 1, 2, 3, 4].map((level) => h("span", { class: `mc-day mc-day--${level}` }));
    return h("p", { class: "mc-memory__legend mc-muted" }, t("memory.less"), boxes, t("memory.more-words"));
  }

  showCalendar() {
    const weeks = weeksUntil(this.memory.now, wordsPerDay(this.memory.notes));
    const months = t("memory.months").split(" ");
    const cell = ({ day, words, level, isAfter }) => {
      if (isAfter) return h("span", { class: "mc-day mc-day--after" });
      const title = words ? t("memory.day", { day, n: words }) : t("memory.no-day", { day });
      if (!words) return h("span", { class: "mc-day mc-day--0", title });
      const isChosen = this.memory.notes.some((note) => note.path === this.path && note.day === day);
      return h("button", { class: `mc-day mc-day--${level}`, type: "button", title, "aria-label": title, "aria-pressed": String(isChosen), on: { click: () => this.choose(this.memory.notes.find((note) => note.kind === "day" && note.day === day).path) } });
    };
    const names = h("div", { class: "mc-week mc-week--names", "aria-hidden": "true" }, h("span", { class: "mc-week__month" }), t("memory.weekdays").split(" ").map((name, index) => h("span", { class: "mc-week__name" }, index % 2 ? "" : name)));
    replace(this.calendar, names, weeks.map((week) => h("div", { class: "mc-week" }, h("span", { class: "mc-week__month", "aria-hidden": "true" }, week.month ? months[week.month - 1] : ""), week.days.map(cell))));
    this.calendar.scrollLeft = this.calendar.scrollWidth;
  }

  showKinds() {
    const count = (kind) => this.memory.notes.filter((note) => !kind || note.kind === kind).length;
    replace(this.segments, KINDS.filter((kind) => !kind || count(kind)).map((kind) => h("button", { type: "button", "aria-pressed": String(kind === this.kind), on: { click: () => { this.kind = kind; this.showKinds(); this.showList(); } } }, t(`memory.kinds-${kind || "all"}`), " ", h("span", { class: "mc-count" }, count(kind)))));
  }

  showList() {
    writeState({ kind: this.kind, q: this.text });
    this.found = filterNotes(this.memory.notes, this.kind, this.text);
    const line = (note) => h("li", null, h("a", { class: "mc-memory__line", href: href("memory", { note: note.path }), dataset: { path: note.path }, "aria-current": note.path === this.path ? "true" : null, on: { click: (event) => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); this.choose(note.path); } } } },
      h("span", { class: "mc-memory__head" }, h("span", { class: "mc-memory__title" }, note.title), h("span", { class: "mc-id" }, note.day && note.title !== note.day ? note.day : t(`memory.kind-${note.kind}`))), h("span", { class: "mc-memory__excerpt mc-muted" }, note.excerpt || "")));
    replace(this.list, this.found.slice(0, MOST).map(line));
    this.told.textContent = this.found.length > MOST ? t("memory.shown", { n: MOST, all: this.found.length }) : this.found.length ? "" : t("memory.none");
  }

  choose(path) {
    this.path = path;
    writeState({ note: path });
    for (const line of this.list.querySelectorAll("a")) {
      if (line.dataset.path === path) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    this.showCalendar();
    this.showNote();
    if (matchMedia("(max-width: 800px)").matches) this.note.scrollIntoView({ block: "start" });
  }

  async showNote() {
    const note = this.memory.notes.find((each) => each.path === this.path);
    if (!note) return replace(this.note, h("p", { class: "mc-muted" }, t("memory.gone", { path: this.path })));
    const text = h("div", { class: "mc-prose" }, h("p", { class: "mc-muted" }, t("core.loading")));
    const at = this.memory.notes.indexOf(note);
    const step = (other, key) => h("button", { class: "mc-button", type: "button", disabled: !other, on: { click: () => other && this.choose(other.path) } }, t(key));
    replace(this.note,
      h("header", { class: "mc-memory__top" }, h("div", { class: "mc-memory__names" }, h("h2", { class: "mc-memory__name" }, note.title), h("p", { class: "mc-id mc-memory__path" }, note.path, note.changed ? [" · ", age(note.changed)] : null)), step(this.memory.notes[at + 1], "memory.older"), step(this.memory.notes[at - 1], "memory.newer")),
      text, this.links("memory.backlinks", note.backlinks), this.links("memory.links", note.links));
    try {
      const texts = await load(`memory-${note.shard || 0}`);
      if (note.path === this.path) html(text, texts[note.path] || "");
    } catch (error) {
      replace(text, h("p", { role: "alert" }, error.message));
    }
  }

  links(key, nodes) {
    if (!nodes?.length) return null;
    const line = (node) => {
      const address = addressOf(node);
      const id = node.id.slice(node.id.indexOf(":") + 1);
      const inside = [nodeSign(node), h("span", { class: "mc-line__text" }, node.name), h("span", { class: "mc-id" }, node.kind === "task" ? node.id : t(`graph.kind-${node.kind}`))];
      const own = node.kind === "memory" ? { click: (event) => { event.preventDefault(); this.choose(id); } } : {};
      return h("li", null, address ? h("a", { class: "mc-line", href: address, on: own }, inside) : h("span", { class: "mc-line", title: id }, inside));
    };
    return h("section", { class: "mc-memory__links" }, h("h3", { class: "mc-subtitle" }, t(key), " ", h("span", { class: "mc-count" }, nodes.length)), h("ul", null, nodes.map(line)));
  }

  followKeys(event) {
    if (/^(input|textarea|select)$/i.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, k: -1 }[event.key];
    if (!by) return;
    const next = this.found[this.found.findIndex((note) => note.path === this.path) + by];
    if (next) this.choose(next.path);
  }

  update(memory) {
    this.memory = memory;
    if (!memory.notes.length || !this.list) return memory.notes.length ? this.build() : this.showEmpty();
    this.showCalendar();
    this.showKinds();
    this.showList();
    this.showNote();
  }
}

definePage("memory", {
  data: ["memory"],
  mount(root, data, ctx) {
    shown = new MemoryPage(root, data.memory, ctx);
  },
  update(data) {
    shown.update(data.memory);
  },
});
