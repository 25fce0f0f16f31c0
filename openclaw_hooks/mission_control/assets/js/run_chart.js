// The metric of a run as shapes: baseline, each attempt's median with noise and readings, and the best so far; no DOM.

const MARGIN = { left: 56, right: 14, top: 20, bottom: 28 };
const LABEL = 30;
const FAR = 3;

const round = (value) => Math.round(value * 10) / 10;

function figureOf(trial) {
  return Number.isFinite(trial.figure?.value) ? trial.figure : null;
}

function kindOf(trial) {
  if (trial.verdict === "keep") return "kept";
  return trial.verdict === "discard" ? "discarded" : "open";
}

/** What has to be exceeded for a gain, as the judge asks it: the least gain, or twice the larger noise of the two. */
export function gainNeeded(best, figure, measure) {
  return Math.max(measure?.min_gain || 0, 2 * Math.max(best?.noise || 0, figure?.noise || 0));
}

/** Round numbers that lie between `low` and `high`, about four. */
export function ticksBetween(low, high) {
  const rough = (high - low) / 4;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const found = [];
  for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index += 1) found.push(Number((index * step).toPrecision(12)));
  return found;
}

function rangeOf(figures, measure) {
  const values = figures.flatMap((figure) => [figure.value - (figure.noise || 0), figure.value + (figure.noise || 0), ...(figure.readings || []).filter(Number.isFinite)]);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.abs(high) * 0.2 || 1;
  const target = measure?.target;
  // A goal that is far away would press all that was measured into one line.
  if (Number.isFinite(target) && target > low - FAR * span && target < high + FAR * span) [low, high] = [Math.min(low, target), Math.max(high, target)];
  const pad = (high - low || span) * 0.1;
  return [low - pad, high + pad];
}

/** The best before each column, and after the last: a figure that was kept takes the place of the one before. */
export function bestBefore(columns) {
  let best = null;
  return columns.map((column) => {
    const before = best;
    if (column.figure && (column.kind === "baseline" || column.kind === "kept")) best = column.figure;
    return before;
  });
}

/** The columns from left to right: {n, kind, figure, trial}; the baseline is number 0. */
export function columnsOf(run) {
  const baseline = run.baseline ? [{ n: 0, kind: "baseline", figure: figureOf({ figure: run.baseline }), trial: null }] : [];
  return [...baseline, ...(run.trials || []).map((trial) => ({ n: trial.n, kind: kindOf(trial), figure: figureOf(trial), trial }))];
}

function shapePoint(column, place, scale) {
  const { figure } = column;
  if (!figure) return { n: column.n, kind: column.kind, x: round(place.x), y: null, readings: [] };
  const noise = figure.noise || 0;
  const several = (figure.readings || []).length > 1;
  return {
    n: column.n,
    kind: column.kind,
    value: figure.value,
    x: round(place.x),
    y: round(scale.y(figure.value)),
    low: noise ? round(scale.y(figure.value - noise)) : null,
    high: noise ? round(scale.y(figure.value + noise)) : null,
    readings: several ? figure.readings.filter(Number.isFinite).map((value) => round(scale.y(value))) : [],
  };
}

function shapeBands(columns, before, places, scale, measure) {
  return columns.flatMap((column, index) => {
    const half = before[index] ? gainNeeded(before[index], column.figure, measure) : 0;
    if (!half || column.kind === "baseline") return [];
    const top = Math.max(scale.top, scale.y(before[index].value + half));
    const bottom = Math.min(scale.bottom, scale.y(before[index].value - half));
    return [{ x: round(places[index].left), width: round(places[index].right - places[index].left), y: round(top), height: round(Math.max(bottom - top, 0.5)) }];
  });
}

/** The line of the best so far: level until a kept attempt, then a step to its value. */
function shapeBest(columns, before, places, scale) {
  let path = "";
  columns.forEach((column, index) => {
    if (before[index] && path) path += `H${round(places[index].x)}`;
    const starts = column.figure && (column.kind === "baseline" || column.kind === "kept");
    if (starts) path += path ? `V${round(scale.y(column.figure.value))}` : `M${round(places[index].x)} ${round(scale.y(column.figure.value))}`;
  });
  return path ? `${path}H${round(scale.right)}` : "";
}

/**
 * The shapes of a run's metric in a box {width, height}; null where no attempt and no baseline has a number.
 * `points`: in the order of the columns, `y` null for an attempt without a figure; `bands` are where a value is no gain.
 */
export function shapeRun(run, box) {
  const columns = columnsOf(run);
  const figures = columns.map((column) => column.figure).filter(Boolean);
  if (!figures.length) return null;
  const [low, high] = rangeOf(figures, run.measure);
  const [left, right, top, bottom] = [MARGIN.left, box.width - MARGIN.right, MARGIN.top, box.height - MARGIN.bottom];
  const slot = (right - left) / columns.length;
  const places = columns.map((_, index) => ({ left: left + index * slot, right: left + (index + 1) * slot, x: left + (index + 0.5) * slot }));
  const scale = { y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top), top, bottom, left, right };
  const before = bestBefore(columns);
  const every = Math.max(1, Math.ceil(LABEL / slot));
  const target = run.measure?.target;
  return {
    left, right, top, bottom, slot,
    grid: ticksBetween(low, high).map((value) => ({ value, y: round(scale.y(value)) })),
    points: columns.map((column, index) => ({ ...shapePoint(column, places[index], scale), labelled: index % every === 0 })),
    bands: shapeBands(columns, before, places, scale, run.measure),
    best: shapeBest(columns, before, places, scale),
    target: Number.isFinite(target) && target >= low && target <= high ? { value: target, y: round(scale.y(target)) } : null,
  };
}
