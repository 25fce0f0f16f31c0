// Where the keys lead on a board: positions in columns of cards, without any document.

const STEPS = { j: [0, 1], k: [0, -1], l: [1, 0], h: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };
const LETTERS = { "/": "search", "?": "help", Enter: "open", m: "move", c: "copy", Escape: "leave" };

/** Finds a card: {column, row}, or null. `grid`: the ids shown, column by column. */
export function findCard(grid, id) {
  for (let column = 0; column < grid.length; column += 1) {
    const row = grid[column].indexOf(id);
    if (row >= 0) return { column, row };
  }
  return null;
}

function firstCard(grid) {
  const column = grid.findIndex((ids) => ids.length > 0);
  return column < 0 ? null : grid[column][0];
}

/** The id that `key` leads to from `id`; empty columns are stepped over, ends hold. */
export function nextCard(grid, id, key) {
  const at = findCard(grid, id);
  if (!at) return firstCard(grid);
  const [across, down] = STEPS[key] || [0, 0];
  if (down) return grid[at.column][Math.max(0, Math.min(grid[at.column].length - 1, at.row + down))];
  for (let column = at.column + across; across && column >= 0 && column < grid.length; column += across) {
    if (grid[column].length) return grid[column][Math.min(at.row, grid[column].length - 1)];
  }
  return id;
}

/** What a key means: {kind: "step", key}, {kind: "search"|"help"|"open"|"move"|"copy"|"leave"}, or null. */
export function readKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key in STEPS) return { kind: "step", key: event.key };
  return event.key in LETTERS ? { kind: LETTERS[event.key] } : null;
}
