// Questions about a graph of nodes (by number) and edges [from, to, ...]: who is near, what hangs together, what goes in circles.

/** For each node its neighbours in both directions. */
export function neighbours(count, edges) {
  const near = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) {
    near[from].push(to);
    near[to].push(from);
  }
  return near;
}

/** The nodes that at most `hops` steps lead to, with how many: Map node -> steps. */
export function within(near, start, hops) {
  const steps = new Map([[start, 0]]);
  let front = [start];
  for (let step = 1; step <= hops; step += 1) {
    const next = [];
    for (const node of front) {
      for (const other of near[node]) {
        if (steps.has(other)) continue;
        steps.set(other, step);
        next.push(other);
      }
    }
    front = next;
  }
  return steps;
}

/** The groups that hang together, the largest first; `nodes` in their order within each. */
export function components(nodes, near) {
  const wanted = new Set(nodes);
  const seen = new Set();
  const groups = [];
  for (const start of nodes) {
    if (seen.has(start)) continue;
    seen.add(start);
    const group = [start];
    for (let at = 0; at < group.length; at += 1) {
      for (const other of near[group[at]]) {
        if (!wanted.has(other) || seen.has(other)) continue;
        seen.add(other);
        group.push(other);
      }
    }
    groups.push(group.sort((left, right) => left - right));
  }
  return groups.sort((left, right) => right.length - left.length || left[0] - right[0]);
}

/** The edges without those that close a circle, so that what is left has a direction; goes deep without calling itself. */
export function withoutCircles(nodes, edges) {
  const out = new Map(nodes.map((node) => [node, []]));
  for (const edge of edges) out.get(edge[0])?.push(edge);
  const state = new Map();
  const kept = [];
  for (const start of nodes) {
    if (state.has(start)) continue;
    state.set(start, "open");
    const stack = [{ node: start, at: 0 }];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const edge = out.get(top.node)[top.at];
      top.at += 1;
      if (!edge) {
        state.set(top.node, "done");
        stack.pop();
        continue;
      }
      if (state.get(edge[1]) === "open") continue;
      kept.push(edge);
      if (state.has(edge[1]) || !out.has(edge[1])) continue;
      state.set(edge[1], "open");
      stack.push({ node: edge[1], at: 0 });
    }
  }
  return kept;
}

/** All that leads to `start` along the edges (`forward`: all that it leads to), itself left out. */
export function reachable(edges, start, forward) {
  const next = new Map();
  for (const [from, to] of edges) {
    const [key, value] = forward ? [from, to] : [to, from];
    if (!next.has(key)) next.set(key, []);
    next.get(key).push(value);
  }
  const seen = new Set([start]);
  const queue = [start];
  for (let at = 0; at < queue.length; at += 1) {
    for (const node of next.get(queue[at]) || []) {
      if (seen.has(node)) continue;
      seen.add(node);
      queue.push(node);
    }
  }
  seen.delete(start);
  return seen;
}
