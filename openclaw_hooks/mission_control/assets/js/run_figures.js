// Figures of agents' runs as people read them, and sums over several runs; no DOM.

/** Four digits, whole from a thousand on; "?" for none. The same as fallback/runs.py shows. */
export function showNumber(value) {
  if (!Number.isFinite(value)) return "?";
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));
}

/** US dollars: cents, below one cent as far as it says something; empty when nobody tells. */
export function showCost(cost) {
  if (!Number.isFinite(cost)) return "";
  if (cost > 0 && cost < 0.01) return `$${Number(cost.toPrecision(2))}`;
  return `$${cost.toFixed(2)}`;
}

/** A length of time in its two largest units: 45s, 3m 20s, 2h 5m. */
export function showSeconds(seconds) {
  if (!(seconds > 0)) return "0s";
  if (seconds < 10) return `${Math.round(seconds * 10) / 10}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours) return minutes ? `${hours}h ${minutes}m` : `${hours}h`;
  return rest ? `${minutes}m ${rest}s` : `${minutes}m`;
}

/** How much better `value` is than `before`, in percent of it; null where that says nothing. */
export function gainPercent(before, value, direction) {
  if (!Number.isFinite(before) || !Number.isFinite(value) || before === 0) return null;
  const change = (100 * (value - before)) / Math.abs(before);
  return direction === "lower" ? -change : change;
}

/** A signed percentage: +12%, −3.4%, 0%. */
export function showPercent(percent) {
  if (percent === null || percent === undefined) return "";
  const size = Math.abs(percent);
  const text = size >= 10 ? String(Math.round(size)) : String(Number(size.toFixed(1)));
  return text === "0" ? "0%" : `${percent > 0 ? "+" : "−"}${text}%`;
}

/** Whether an attempt of the run was kept. */
export function hasKept(run) {
  return (run.marks || "").includes("k");
}

/**
 * What some runs came to: {runs, open, interrupted, ended, kept, tried, minutes, cost, told, provenance}. Those of agents at work count
 * alone; only where none is among them, what there is counts, and `provenance` says of what kind it is.
 */
export function sumRuns(runs) {
  const provenance = ["real", "mock", "synthetic"].find((kind) => runs.some((run) => run.provenance === kind)) || "real";
  const counted = runs.filter((run) => run.provenance === provenance);
  const ended = counted.filter((run) => run.ended);
  const told = counted.filter((run) => Number.isFinite(run.cost_usd));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    provenance,
    runs: counted.length,
    others: runs.length - counted.length,
    open: runs.filter((run) => run.outcome === "running").length,
    interrupted: runs.filter((run) => run.outcome === "interrupted").length,
    ended: ended.length,
    kept: ended.filter(hasKept).length,
    tried: sum(counted.map((run) => run.tried || 0)),
    minutes: sum(counted.map((run) => run.minutes || 0)),
    cost: sum(told.map((run) => run.cost_usd)),
    told: told.length,
  };
}
