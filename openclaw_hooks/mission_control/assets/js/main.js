// Entry point: imports every page (each declares itself) and starts them; running it twice does no harm.

import { mountPages } from "./core.js";
import { followAddress, startDrawer } from "./drawer.js";
import { ageText } from "./signs.js";
import { connectLive } from "./live.js";
import "./pages/board.js";
import "./pages/overview.js";
import "./pages/plans.js";
import "./pages/roadmap.js";
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

function begin() {
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
}
