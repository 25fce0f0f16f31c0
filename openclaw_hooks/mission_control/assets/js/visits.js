// What changed since the reader was last here. Remembered in the browser only, and doing without where it may not.

const SAME_VISIT_S = 30 * 60;

/** The new memory of a visit at `moment`: a page opened again within half an hour belongs to the same visit. */
export function nextVisit(memory, moment) {
  if (!memory) return { since: 0, last: moment };
  return { since: moment - memory.last > SAME_VISIT_S ? memory.last : memory.since, last: moment };
}

/** The ids of tasks whose file changed after `since`; on a first visit none is news. */
export function changedSince(tasks, since) {
  return new Set(since ? tasks.filter((task) => (task.updated || 0) > since).map((task) => task.id) : []);
}

function place(scope) {
  return `mc-visit:${scope}`;
}

function readMemory(scope) {
  try {
    const memory = JSON.parse(localStorage.getItem(place(scope)));
    return typeof memory?.last === "number" && typeof memory?.since === "number" ? memory : null;
  } catch {
    return null;
  }
}

/** Records that the reader is here now; gives the moment since which things are news (0: first visit). */
export function recordVisit(scope, moment) {
  const memory = nextVisit(readMemory(scope), moment);
  try {
    localStorage.setItem(place(scope), JSON.stringify(memory));
  } catch {
    // Private windows and file:// may forbid storage; then nothing is marked.
  }
  return memory.since;
}
