// Entry point: imports every page (each declares itself) and starts them; running it twice does no harm.

import { mountPages } from "./core.js";
import { followAddress, startDrawer } from "./drawer.js";
import { ageText } from "./signs.js";
import { connectLive } from "./live.js";
import "./pages/board.js";
import "./pages/overview.js";
import "./pages/plans.js";
import "./pages/roadmap.js";
import "./pages/runs.js";
import "./pages/graph.js";
import "./pages/search.js";
import "./pages/diagnostics.js";
import "./pages/roles.js";
import "./pages/rules.js";
import "./pages/memory.js";
import "./pages/mesh.js";
import "./pages/events.js";

function refreshAges() {
  for (const node of document.querySelectorAll("time.mc-age, .mc-fresh time")) {
    const at = Date.parse(node.getAttribute("datetime"));
    if (!Number.isNaN(at)) node.textContent = ageText((Date.now() - at) / 1000);
  }
}

/** Tells the styles how high the theme's header is and where our part begins; themes and banners differ. */
function measureFrame() {
  const root = document.querySelector(".mc");
  if (!root) return;
  const header = document.querySelector(".md-header");
  const style = document.documentElement.style;
  if (header) style.setProperty("--mc-header", `${header.offsetHeight}px`);
  style.setProperty("--mc-top", `${Math.round(root.getBoundingClientRect().top + scrollY)}px`);
}

/** Brings the current tab into sight where the strip is wider than the window. */
function showCurrentTab() {
  const tab = document.querySelector(".mc-tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

function begin() {
  measureFrame();
  showCurrentTab();
  mountPages();
  refreshAges();
  connectLive();
}

// Material's instant navigation runs this script again for each page; the first run's modules stay in charge.
if (globalThis.MC.begin) {
  globalThis.MC.begin();
} else {
  globalThis.MC.begin = () => {
    begin();
    followAddress();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => globalThis.MC.begin());
  begin();
  startDrawer();
  setInterval(refreshAges, 30000);
  addEventListener("resize", measureFrame);
}
