// A plan's done work against all its work over time, as paths of an SVG; no document in here.

const round = (value) => Math.round(value * 10) / 10;

/** The grid lines of an axis that reaches `top`: round numbers, at most five of them above zero. */
export function gridOf(top) {
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];
  const step = steps.find((each) => top / each <= 4) || 2000;
  const lines = [];
  for (let value = 0; value <= top; value += step) lines.push(value);
  return lines;
}

/** Steps from the left edge through `points` ([[time, value]]) to `until`. */
function stepPath(points, x, y, until) {
  let path = "";
  points.forEach(([time, value], index) => {
    path += index ? `H${round(x(time))}V${round(y(value))}` : `M${round(x(time))} ${round(y(value))}`;
  });
  return `${path}H${round(x(until))}`;
}

/**
 * The shapes of a burn-up in a box {width, height}: `total`, `done`, `area` and, while it goes on, `ahead` (dashed) as
 * path data, `grid` [{y, value}], `now` (x) and the last figures. `points`: [[time, to do in all, done]].
 */
export function shapeBurnup(points, now, ends, box) {
  const first = points[0][0];
  const last = points[points.length - 1];
  const until = Math.max(now, first + 60);
  const right = Math.max(until, ends || 0);
  const top = Math.max(...points.map((point) => point[1]), 1);
  const x = (time) => ((time - first) / (right - first)) * box.width;
  const y = (value) => box.height - (value / (top * 1.08)) * box.height;
  const end = ends && ends > now ? until : Math.min(until, Math.max(last[0], ends || last[0], first + 60));
  const done = stepPath(points.map((point) => [point[0], point[2]]), x, y, end);
  const ahead = ends > now && last[2] < last[1] ? `M${round(x(until))} ${round(y(last[2]))}L${round(x(ends))} ${round(y(last[1]))}` : "";
  return {
    total: stepPath(points.map((point) => [point[0], point[1]]), x, y, ahead ? ends : end),
    done,
    area: `${done}V${round(y(0))}H0Z`,
    ahead,
    grid: gridOf(top).map((value) => ({ y: round(y(value)), value })),
    now: ends > now ? round(x(now)) : null,
    first,
    right,
    figures: { total: last[1], done: last[2] },
  };
}

/** The heights of bars for numbers per day: [{x, width, y, height}] in a box; a day without anything keeps a line to see. */
export function shapeDays(values, box) {
  const top = Math.max(1, ...values);
  const slot = box.width / values.length;
  return values.map((value, index) => {
    const height = value ? Math.max(3, (value / top) * box.height) : 1.5;
    return { x: round(index * slot + slot * 0.13), width: round(slot * 0.74), y: round(box.height - height), height: round(height) };
  });
}
