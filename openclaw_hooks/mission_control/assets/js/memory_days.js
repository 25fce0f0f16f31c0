// The calendar of the memory: weeks of days, each as full as much was written about it.

const DAY = 86400;

/** How much was written about each day: Map "2026-11-22" -> words; only logs of days count. */
export function wordsPerDay(notes) {
  const days = new Map();
  for (const note of notes) if (note.kind === "day" && note.day) days.set(note.day, (days.get(note.day) || 0) + (note.words || 0));
  return days;
}

/** The weeks (Monday first) up to the one of `now`: [{days: [{day, words, level, isAfter}], month: 1..12 or 0 where it goes on}]. */
export function weeksUntil(now, words, least = 44, most = 53) {
  const today = Math.floor(now / DAY);
  const monday = (number) => number - ((number + 3) % 7);
  const first = Math.min(...[...words.keys()].map((day) => Date.parse(`${day}T00:00:00Z`) / 1000 / DAY), today);
  const count = Math.min(Math.max((monday(today) - monday(first)) / 7 + 1, least), most);
  const levels = levelsOf([...words.values()]);
  const weeks = [];
  let month = 0;
  for (let week = count - 1; week >= 0; week -= 1) {
    const start = monday(today) - week * 7;
    const days = [0, 1, 2, 3, 4, 5, 6].map((offset) => {
      const day = new Date((start + offset) * DAY * 1000).toISOString().slice(0, 10);
      const found = words.get(day) || 0;
      return { day, words: found, level: found ? levels(found) : 0, isAfter: start + offset > today };
    });
    const now = Number(days[0].day.slice(5, 7));
    weeks.push({ days, month: now === month ? 0 : now });
    month = now;
  }
  // A month that begins right after the calendar does would be written over the one before it.
  if (weeks.slice(1, 3).some((week) => week.month)) weeks[0].month = 0;
  return weeks;
}

/** A function from words to a level of 1 to 4, a quarter of all days each. */
export function levelsOf(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
  const bounds = [at(0.25), at(0.5), at(0.75)];
  return (value) => 1 + bounds.filter((bound) => value > bound).length;
}

/** The notes of one kind (or all) that hold every word, in their order. */
export function filterNotes(notes, kind, text) {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
  return notes.filter((note) => {
    if (kind && note.kind !== kind) return false;
    const words = `${note.title} ${note.path} ${note.day || ""} ${note.excerpt || ""}`.toLowerCase();
    return parts.every((part) => words.includes(part));
  });
}
