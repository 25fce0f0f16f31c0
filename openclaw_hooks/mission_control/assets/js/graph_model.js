// The nodes and edges of the data as the two pictures need them: only numbers, filtered by kind.

import { components, neighbours } from "./graph_walk.js";

export const KINDS = ["task", "plan", "doc", "memory", "rule", "role"];
const SHOWN_AT_FIRST = ["task", "doc", "memory", "rule"];
const LOOSE = new Set(["plan", "role", "rule"]);

/** The kinds that the address names, or those that are shown at first. */
export function readKinds(text) {
  const named = (text || "").split(",").filter((kind) => KINDS.includes(kind));
  return new Set(named.length ? named : SHOWN_AT_FIRST);
}

/** The kinds as the address has them, empty for those that are shown at first. */
export function writeKinds(kinds) {
  const same = kinds.size === SHOWN_AT_FIRST.length && SHOWN_AT_FIRST.every((kind) => kinds.has(kind));
  return same ? "" : KINDS.filter((kind) => kinds.has(kind)).join(",");
}

/** What depends on what: {nodes, edges [waiting, needed, kind], near, alone, ended}; chains where all is finished on request. */
export function taskGraph(graph, withEnded) {
  const isOpen = (number) => !["done", "closed"].includes(graph.nodes[number].column);
  const every = graph.edges.filter(([, , kind]) => graph.edge_kinds[kind] === "depends");
  const linked = [...new Set(every.flatMap(([from, to]) => [from, to]))].sort((left, right) => left - right);
  const groups = components(linked, neighbours(graph.nodes.length, every));
  const shown = new Set(groups.filter((group) => withEnded || group.some(isOpen)).flat());
  const edges = every.filter(([from]) => shown.has(from));
  const tasks = graph.nodes.filter((node) => node.kind === "task").length;
  const nodes = linked.filter((number) => shown.has(number));
  return { nodes, edges, near: neighbours(graph.nodes.length, edges), alone: tasks - linked.length, ended: linked.length - nodes.length };
}

/** What is written about what: nodes of `kinds`, tasks and the like only where something is linked with them. */
export function knowledgeGraph(graph, kinds) {
  const edges = graph.edges.filter(([from, to, kind]) => graph.edge_kinds[kind] !== "depends" && kinds.has(graph.nodes[from].kind) && kinds.has(graph.nodes[to].kind));
  const told = edges.filter(([, , kind]) => !LOOSE.has(graph.edge_kinds[kind]));
  const near = neighbours(graph.nodes.length, edges);
  const spoken = new Set(told.flatMap(([from, to]) => [from, to]));
  const nodes = [];
  graph.nodes.forEach((node, number) => {
    if (!kinds.has(node.kind)) return;
    if (node.kind === "task" ? spoken.has(number) || (onlyLoose(kinds) && near[number].length) : true) nodes.push(number);
  });
  const shown = new Set(nodes);
  const kept = edges.filter(([from, to]) => shown.has(from) && shown.has(to));
  return { nodes, edges: kept, near: neighbours(graph.nodes.length, kept), alone: 0, ended: 0 };
}

function onlyLoose(kinds) {
  return ![...kinds].some((kind) => kind === "doc" || kind === "memory" || kind === "rule");
}

/** How many nodes of each kind there are. */
export function countKinds(graph) {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  for (const node of graph.nodes) counts[node.kind] += 1;
  return counts;
}

/** The nodes whose id, name or path holds all words, the best first: [number]. */
export function searchNodes(graph, words, numbers, most = 12) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  const found = [];
  for (const number of numbers) {
    const node = graph.nodes[number];
    const text = `${node.id} ${node.name} ${node.path || ""}`.toLowerCase();
    if (!parts.every((part) => text.includes(part))) continue;
    const starts = node.name.toLowerCase().startsWith(parts[0]) || node.id.toLowerCase().startsWith(parts[0]);
    found.push([starts ? 0 : 1, node.name.length, number]);
  }
  found.sort((left, right) => left[0] - right[0] || left[1] - right[1] || left[2] - right[2]);
  return found.slice(0, most).map(([, , number]) => number);
}

/** What one node is linked with: [{kind, out, number}], by kind of edge. */
export function linksOf(graph, number) {
  const found = [];
  for (const [from, to, kind] of graph.edges) {
    if (from === number) found.push({ kind: graph.edge_kinds[kind], out: true, number: to });
    else if (to === number) found.push({ kind: graph.edge_kinds[kind], out: false, number: from });
  }
  return found;
}
