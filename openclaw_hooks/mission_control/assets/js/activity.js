// What commits of the board say, taken apart for a list; no document in here.

const MOVE = /^(task|plan) ([TP]-[0-9a-z]{6}) (\w+) -> (\w+)(?: \(([^)]*)\))?(?:: (.*))?$/;
const MADE = /^(task|plan) ([TP]-[0-9a-z]{6}) (.*)$/;
const DAY = 86400;

/** {id, status, words}: the task or plan that a commit is about, the status that it got, and what else is said. */
export function readSubject(what) {
  const moved = MOVE.exec(what);
  if (moved) return { id: moved[2], kind: moved[1], from: moved[3], status: moved[4], words: moved[6] || "" };
  const made = MADE.exec(what);
  if (made) return { id: made[2], kind: made[1], from: "", status: "", words: made[3] };
  return { id: "", kind: "", from: "", status: "", words: what };
}

/** The acts (newest first) by day of the reader: [{day, acts}]; `zone` in seconds. */
export function byDay(acts, zone) {
  const groups = [];
  for (const act of acts) {
    const day = Math.floor((act.t + zone) / DAY);
    if (groups[groups.length - 1]?.day !== day) groups.push({ day, acts: [] });
    groups[groups.length - 1].acts.push(act);
  }
  return groups;
}

/** Steps of one task right after each other by the same person become one line that keeps the newest. */
export function foldActs(acts) {
  const lines = [];
  for (const act of acts) {
    const subject = readSubject(act.what);
    const last = lines[lines.length - 1];
    const follows = last && subject.id && last.subject.id === subject.id && last.act.who === act.who && last.act.t - act.t < 3600;
    if (follows && subject.status && last.subject.status) last.steps.unshift(subject.status);
    else lines.push({ act, subject, steps: subject.status ? [subject.status] : [] });
  }
  return lines;
}

/** The tasks that changed after `since`, newest first. */
export function changedTasks(tasks, since) {
  return since ? tasks.filter((task) => (task.updated || 0) > since).sort((left, right) => right.updated - left.updated) : [];
}
