// Which tasks a view shows: facets, text, segment; and how many each choice would show.

/** The facets in the order of their menus, each with the values a task has in it. */
export const FACETS = [
  { name: "status", values: (task) => [task.status] },
  { name: "owner", values: (task) => [task.owner || ""] },
  { name: "plan", values: (task) => [task.plan || ""] },
  { name: "label", values: (task) => (task.labels?.length ? task.labels : [""]) },
  { name: "role", values: (task) => [task.role || ""] },
  { name: "node", values: (task) => [task.node || ""] },
];
/** The segments: all tasks, those that wait for a person, the truly blocked, those that changed since the last visit. */
export const SEGMENTS = ["all", "needs", "blocked", "changed"];

// In an address: nothing ("no owner") has to be seen, and a comma inside a value must not split it.
const NONE = "~";

/** A facet's choice as text for the address. */
export function encodeChoice(values) {
  return [...values].map((value) => (value === "" ? NONE : value.replaceAll("%", "%25").replaceAll(",", "%2C").replaceAll("~", "%7E"))).join(",");
}

/** The choice that `encodeChoice` wrote. */
export function decodeChoice(text) {
  if (!text) return [];
  const restore = (part) => part.replaceAll("%7E", "~").replaceAll("%2C", ",").replaceAll("%25", "%");
  return text.split(",").map((part) => (part === NONE ? "" : restore(part)));
}

/** The view of an address's query: {text, segment, choices: {facet: Set}}. */
export function readView(query) {
  const choices = {};
  for (const facet of FACETS) choices[facet.name] = new Set(decodeChoice(query[facet.name]));
  return { text: query.q || "", segment: SEGMENTS.includes(query.show) ? query.show : "all", choices };
}

/** What of a view belongs into the address. */
export function writeView(view) {
  const query = { q: view.text, show: view.segment === "all" ? "" : view.segment };
  for (const facet of FACETS) query[facet.name] = encodeChoice(view.choices[facet.name] || []);
  return query;
}

/** Whether anything narrows the view. */
export function isFiltered(view) {
  return Boolean(view.text.trim()) || view.segment !== "all" || FACETS.some((facet) => view.choices[facet.name].size > 0);
}

/** The text that a task is found by, lower case. */
export function searchText(task) {
  const parts = [task.id, task.title, task.owner, task.plan, task.subtask, task.role, task.node, task.status, ...(task.labels || [])];
  return parts.filter(Boolean).join(" ").toLowerCase();
}

const haystacks = new WeakMap();

function matchesText(task, words) {
  if (!words.length) return true;
  if (!haystacks.has(task)) haystacks.set(task, searchText(task));
  const haystack = haystacks.get(task);
  return words.every((word) => haystack.includes(word));
}

function matchesSegment(task, segment, changed) {
  if (segment === "needs") return Boolean(task.needs_you);
  if (segment === "blocked") return Boolean(task.blocked) || task.column === "blocked";
  if (segment === "changed") return changed.has(task.id);
  return true;
}

function passesFacet(task, facet, choices) {
  const chosen = choices[facet.name];
  return !chosen.size || facet.values(task).some((value) => chosen.has(value));
}

function wordsOf(view) {
  return view.text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The tasks of the view, in their order. `changed`: ids for the segment "changed". */
export function filterTasks(tasks, view, changed = new Set()) {
  const words = wordsOf(view);
  const active = FACETS.filter((facet) => view.choices[facet.name].size > 0);
  return tasks.filter((task) => matchesSegment(task, view.segment, changed) && active.every((facet) => passesFacet(task, facet, view.choices)) && matchesText(task, words));
}

/** [{value, count}] of a facet's menu: tasks that all *other* filters let through; chosen values always appear. */
export function countFacet(tasks, view, name, changed = new Set()) {
  const facet = FACETS.find((each) => each.name === name);
  const others = { ...view, choices: { ...view.choices, [name]: new Set() } };
  const counts = new Map([...view.choices[name]].map((value) => [value, 0]));
  for (const task of filterTasks(tasks, others, changed)) {
    for (const value of facet.values(task)) counts.set(value, (counts.get(value) || 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
}

/** How many tasks each segment would show under the facets and the text. */
export function countSegments(tasks, view, changed = new Set()) {
  const rest = filterTasks(tasks, { ...view, segment: "all" });
  const counts = {};
  for (const segment of SEGMENTS) counts[segment] = rest.filter((task) => matchesSegment(task, segment, changed)).length;
  return counts;
}
