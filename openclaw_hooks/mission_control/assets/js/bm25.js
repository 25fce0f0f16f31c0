// Chunks by the words of a question, ranked as SQLite's FTS5 does; openclaw_hooks/knowledge/browser/words.py packs them.
import { splitQuestion, stemText } from "./stems.js";
import { unpackNumbers } from "./unpacking.js";

const SATURATION = 1.2; // k1 and b of BM25, as FTS5 has them
const LENGTH_SHARE = 0.75;
const LEAST_RARENESS = 1e-6;

export function openWords(packed) {
  const terms = packed.terms ? packed.terms.split("\n") : [];
  const sizes = unpackNumbers(packed.sizes);
  const starts = new Int32Array(sizes.length + 1);
  sizes.forEach((size, at) => { starts[at + 1] = starts[at] + size; });
  const lengths = unpackNumbers(packed.lengths);
  return {
    numbers: new Map(terms.map((term, at) => [term, at])),
    chunks: unpackNumbers(packed.chunks),
    starts,
    places: unpackNumbers(packed.places),
    lengths,
    average: lengths.length ? lengths.reduce((sum, length) => sum + length, 0) / lengths.length : 0,
    stop: new Set(packed.stop),
  };
}

// The stems of a question, as a Set: what is marked in a snippet.
export function questionStems(question, words) {
  return new Set(splitQuestion(question, words.stop).flatMap(stemsOf));
}

// Map of chunk -> score for every chunk with a word of the question that `passes` (a function, or null for all).
export function scoreWords(question, words, passes) {
  const asked = splitQuestion(question, words.stop).map(stemsOf).filter((stems) => stems.length);
  const rare = asked.filter((stems) => !stems.some((stem) => countChunks(stem, words) > words.lengths.length / 2));
  const scores = new Map();
  for (const stems of rare.length ? rare : asked) addScores(weighPhrase(stems, words), words, passes, scores);
  return scores;
}

function stemsOf(word) {
  return stemText(word).map((found) => found.stem);
}

function countChunks(stem, words) {
  const number = words.numbers.get(stem);
  return number === undefined ? 0 : words.chunks[number];
}

function addScores(weights, words, passes, scores) {
  const total = words.lengths.length;
  const rareness = Math.max(Math.log((total - weights.size + 0.5) / (weights.size + 0.5)), LEAST_RARENESS);
  for (const [chunk, weight] of weights) {
    if (passes && !passes(chunk)) continue;
    const norm = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * words.lengths[chunk]) / words.average);
    const score = (rareness * weight * (SATURATION + 1)) / (weight + norm);
    scores.set(chunk, (scores.get(chunk) ?? 0) + score);
  }
}

// Map of chunk -> weight for chunks with all `stems`. Their order is not known here, so words of scripts without spaces
// are found a little too often.
function weighPhrase(stems, words) {
  const [first, ...others] = stems.map((stem) => readPlaces(stem, words));
  for (const other of others) {
    for (const [chunk, weight] of first) {
      if (other.has(chunk)) first.set(chunk, Math.min(weight, other.get(chunk)));
      else first.delete(chunk);
    }
  }
  return first;
}

function readPlaces(stem, words) {
  const found = new Map();
  const number = words.numbers.get(stem);
  if (number === undefined) return found;
  let chunk = 0;
  for (let at = words.starts[number]; at < words.starts[number + 1]; at += 1) {
    const step = words.places[at];
    chunk += step >> 1;
    if (step & 1) at += 1;
    found.set(chunk, step & 1 ? words.places[at] + 2 : 1);
  }
  return found;
}
