// The part of a chunk that is shown for it, where most words of a question stand; the same as knowledge/snippets.py.
import { stemText } from "./stems.js";

const LENGTH = 240;
const LEAD = 40;

// {text, marks}: one line, and where words with one of `stems` (a Set) stand in it as [start, end].
export function makeSnippet(line, stems) {
  const words = stemText(line).filter((word) => stems.has(word.stem));
  let start = line.length > LENGTH ? Math.max(0, bestStart(words) - LEAD) : 0;
  start = Math.min(start, Math.max(0, line.length - LENGTH));
  let end = Math.min(start + LENGTH, line.length);
  const before = line.indexOf(" ", start);
  if (start && before >= 0 && before < start + LEAD) start = before + 1;
  const behind = line.lastIndexOf(" ", end - 1);
  if (end < line.length && behind >= end - LEAD) end = behind;
  const lead = start ? "\u2026" : "";
  const shift = lead.length - start;
  const marks = words.filter((word) => start <= word.start && word.end <= end).map((word) => [word.start + shift, word.end + shift]);
  return { text: lead + line.slice(start, end) + (end < line.length ? "\u2026" : ""), marks };
}

// Where the stretch begins that holds the most different ones of `words`.
function bestStart(words) {
  let best = 0;
  let most = 0;
  let last = 0;
  const within = new Map();
  for (const word of words) {
    within.set(word.stem, (within.get(word.stem) ?? 0) + 1);
    while (word.end - words[last].start > LENGTH - 2 * LEAD && words[last] !== word) {
      const count = within.get(words[last].stem) - 1;
      if (count) within.set(words[last].stem, count);
      else within.delete(words[last].stem);
      last += 1;
    }
    if (within.size > most) {
      best = words[last].start;
      most = within.size;
    }
  }
  return best;
}
