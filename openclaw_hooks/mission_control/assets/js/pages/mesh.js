// The mesh page: this machine, its nodes, who holds what, what is still to be decided, and who works on the board.

import { age, agoText, avatar, chip, stamp } from "../glyphs.js";
import { ageText } from "../signs.js";
import { commandButton } from "../clipboard.js";
import { definePage, href, now, t } from "../core.js";
import { h, replace } from "../dom.js";

const SILENT_S = 30;
const LOST_S = 300;

function draw(root, mesh) {
  replace(root, h("h1", { class: "mc-title" }, t("mesh.title")), broken(mesh),
    h("div", { class: "mc-mesh" }, here(mesh), mesh.joined ? panel("mesh.nodes", mesh.nodes, nodeTable, "mesh.no-nodes") : null, panel("mesh.leases", mesh.leases, leaseTable, "mesh.no-leases"), panel("mesh.conflicts", mesh.conflicts, conflictList, "mesh.no-conflicts"), panel("mesh.hands", mesh.hands, handTable, "mesh.no-hands")));
}

function broken(mesh) {
  return (mesh.broken || []).map((item) => h("div", { class: "mc-panel mc-broken mc-memory__broken" }, h("code", null, item.path), ` ${item.message}${item.hint ? ` (${item.hint})` : ""}`));
}

function panel(key, rows = [], make, none) {
  return h("section", { class: `mc-panel mc-mesh__part mc-mesh__part--${key.slice(5)}` }, h("h2", { class: "mc-panel__title" }, t(key), h("span", { class: "mc-count" }, rows.length)), rows.length ? make(rows) : h("p", { class: "mc-muted" }, t(none)));
}

/** What this machine is in the mesh, or how it would become a part of one. */
function here(mesh) {
  const { sidecar } = mesh;
  if (!mesh.joined) {
    return h("section", { class: "mc-panel mc-mesh__here" }, h("h2", { class: "mc-panel__title" }, t("mesh.alone")), h("p", { class: "mc-muted" }, t("mesh.alone-why")),
      h("div", { class: "mc-mesh__commands" }, commandButton("openclaw mesh up", t("mesh.start-server")), commandButton("openclaw sync", t("mesh.start-sidecar")), commandButton("openclaw mesh invite NODE", t("mesh.start-invite")), commandButton("openclaw board sync", t("mesh.start-git"))));
  }
  const isWell = sidecar?.running && !sidecar.halted && !sidecar.last_error;
  const state = !sidecar ? chip(t("mesh.sidecar-never"), "plain") : !sidecar.running ? chip(t("mesh.sidecar-off"), "warn") : isWell ? chip(sidecar.state, "good") : chip(sidecar.state, "bad");
  const facts = sidecar ? [
    ["node", `${sidecar.node} (${sidecar.role})`],
    ["lead", sidecar.leading ? t("mesh.this-node") : sidecar.lead || t("mesh.nobody")],
    ["term", sidecar.term || ""],
    ["server", sidecar.server || mesh.server || ""],
    ["waits", t("mesh.waits", { edits: sidecar.pending || 0, commands: mesh.waiting || 0, refused: mesh.refused || 0 })],
    ["looked", sidecar.last_pass ? age(sidecar.last_pass) : ""],
    ["said", age(sidecar.at)],
  ] : [["server", mesh.server || ""]];
  return h("section", { class: "mc-panel mc-mesh__here" }, h("h2", { class: "mc-panel__title" }, t("mesh.here"), state),
    h("dl", { class: "mc-mesh__facts" }, facts.filter(([, value]) => value !== "").map(([key, value]) => h("div", null, h("dt", { class: "mc-muted" }, t(`mesh.fact-${key}`)), h("dd", null, value)))),
    sidecar?.halted ? h("p", { class: "mc-broken mc-mesh__trouble" }, t("mesh.halted"), " ", sidecar.halted) : null,
    sidecar?.last_error ? h("p", { class: "mc-broken mc-mesh__trouble" }, age(sidecar.last_error_at), " ", sidecar.last_error) : null,
    sidecar?.running ? null : commandButton("openclaw sync", t("mesh.start-sidecar")));
}

function table(heads, rows) {
  return h("div", { class: "mc-mesh__scroll", tabindex: 0, role: "group", "aria-label": t(`mesh.head-${heads[0]}`) }, h("table", { class: "mc-table mc-mesh__table" }, h("thead", null, h("tr", null, heads.map((head) => h("th", { scope: "col" }, t(`mesh.head-${head}`))))), h("tbody", null, rows)));
}

function nodeTable(nodes) {
  return table(["node", "role", "state", "heard", "lag", "version", "offers"], nodes.map((node) => h("tr", null,
    h("td", null, h("span", { class: "mc-mesh__node" }, h("b", null, node.name), node.leads ? chip(t("mesh.leads"), "progress") : null, node.here ? chip(t("mesh.here-chip"), "new") : null)),
    h("td", null, node.role), h("td", null, t(`mesh.state-${node.state}`), " ", node.since ? h("span", { class: "mc-muted" }, age(node.since)) : null),
    h("td", null, heartbeat(node)), h("td", { class: "mc-num" }, node.lag || ""), h("td", { class: "mc-id" }, [node.version, node.host].filter(Boolean).join(" · ")), h("td", null, (node.offers || []).join(", ")))));
}

function heartbeat(node) {
  if (!node.heard) return h("span", { class: "mc-muted" }, t("mesh.never"));
  const silent = now() - node.heard;
  const kind = silent < SILENT_S ? "well" : silent < LOST_S ? "late" : "lost";
  return h("span", { class: `mc-beat mc-beat--${kind}`, title: t(`mesh.beat-${kind}`) }, age(node.heard));
}

function leaseTable(leases) {
  return table(["task", "owner", "machine", "expires"], leases.map((lease) => h("tr", null,
    h("td", null, h("a", { class: "mc-mesh__task", href: `?task=${encodeURIComponent(lease.task)}` }, h("span", { class: "mc-id" }, lease.task), " ", lease.title)),
    h("td", null, h("span", { class: "mc-person" }, avatar(lease.owner), lease.owner)), h("td", { class: "mc-id" }, lease.node || ""), h("td", null, expiry(lease)))));
}

function expiry(lease) {
  const left = lease.expires - now();
  const share = lease.made && lease.expires > lease.made ? Math.min(Math.max(left / (lease.expires - lease.made), 0), 1) : 0;
  if (left <= 0) return [chip(t("mesh.expired", { ago: agoText(lease.expires) }), lease.live ? "warn" : "bad"), " ", stamp(lease.expires)];
  return h("span", { class: "mc-mesh__left" }, h("span", { class: "mc-mesh__bar", "aria-hidden": "true" }, h("span", { style: { width: `${Math.round(share * 100)}%` } })), t("mesh.left", { age: ageText(Math.max(left, 60)) }));
}

function conflictList(conflicts) {
  return h("ul", { class: "mc-mesh__conflicts" }, conflicts.map((conflict) => h("li", null,
    h("p", null, conflict.task ? h("a", { class: "mc-id mc-link", href: `?task=${encodeURIComponent(conflict.task)}` }, conflict.task) : h("code", null, conflict.path), " ", t("mesh.field", { field: conflict.field }), " ", conflict.since ? age(conflict.since) : null),
    h("div", { class: "mc-mesh__sides" }, side("mesh.kept", conflict.kept), side("mesh.dropped", conflict.dropped)),
    h("div", { class: "mc-mesh__commands" }, commandButton(`openclaw board conflicts ${conflict.id}`, t("mesh.show-conflict")), commandButton(`openclaw board conflicts --drop ${conflict.id}`, t("mesh.drop-conflict"))))));
}

function side(key, text) {
  return h("div", { class: "mc-mesh__side" }, h("p", { class: "mc-muted" }, t(key)), h("pre", { tabindex: 0 }, text || t("mesh.nothing")));
}

function handTable(hands) {
  const most = Math.max(...hands.map((hand) => hand.commits), 1);
  return h("ul", { class: "mc-lines" }, hands.map((hand) => h("li", null, h("a", { class: "mc-line", href: href("events", { node: hand.name }) }, avatar(hand.name), h("span", { class: "mc-line__text" }, hand.name), h("span", { class: "mc-mesh__bar mc-mesh__bar--wide", "aria-hidden": "true" }, h("span", { style: { width: `${Math.round((hand.commits / most) * 100)}%` } })), h("span", { class: "mc-num mc-muted" }, t("mesh.changes", { n: hand.commits })), age(hand.last)))));
}

let place = null;
let latest = null;

definePage("mesh", {
  data: ["mesh"],
  mount(root, data, ctx) {
    [place, latest] = [root, data.mesh];
    draw(root, latest);
    const timer = setInterval(() => { if (!place.contains(document.activeElement)) draw(place, latest); }, 30000);
    ctx.signal.addEventListener("abort", () => clearInterval(timer));
  },
  update(data) {
    latest = data.mesh;
    draw(place, latest);
  },
});
