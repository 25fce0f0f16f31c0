// Live pages: the server names the data that changed, we fetch just that and patch the page in place.

import { applyChanges, siteRoot, t } from "./core.js";
import { h } from "./dom.js";

let source = null;

function markState(state) {
  for (const node of document.querySelectorAll(".mc-fresh")) node.dataset.live = state;
}

/**
 * Keeps an event stream while this page is served live (data-mc-live is set) and can be seen. Browsers allow six
 * connections to a server, streams of hidden tabs among them. Does nothing on a second call.
 */
export function connectLive() {
  const live = document.querySelector("[data-mc-live]")?.dataset.mcLive;
  if (!live || source || typeof EventSource === "undefined") return;
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  connect();
}

function disconnect() {
  // A page that was opened hidden hears the first greeting all the same: it tells what the page was loaded with.
  if (!versions) return;
  source?.close();
  source = null;
}

function connect() {
  if (source) return;
  source = new EventSource(`${siteRoot()}live`);
  source.addEventListener("open", () => markState("on"));
  source.addEventListener("error", () => markState("off"));
  source.addEventListener("message", (event) => receive(readMessage(event.data)));
}

function readMessage(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

// The hashes of what the page shows; the first greeting after loading is taken as what it was loaded with.
let versions = null;

function receive(message) {
  if (message.reload) return offerReload();
  const changed = message.versions ? differing(message.versions) : message.changed || {};
  versions = { ...versions, ...(message.versions || message.changed) };
  if (document.hidden) disconnect();
  if (Object.keys(changed).length) applyChanges(changed).catch(() => markState("off"));
  return undefined;
}

function differing(fresh) {
  if (!versions) return {};
  return Object.fromEntries(Object.entries(fresh).filter(([name, hash]) => versions[name] !== hash));
}

/** Pages were built anew: reload at once, or offer it when the reader is in the middle of something. */
function offerReload() {
  const isBusy = document.querySelector("dialog[open], :popover-open") || document.activeElement?.matches("input, textarea, select");
  if (!isBusy) return location.reload();
  if (document.querySelector(".mc-toast--reload")) return undefined;
  const button = h("button", { type: "button", class: "mc-button", on: { click: () => location.reload() } }, t("core.reload"));
  return document.body.append(h("div", { class: "mc-toast mc-toast--reload", role: "status" }, t("core.new-version"), " ", button));
}
