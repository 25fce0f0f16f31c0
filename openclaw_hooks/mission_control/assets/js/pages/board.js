// The board page.

import { definePage } from "../core.js";
import { h } from "../dom.js";

definePage("board", {
  data: ["tasks"],
  mount(root, data) {
    root.append(h("p", null, String(data.tasks.tasks.length)));
  },
});
