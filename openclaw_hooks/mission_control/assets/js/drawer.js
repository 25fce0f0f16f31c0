// A task's drawer, usable from every page: openTask("T-abc"), or ?task=T-abc in the address.

import { h, replace } from "./dom.js";
import { load } from "./core.js";
import { drawerBody, drawerHead } from "./drawer_parts.js";
import { readState, writeState } from "./url_state.js";

let dialog = null;
let openId = "";

function build() {
  const head = h("div", { class: "mc-drawer__head" });
  const body = h("div", { class: "mc-drawer__body", tabindex: "0", role: "region", "aria-labelledby": "mc-drawer-title" });
  dialog = h("dialog", { class: "mc-drawer", "aria-labelledby": "mc-drawer-title" }, head, body);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    // A browser that finds nothing to give the focus back to leaves it in here until it draws.
    if (document.activeElement === document.body || dialog.contains(document.activeElement)) focusLink(openId);
    openId = "";
    writeState({ task: "" });
  });
  document.body.append(dialog);
}

/** What the drawer was opened from may have been drawn anew or never been there: the task's own link comes next. */
function focusLink(id) {
  const address = CSS.escape(`?task=${encodeURIComponent(id)}`);
  document.querySelector(`.mc-stage a[href$="${address}"]`)?.focus();
}

async function draw(id) {
  const [head, body] = dialog.children;
  let tasks;
  try {
    tasks = await load("tasks");
  } catch (error) {
    replace(body, h("p", { role: "alert" }, error.message));
    return;
  }
  const row = tasks.tasks.find((task) => task.id === id);
  const actions = { open: openTask, close: () => dialog.close() };
  replace(head, drawerHead(row, id, actions));
  replace(body, drawerBody(row, id, tasks.tasks, null, actions));
  if (!row) return;
  const bodies = await load(`bodies-${row.shard ?? 0}`).catch((error) => ({ [id]: { failure: error.message } }));
  if (openId !== id) return;
  const kept = body.scrollTop;
  replace(body, drawerBody(row, id, tasks.tasks, bodies[id] || {}, actions));
  body.scrollTop = kept;
}

/** Opens the drawer of a task; from another task's drawer it goes there. */
export function openTask(id) {
  if (!dialog || !dialog.isConnected) build();
  const fresh = openId !== id;
  openId = id;
  writeState({ task: id }, { push: fresh && readState().task !== id });
  if (!dialog.open) dialog.showModal();
  // The region that scrolls takes the focus, so that the arrow keys read on at once.
  dialog.children[1].focus();
  if (fresh) dialog.children[1].scrollTop = 0;
  draw(id);
}

/** Opens what the address asks for, follows the back button and redraws when live data changed. */
export function startDrawer() {
  const follow = () => {
    const wanted = readState().task || "";
    if (wanted && wanted !== openId) openTask(wanted);
    else if (!wanted && dialog?.open) dialog.close();
  };
  addEventListener("popstate", follow);
  document.addEventListener("mc:changed", () => {
    if (dialog?.open && openId) draw(openId);
  });
  follow();
}

/** Opens the address's task on a page that has just been mounted. */
export function followAddress() {
  const wanted = readState().task || "";
  if (wanted && wanted !== openId && document.querySelector("[data-mc]")) openTask(wanted);
}
