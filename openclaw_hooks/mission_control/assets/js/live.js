// Live pages: the server names the data that changed, we fetch just that and patch the page in place.

import { applyChanges, siteRoot } from "./core.js";

let source = null;

function markState(state) {
  for (const node of document.querySelectorAll(".mc-fresh")) node.dataset.live = state;
}

/** Opens the event stream when this page is served live (data-mc-live is set). Does nothing on a second call. */
export function connectLive() {
  const live = document.querySelector("[data-mc-live]")?.dataset.mcLive;
  if (!live || source || typeof EventSource === "undefined") return;
  source = new EventSource(`${siteRoot()}live`);
  source.addEventListener("open", () => markState("on"));
  source.addEventListener("error", () => markState("off"));
  source.addEventListener("message", (event) => {
    let changed;
    try {
      changed = JSON.parse(event.data).changed;
    } catch {
      return;
    }
    if (changed) applyChanges(changed).catch(() => markState("off"));
  });
}
