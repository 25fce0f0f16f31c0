// What the signs mean, without any drawing: names to letters and colours, numbers to levels, seconds to ages.

/** The column of each status, where no dependency holds it. */
export const COLUMN_OF_STATUS = {
  proposed: "proposed",
  queued: "ready",
  released: "ready",
  claimed: "progress",
  running: "progress",
  pending_review: "review",
  completed: "done",
  failed: "closed",
  rejected: "closed",
  cancelled: "closed",
};
const COLUMNS = ["proposed", "ready", "blocked", "progress", "review", "done", "closed"];

/** The column of a status; a column is its own; anything else is treated as proposed. */
export function columnOf(status) {
  if (COLUMNS.includes(status)) return status;
  return COLUMN_OF_STATUS[status] || "proposed";
}

/** urgent (10 and more), high (5 to 9), medium (1 to 4), none (0) or low (below). */
export function priorityLevel(priority) {
  const value = Number(priority) || 0;
  if (value >= 10) return "urgent";
  if (value >= 5) return "high";
  if (value >= 1) return "medium";
  return value < 0 ? "low" : "none";
}

/** Two capital letters: of the first two words, or of the only one. */
export function initials(name) {
  const words = String(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length) return "?";
  const letters = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...words[0]].slice(0, 2).join("");
  return letters.toUpperCase();
}

/** The hue (degrees) that a name always has. */
export function hue(name) {
  let sum = 7;
  for (const letter of String(name)) sum = (Math.imul(sum, 31) + letter.codePointAt(0)) >>> 0;
  return ((sum % 24) * 15 + 8) % 360;
}

/** Seconds as one short unit: now, 5m, 3h, 2d, 4w, 7mo, 2y. */
export function ageText(seconds) {
  if (!(seconds >= 60)) return "now";
  const steps = [["y", 31557600], ["mo", 2629800], ["w", 604800], ["d", 86400], ["h", 3600], ["m", 60]];
  for (const [unit, length] of steps) {
    // Two weeks are easier to grasp as 10d than as 1w.
    if (seconds >= length && !(unit === "w" && seconds < 2 * length)) return `${Math.floor(seconds / length)}${unit}`;
  }
  return "now";
}
