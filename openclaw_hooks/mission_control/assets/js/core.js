// The one place where data scripts arrive, pages are mounted and links are made.

import { h, replace, safeUrl } from "./dom.js";
import { translate } from "./texts.js";

const pages = new Map();
const mounted = new Set();
const loading = new Map();

/** What all runs of this script on one page share: the values put by data scripts and who waits for them. */
function store() {
  if (!globalThis.MC) {
    const values = new Map();
    const waiting = new Map();
    globalThis.MC = {
      values,
      waiting,
      put(name, value) {
        values.set(name, value);
        for (const resolve of waiting.get(name) || []) resolve(value);
        waiting.delete(name);
      },
    };
  }
  return globalThis.MC;
}

function host() {
  return document.querySelector("[data-mc]");
}

/** Where the pages of Mission Control lie, seen from this page; ends with a slash. */
export function siteRoot() {
  const root = host()?.dataset.mcRoot ?? "";
  return root && !root.endsWith("/") ? `${root}/` : root;
}

function inject(name, stamp) {
  return new Promise((resolve, reject) => {
    const key = store();
    const list = key.waiting.get(name) || [];
    list.push(resolve);
    key.waiting.set(name, list);
    const address = `${siteRoot()}data/${encodeURIComponent(name)}.js`;
    const version = stamp || host()?.dataset.mcVersion || "";
    const script = h("script", { src: version ? `${address}?${encodeURIComponent(version)}` : address });
    script.onload = () => script.remove();
    script.onerror = () => {
      script.remove();
      key.waiting.delete(name);
      loading.delete(name);
      reject(new Error(translate("core.missing-data", { name })));
    };
    document.head.append(script);
  });
}

/** Runs a script below `openclaw/` once, such as a vendored library: loadScript("assets/vendor/x/x.min.js"). */
export function loadScript(path) {
  const key = `script ${path}`;
  if (!loading.has(key)) {
    const run = new Promise((resolve, reject) => {
      const script = h("script", { src: `${siteRoot()}${path}` });
      script.onload = () => resolve();
      script.onerror = () => {
        loading.delete(key);
        script.remove();
        reject(new Error(translate("core.missing-script", { path })));
      };
      document.head.append(script);
    });
    loading.set(key, run);
  }
  return loading.get(key);
}

/** A promise of the value that `data/<name>.js` puts; each is fetched once. */
export function load(name) {
  const known = store().values;
  if (known.has(name)) return Promise.resolve(known.get(name));
  if (!loading.has(name)) loading.set(name, inject(name, ""));
  return loading.get(name);
}

/** Fetches `data/<name>.js` again, for live pages; `stamp` (its hash) gets past caches. */
export function reload(name, stamp) {
  loading.set(name, inject(name, stamp));
  return loading.get(name);
}

/** Declares a page: `data` names what it needs, `mount(root, data, ctx)` draws it, `update(data, ctx)` patches it. */
export function definePage(name, page) {
  pages.set(name, page);
}

/** The text of `key` (see texts.js). */
export function t(key, values) {
  return translate(key, values);
}

/** A link to one of our pages, honouring the site's root and its kind of addresses: href("board", {task: "T-1"}). */
export function href(page, query) {
  const extension = host()?.dataset.mcExt ?? "/";
  const file = page === "overview" ? (extension === "/" ? "" : "index.html") : `${page}${extension}`;
  const pairs = Object.entries(query || {}).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(pairs).toString();
  return `${siteRoot() || "./"}${file}${search ? `?${search}` : ""}`;
}

/** The address if its scheme is harmless, else "". */
export function safeHref(url) {
  return safeUrl(url);
}

/** Seconds since the epoch, as everything in the data counts. */
export function now() {
  return Date.now() / 1000;
}

async function loadAll(names) {
  const values = await Promise.all(names.map(load));
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

function showFailure(root, error) {
  replace(root, h("div", { class: "mc-empty", role: "alert" }, h("p", { class: "mc-empty__title" }, t("core.failed")), h("p", null, error.message)));
}

async function mount(root) {
  const page = pages.get(root.dataset.mc);
  if (!page || root.dataset.mcMounted) return;
  root.dataset.mcMounted = "yes";
  const leave = new AbortController();
  const view = { root, page, ctx: { root, page: root.dataset.mc, signal: leave.signal, live: root.dataset.mcLive || "" }, leave };
  mounted.add(view);
  try {
    const values = await loadAll(page.data || []);
    const stage = h("div", { class: "mc-stage" });
    root.append(stage);
    page.mount(stage, values, view.ctx);
    root.classList.add("mc--ready");
    performance.mark?.("mc-ready");
  } catch (error) {
    root.classList.add("mc--failed");
    const place = h("div", { class: "mc-stage" });
    root.prepend(place);
    showFailure(place, error);
  }
}

/** Mounts every page element in the document that isn't yet, and lets go of those that have left it. */
export function mountPages() {
  store();
  for (const view of mounted) {
    if (view.root.isConnected) continue;
    view.leave.abort();
    mounted.delete(view);
  }
  for (const root of document.querySelectorAll("[data-mc]")) mount(root);
}

/** Fetches the changed data again and hands it to the pages that use it. `changed`: {name: hash}. */
export async function applyChanges(changed) {
  const known = store().values;
  const names = Object.keys(changed).filter((name) => known.has(name));
  await Promise.all(names.map((name) => reload(name, changed[name])));
  for (const view of mounted) {
    const needs = view.page.data || [];
    if (!view.page.update || !needs.some((name) => names.includes(name))) continue;
    view.page.update(await loadAll(needs), view.ctx);
  }
  document.dispatchEvent(new CustomEvent("mc:changed", { detail: names }));
}

store();
