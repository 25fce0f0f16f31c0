// Two rankings made one, as knowledge/hybrid.py does: each stretched to 0..1, added with fixed weights.

// The `limit` best of a Map number -> score, or of a Float32Array of scores where NaN is none: pairs, best first; equals in
// the order of their numbers.
export function takeBest(scores, limit) {
  const heap = []; // the least of what is kept lies first
  scores.forEach((score, id) => {
    if (heap.length === limit && !(score >= heap[0][1])) return; // nearly all of them
    if (Number.isNaN(score)) return;
    const pair = [id, score];
    if (heap.length < limit) {
      heap.push(pair);
      rise(heap);
    } else if (isLess(heap[0], pair)) {
      heap[0] = pair;
      sink(heap);
    }
  });
  return heap.sort((a, b) => (isLess(a, b) ? 1 : -1));
}

function isLess(a, b) {
  return a[1] < b[1] || (a[1] === b[1] && a[0] > b[0]);
}

function rise(heap) {
  let at = heap.length - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isLess(heap[at], heap[above])) return;
    [heap[at], heap[above]] = [heap[above], heap[at]];
    at = above;
  }
}

function sink(heap) {
  let at = 0;
  for (;;) {
    let least = at;
    for (const below of [2 * at + 1, 2 * at + 2]) if (below < heap.length && isLess(heap[below], heap[least])) least = below;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}

// {id, score, keyword, meaning} of all that either side found, best first. `share`: the weight of meaning.
export function fuseScores(keyword, meaning, share) {
  const words = stretch(keyword);
  const senses = stretch(meaning);
  const weight = words.size && senses.size ? share : Number(!words.size);
  const found = [];
  for (const id of new Set([...words.keys(), ...senses.keys()])) {
    const score = (1 - weight) * (words.get(id) ?? 0) + weight * (senses.get(id) ?? 0);
    found.push({ id, score, keyword: words.get(id), meaning: senses.get(id) });
  }
  return found.sort((a, b) => b.score - a.score || (b.keyword ?? 0) - (a.keyword ?? 0) || a.id - b.id);
}

function stretch(pairs) {
  let least = Infinity;
  let best = -Infinity;
  for (const [, score] of pairs) {
    least = Math.min(least, score);
    best = Math.max(best, score);
  }
  return new Map(pairs.map(([id, score]) => [id, best > least ? (score - least) / (best - least) : 1]));
}
