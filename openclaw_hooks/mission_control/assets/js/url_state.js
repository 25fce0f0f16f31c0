// The address is the state: filters in the query, so that a copied link shows the same view.

/** The query of `search` as {name: "value"}; a name that comes twice keeps the last. */
export function parseQuery(search) {
  return Object.fromEntries(new URLSearchParams(search));
}

/** `state` as a query, names sorted, empty values left out; starts with "?" unless empty. */
export function formatQuery(state) {
  const pairs = Object.entries(state)
    .filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)])
    .filter(([, value]) => value !== "")
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const text = new URLSearchParams(pairs).toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** The state of this page's address. */
export function readState() {
  return parseQuery(location.search);
}

/** Writes `changes` into the address; an empty value takes the name out. `push` makes a step for the back button. */
export function writeState(changes, { push = false } = {}) {
  const search = formatQuery({ ...readState(), ...changes });
  if (search === location.search) return;
  const address = `${location.pathname}${search}${location.hash}`;
  try {
    if (push) history.pushState({ mc: true }, "", address);
    else history.replaceState(history.state, "", address);
  } catch {
    // Some browsers refuse to write the address of a file:// page; the view works without it.
  }
}
