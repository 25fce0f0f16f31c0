// How the subtasks of a plan stand in columns and which lines join them; no document in here.

const KEPT_STATES = new Set(["claimed", "running", "pending_review", "failed", "blocked", "missing"]);

/** What each subtask waits for and what waits for it: {id: {needs: [id], feeds: [id]}}; unknown names are left out. */
export function linksOf(subtasks) {
  const links = new Map(subtasks.map((row) => [row.id, { needs: [], feeds: [] }]));
  for (const row of subtasks) {
    for (const need of row.depends_on || []) {
      if (!links.has(need)) continue;
      links.get(row.id).needs.push(need);
      links.get(need).feeds.push(row.id);
    }
  }
  return links;
}

/** The subtask, all that it needs and all that it feeds, at any distance, as a Set. */
export function kinOf(links, id) {
  const kin = new Set([id]);
  for (const side of ["needs", "feeds"]) {
    const front = [id];
    while (front.length) {
      for (const next of links.get(front.pop())?.[side] || []) {
        if (kin.has(next)) continue;
        kin.add(next);
        front.push(next);
      }
    }
  }
  return kin;
}

/** The waves with each column in the order that lets lines cross least: by the mean place of what a subtask needs. */
export function orderWaves(waves, links) {
  const place = new Map();
  return waves.map((wave, number) => {
    const mean = (id) => {
      const places = links.get(id).needs.map((need) => place.get(need)).filter((value) => value !== undefined);
      return places.length ? places.reduce((sum, value) => sum + value, 0) / places.length : Infinity;
    };
    const ordered = number === 0 ? [...wave] : wave.map((id, index) => [mean(id), index, id]).sort((left, right) => left[0] - right[0] || left[1] - right[1]).map((entry) => entry[2]);
    ordered.forEach((id, index) => place.set(id, ordered.length > 1 ? index / (ordered.length - 1) : 0.5));
    return ordered;
  });
}

/** {shown, hidden} of a wave: at most `most`, of which those that go on, failed or lie on the critical path come first. */
export function foldWave(wave, rows, most) {
  if (wave.length <= most) return { shown: wave, hidden: [] };
  const weight = (id) => (rows.get(id)?.on_path || rows.get(id)?.late ? 2 : 0) + (KEPT_STATES.has(rows.get(id)?.state) ? 1 : 0);
  const chosen = new Set(wave.map((id, index) => [weight(id), index, id]).sort((left, right) => right[0] - left[0] || left[1] - right[1]).slice(0, most - 1).map((entry) => entry[2]));
  return { shown: wave.filter((id) => chosen.has(id)), hidden: wave.filter((id) => !chosen.has(id)) };
}

/** The stand-in for the folded subtasks of a wave (a number from 1), where lines from and to them end. */
export function foldName(wave) {
  return `+${wave}`;
}

/** The lines to draw: [{from, to, kind}], of which one stands for all between the same ends. */
export function edgesOf(plan, folded) {
  const rows = new Map(plan.subtasks.map((row) => [row.id, row]));
  const told = plan.path.length < plan.subtasks.length ? plan.path : [];
  const steps = new Set(told.slice(1).map((id, index) => `${told[index]} ${id}`));
  const found = new Map();
  const strength = { open: 0, done: 1, lost: 2, path: 3 };
  for (const row of plan.subtasks) {
    for (const need of row.depends_on || []) {
      if (!rows.has(need)) continue;
      const kind = kindOf(rows.get(need), row, steps);
      const from = folded.has(need) ? foldName(rows.get(need).wave) : need;
      const to = folded.has(row.id) ? foldName(row.wave) : row.id;
      const known = found.get(`${from} ${to}`);
      if (!known || strength[known.kind] < strength[kind]) found.set(`${from} ${to}`, { from, to, kind });
    }
  }
  return [...found.values()].sort((left, right) => strength[left.kind] - strength[right.kind]);
}

function kindOf(need, row, steps) {
  if (steps.has(`${need.id} ${row.id}`)) return "path";
  if (need.stand === "lost" || need.stand === "blocked") return "lost";
  return need.state === "completed" ? "done" : "open";
}

/** Where each line leaves and enters its boxes, spread so that they don't lie on each other. `boxes`: {id: {x, y, w, h}}. */
export function placeEdges(edges, boxes) {
  const known = edges.filter((edge) => boxes.has(edge.from) && boxes.has(edge.to));
  const middle = (id) => boxes.get(id).y + boxes.get(id).h / 2;
  const outs = spread(known, "from", (edge) => middle(edge.to), boxes);
  const ins = spread(known, "to", (edge) => middle(edge.from), boxes);
  const columns = columnsOf(boxes);
  return known.map((edge) => {
    const start = { x: boxes.get(edge.from).x + boxes.get(edge.from).w, y: outs.get(edge) };
    const end = { x: boxes.get(edge.to).x, y: ins.get(edge) };
    return { ...edge, d: route(start, end, columns) };
  });
}

/** The columns that boxes stand in, left to right: [{left, right, boxes from top to bottom}]. */
function columnsOf(boxes) {
  const columns = new Map();
  for (const box of boxes.values()) {
    const key = Math.round(box.x);
    if (!columns.has(key)) columns.set(key, { left: box.x, right: box.x + box.w, boxes: [] });
    columns.get(key).boxes.push(box);
  }
  for (const column of columns.values()) column.boxes.sort((left, right) => left.y - right.y);
  return [...columns.values()].sort((left, right) => left.left - right.left);
}

/** The free height in a column that is nearest to `y`: between two boxes, or below the last. */
function findGap(column, y) {
  const gaps = column.boxes.map((box, index) => {
    const next = column.boxes[index + 1];
    const below = box.y + box.h;
    return next ? (below + next.y) / 2 : below + 7;
  });
  return gaps.reduce((best, gap) => (Math.abs(gap - y) < Math.abs(best - y) ? gap : best));
}

/** A line that goes between the boxes of the columns that it passes, not behind them. */
function route(start, end, columns) {
  const passed = columns.filter((column) => column.left > start.x && column.right < end.x);
  let path = "";
  let at = start;
  for (const column of passed) {
    const share = ((column.left + column.right) / 2 - start.x) / (end.x - start.x);
    const y = findGap(column, start.y + (end.y - start.y) * share);
    path += `${curve(at, { x: column.left - 2, y })}H${Math.round(column.right + 2)}`;
    at = { x: column.right + 2, y };
  }
  return path + curve(at, end);
}

function spread(edges, side, other, boxes) {
  const groups = new Map();
  for (const edge of edges) groups.set(edge[side], [...(groups.get(edge[side]) || []), edge]);
  const places = new Map();
  for (const [id, group] of groups) {
    const box = boxes.get(id);
    const step = Math.min(7, (box.h - 12) / Math.max(1, group.length - 1));
    group.sort((left, right) => other(left) - other(right));
    group.forEach((edge, index) => places.set(edge, box.y + box.h / 2 + (index - (group.length - 1) / 2) * step));
  }
  return places;
}

/** The path of a line between two points; below each other (a phone's single column) it swings out to the left. */
export function curve(start, end) {
  const round = (value) => Math.round(value * 10) / 10;
  if (end.x <= start.x) {
    const out = Math.min(start.x, end.x) - 14;
    return `M${round(end.x)} ${round(start.y)}C${round(out)} ${round(start.y)} ${round(out)} ${round(end.y)} ${round(end.x)} ${round(end.y)}`;
  }
  const pull = Math.max(18, Math.min(60, (end.x - start.x) / 2));
  return `M${round(start.x)} ${round(start.y)}C${round(start.x + pull)} ${round(start.y)} ${round(end.x - pull)} ${round(end.y)} ${round(end.x)} ${round(end.y)}`;
}
