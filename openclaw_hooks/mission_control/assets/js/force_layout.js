// Places for a graph without direction: d3-force, which always begins the same way, run in slices that leave the page alive.

const [MOST_TICKS, LEAST_TICKS] = [260, 120];
const SLICE_MS = 14;
const SHOWN_MS = 160; // drawing takes longer than a slice does
const STRENGTH = { plan: 0.03 };
const UNFELT = new Set(["role", "rule"]); // they tie everything to everything: drawn, but not pulling

/** Places the nodes: Map number -> {x, y}. `onSlice(places, done)` is told now and then, and at the end; `signal` ends it early. */
export async function layoutForce(d3, picture, kindOf, { signal, onSlice }) {
  const points = picture.nodes.map((number) => ({ number, size: picture.near[number].length }));
  const at = new Map(points.map((point, index) => [point.number, index]));
  const links = picture.edges.map(([from, to, kind]) => ({ source: at.get(from), target: at.get(to), kind: kindOf(kind) })).filter((link) => !UNFELT.has(link.kind));
  const ticks = Math.round(Math.min(Math.max(MOST_TICKS - (points.length - 300) / 5, LEAST_TICKS), MOST_TICKS));
  const simulation = makeSimulation(d3, points, links).alphaDecay(1 - 0.001 ** (1 / ticks));
  const places = new Map(points.map((point) => [point.number, point]));
  let shown = performance.now();
  for (let tick = 0; tick < ticks && !signal?.aborted; ) {
    const until = performance.now() + SLICE_MS;
    while (tick < ticks && performance.now() < until) {
      simulation.tick();
      tick += 1;
    }
    if (tick >= ticks || performance.now() - shown > SHOWN_MS) {
      onSlice(places, tick / ticks);
      shown = performance.now();
    }
    if (tick < ticks) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return places;
}

function makeSimulation(d3, points, links) {
  const degree = (index) => Math.max(points[index].size, 1);
  return d3
    .forceSimulation(points)
    .stop()
    .force("charge", d3.forceManyBody().strength((point) => -150 - 40 * Math.sqrt(point.size)).distanceMax(700))
    .force("link", d3.forceLink(links).distance((link) => (link.kind in STRENGTH ? 150 : 62)).strength((link) => STRENGTH[link.kind] ?? 1 / Math.min(degree(link.source.index), degree(link.target.index))))
    .force("x", d3.forceX().strength(0.05))
    .force("y", d3.forceY().strength(0.1))
    .force("collide", d3.forceCollide((point) => radiusOf(point.size) + 5));
}

/** How large a node with so many links is drawn. */
export function radiusOf(links) {
  return Math.min(4.5 + 1.5 * Math.sqrt(links), 17);
}
