// The events page: one list of everything that happened, filtered by kind, name, task, time and words.

import { avatar, chip, ring, stampText } from "../glyphs.js";
import { byDay, filterEvents, namesOf, sinceOf } from "../event_filter.js";
import { definePage, href, load, now, t } from "../core.js";
import { h, replace } from "../dom.js";
import { readState, writeState } from "../url_state.js";

const KINDS = ["task", "plan", "run", "memory", "conflict", "board", "blocked", "mesh"];
const TIMES = ["", "1d", "7d", "28d"];
const FIRST = 150;
let shown = null;

class EventsPage {
  constructor(root, view) {
    this.root = root;
    const state = readState();
    this.filter = { kind: KINDS.includes(state.kind) ? state.kind : "", who: state.node || "", task: state.about || "", time: TIMES.includes(state.time) ? state.time : "", q: state.q || "" };
    this.most = FIRST;
    this.take(view);
    this.build();
    this.show();
  }

  take(view) {
    this.view = view;
    this.events = view.events;
    this.older = [...(view.older || [])];
  }

  build() {
    this.kinds = h("div", { class: "mc-segments mc-events__kinds", role: "group", "aria-label": t("events.kinds") });
    this.search = h("input", { class: "mc-field mc-events__search", type: "search", value: this.filter.q, placeholder: t("events.search"), "aria-label": t("events.search"), on: { input: () => this.change({ q: this.search.value }) } });
    this.names = h("select", { class: "mc-field mc-events__select", "aria-label": t("events.who"), on: { change: () => this.change({ who: this.names.value }) } });
    this.times = h("select", { class: "mc-field mc-events__select", "aria-label": t("events.time"), on: { change: () => this.change({ time: this.times.value }) } }, TIMES.map((time) => h("option", { value: time }, t(`events.time-${time || "all"}`))));
    this.times.value = this.filter.time;
    this.about = h("span", null);
    this.told = h("span", { class: "mc-muted mc-events__told", role: "status" });
    this.list = h("div", { class: "mc-events" });
    this.more = h("div", { class: "mc-events__more" });
    replace(this.root, h("h1", { class: "mc-offscreen" }, t("events.title")), h("div", { class: "mc-events__bar" }, this.kinds, this.search, this.names, this.times, this.about, h("span", { class: "mc-grow" }), this.told), this.list, this.more);
  }

  change(part) {
    Object.assign(this.filter, part);
    this.most = FIRST;
    this.show();
  }

  show() {
    const { kind, who, task, time, q } = this.filter;
    writeState({ kind, node: who, about: task, time, q });
    const found = filterEvents(this.events, { ...this.filter, since: sinceOf(time, now()) });
    this.showChoices();
    this.told.textContent = t("events.shown", { n: found.length, all: this.view.total || 0 });
    const days = byDay(found.slice(0, this.most));
    replace(this.list, days.length ? days.map((day) => this.day(day)) : h("p", { class: "mc-empty" }, this.view.total ? t("events.none") : t("events.empty")));
    this.showMore(found.length);
  }

  showChoices() {
    const counts = this.view.counts || {};
    const button = (kind, count) => h("button", { type: "button", "aria-pressed": String(this.filter.kind === kind), on: { click: () => this.change({ kind }) } }, t(`events.kinds-${kind || "all"}`), " ", h("span", { class: "mc-count" }, count));
    replace(this.kinds, button("", this.view.total || 0), KINDS.filter((kind) => counts[kind]).map((kind) => button(kind, counts[kind])));
    const names = namesOf(this.events);
    if (this.filter.who && !names.some(([name]) => name === this.filter.who)) names.push([this.filter.who, 0]);
    replace(this.names, h("option", { value: "" }, t("events.everybody")), names.map(([name, count]) => h("option", { value: name }, `${name} (${count})`)));
    this.names.value = this.filter.who;
    replace(this.about, this.filter.task ? h("button", { class: "mc-button mc-button--active", type: "button", on: { click: () => this.change({ task: "" }) } }, t("events.about", { task: this.filter.task }), " ✕") : null);
  }

  showMore(count) {
    const button = (label, act) => h("button", { class: "mc-button", type: "button", on: { click: act } }, label);
    if (count > this.most) replace(this.more, button(t("events.more", { n: count - this.most }), () => { this.most += 300; this.show(); }));
    else if (this.older.length) replace(this.more, button(t("events.older", { n: (this.view.total || 0) - this.events.length }), () => this.loadOlder()));
    else replace(this.more);
  }

  async loadOlder() {
    try {
      this.events = [...this.events, ...(await load(this.older.shift()))];
      this.most += 500;
      this.show();
    } catch (error) {
      replace(this.more, h("p", { role: "alert" }, error.message));
    }
  }

  day({ day, events }) {
    return h("section", { class: "mc-events__day" }, h("h2", { class: "mc-events__date" }, day, h("span", { class: "mc-count" }, t("events.count", { n: events.length }))), h("ul", { class: "mc-panel mc-events__list" }, events.map((event) => this.line(event))));
  }

  line(event) {
    const time = stampText(event.t);
    const name = event.task || event.plan;
    const opened = event.task ? `?task=${encodeURIComponent(event.task)}` : href("plans", { plan: event.plan });
    const about = (words) => h("button", { class: "mc-events__who", type: "button", title: t("events.only", { name: words }), on: { click: () => this.change({ who: words }) } }, words);
    return h("li", { class: `mc-event mc-event--${event.kind}` },
      h("time", { class: "mc-stamp", datetime: new Date(event.t * 1000).toISOString(), title: time }, time.slice(11)),
      h("span", { class: "mc-event__sign" }, this.sign(event)),
      h("span", { class: "mc-event__text" },
        event.run ? [h("a", { class: "mc-id mc-event__id", href: href("runs", { run: event.run }) }, event.run), " "] : null,
        name ? [h("a", { class: "mc-id mc-event__id", href: opened }, name), " "] : null,
        event.title ? [h("span", { class: "mc-event__title" }, event.title), " "] : null,
        event.new ? h("span", { class: "mc-event__move" }, event.old ? `${t(`status.${event.old}`)} → ` : `${t("events.new")} `, h("b", null, t(`status.${event.new}`))) : null,
        event.what ? h("span", { class: event.new ? "mc-muted mc-event__what" : "mc-event__what" }, event.new ? ` ${event.what}` : event.what) : null),
      event.who ? h("span", { class: "mc-event__by" }, about(event.who), avatar(event.who)) : null);
  }

  sign(event) {
    if (event.new) return ring(event.new);
    if (event.kind === "blocked") return chip(t(`events.level-${event.level === "ask" ? "ask" : "deny"}`), event.level === "ask" ? "warn" : "bad");
    if (event.level === "error") return chip(t("events.level-error"), "bad");
    return chip(t(`events.kind-${event.kind}`));
  }

  update(view) {
    this.take(view);
    this.show();
  }
}

definePage("events", {
  data: ["events"],
  mount(root, data) {
    shown = new EventsPage(root, data.events);
  },
  update(data) {
    shown.update(data.events);
  },
});
