// The line of time: scale, ticks, weekends, rows and bars as numbers; no document in here. Times in seconds, UTC + zone.

const HOUR = 3600;
const DAY = 86400;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Pixels per day of each zoom. */
export const ZOOMS = { day: 720, week: 112, month: 30 };
export const ROW = 28;
const LEAST = 5; // pixels, so that the shortest work can still be seen

/** The zoom at which a stretch of time can be taken in. */
export function chooseZoom(begins, ends) {
  const days = (ends - begins) / DAY;
  if (days <= 2.5) return "day";
  return days <= 18 ? "week" : "month";
}

function floorDay(time, zone) {
  return Math.floor((time + zone) / DAY) * DAY - zone;
}

/** {begins, ends, width, x(time), time(x)}: whole days around a stretch, at least `width` pixels wide. */
export function makeScale(stretch, zoom, width, zone = 0) {
  const perDay = ZOOMS[zoom];
  const margin = zoom === "day" ? 0 : zoom === "week" ? 1 : 2;
  const begins = floorDay(stretch.begins, zone) - margin * DAY;
  let days = Math.ceil((floorDay(stretch.ends, zone) + DAY - begins) / DAY) + margin;
  days = Math.max(days, Math.ceil(width / perDay));
  const x = (time) => ((time - begins) / DAY) * perDay;
  return { begins, ends: begins + days * DAY, width: days * perDay, x, time: (at) => begins + (at / perDay) * DAY, zoom, zone };
}

function parts(time, zone) {
  const date = new Date((time + zone) * 1000);
  return { day: date.getUTCDate(), month: MONTHS[date.getUTCMonth()], weekday: date.getUTCDay(), hour: date.getUTCHours(), year: date.getUTCFullYear(), first: date.getUTCDate() === 1 };
}

/** The marks of the head: [{x, label, strong}], of hours, days or weeks by zoom; strong ones begin a day, week or month. */
export function makeTicks(scale) {
  const step = scale.zoom === "day" ? 3 * HOUR : DAY;
  const ticks = [];
  for (let time = scale.begins; time < scale.ends; time += step) {
    const at = parts(time, scale.zone);
    const tick = labelTick(scale.zoom, at);
    if (tick) ticks.push({ x: scale.x(time), ...tick });
  }
  return ticks;
}

function labelTick(zoom, at) {
  const date = `${at.month} ${at.day}`;
  if (zoom === "day") return at.hour === 0 ? { label: `${WEEKDAYS[at.weekday]} ${date}`, strong: true } : { label: `${String(at.hour).padStart(2, "0")}:00`, strong: false };
  if (zoom === "week") return { label: at.weekday === 1 || at.first ? `${WEEKDAYS[at.weekday]} ${date}` : `${WEEKDAYS[at.weekday]} ${at.day}`, strong: at.weekday === 1 };
  if (at.weekday === 1) return { label: date, strong: true };
  return null;
}

/** The weekends within a scale: [{x, width}]. */
export function findWeekends(scale) {
  const found = [];
  for (let time = scale.begins; time < scale.ends; time += DAY) {
    const { weekday } = parts(time, scale.zone);
    if (weekday === 0 || weekday === 6) found.push({ x: scale.x(time), width: scale.x(time + DAY) - scale.x(time) });
  }
  return found;
}

/** The rows to draw, top to bottom: [{kind: "group", group, open} | {kind: "bar", bar, group}], each with its `y`. */
export function listRows(groups, closed) {
  const rows = [];
  for (const group of groups) {
    const open = !closed.has(group.plan);
    rows.push({ kind: "group", group, open });
    if (open) for (const bar of group.bars) rows.push({ kind: "bar", bar, group });
  }
  return rows.map((row, index) => ({ ...row, y: index * ROW }));
}

/** The shapes of a bar: [{x, width, kind}] of kind work, review, over, ahead or end; nothing is narrower than can be seen. */
export function shapeBar(bar, scale) {
  const shapes = [];
  for (const [begins, ends, kind] of bar.parts || []) {
    const limit = kind === "work" && bar.late && ends > bar.due && begins < bar.due ? bar.due : ends;
    add(shapes, scale, begins, limit, kind);
    if (limit < ends) add(shapes, scale, limit, ends, "over");
  }
  if (bar.ahead) add(shapes, scale, bar.ahead[0], bar.ahead[1], "ahead");
  if (!shapes.length && bar.ended) shapes.push({ x: scale.x(bar.ended) - 3, width: 6, kind: "end" });
  return shapes;
}

function add(shapes, scale, begins, ends, kind) {
  const x = scale.x(begins);
  const last = shapes[shapes.length - 1];
  const width = Math.max(LEAST, scale.x(ends) - x);
  // Short stretches that were widened must not cover each other.
  const from = last && x < last.x + last.width && last.kind !== kind ? last.x + last.width : x;
  if (last && last.kind === kind && from <= last.x + last.width + 1) last.width = Math.max(last.width, from + width - last.x);
  else shapes.push({ x: from, width, kind });
}

/** The summary of a group: {x, width, done} where `done` is the share of the width that is done; null without times. */
export function shapeGroup(group, scale) {
  if (!group.begins || !group.ends) return null;
  const x = scale.x(group.begins);
  const width = Math.max(LEAST, scale.x(group.ends) - x);
  return { x, width, done: group.total ? (width * (group.done || 0)) / group.total : 0 };
}

/** A stretch of minutes for people: "45 min", "3 h 20 min", "2 d 4 h". */
export function sayMinutes(minutes) {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  const hours = Math.floor(whole / 60);
  if (hours < 48) return whole % 60 ? `${hours} h ${whole % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}
