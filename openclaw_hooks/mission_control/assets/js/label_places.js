// Which labels are written, so that none covers another.

const CELL = 64;

/** The numbers of the boxes {x, y, width, height, weight} that are shown: the weightiest first, each only where it is free. */
export function chooseLabels(boxes, most = Infinity) {
  const order = boxes.map((_, index) => index).sort((left, right) => boxes[right].weight - boxes[left].weight || left - right);
  const grid = new Map();
  const shown = [];
  for (const index of order) {
    if (shown.length >= most) break;
    const cells = cellsOf(boxes[index]);
    if (cells.some((cell) => (grid.get(cell) || []).some((other) => overlap(boxes[index], boxes[other])))) continue;
    for (const cell of cells) {
      if (!grid.has(cell)) grid.set(cell, []);
      grid.get(cell).push(index);
    }
    shown.push(index);
  }
  return shown;
}

function cellsOf(box) {
  const cells = [];
  for (let column = Math.floor(box.x / CELL); column <= Math.floor((box.x + box.width) / CELL); column += 1) {
    for (let row = Math.floor(box.y / CELL); row <= Math.floor((box.y + box.height) / CELL); row += 1) cells.push(`${column},${row}`);
  }
  return cells;
}

function overlap(left, right) {
  return left.x < right.x + right.width && right.x < left.x + left.width && left.y < right.y + right.height && right.y < left.y + left.height;
}
