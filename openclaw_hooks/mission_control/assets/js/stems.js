// The words of texts and questions as the index counts them: SQLite's unicode61 without diacritics, then stems.
import { stemWord } from "./porter.js";

// Scripts that put no spaces between words: each sign is a word, and a question asks for neighbours.
const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const SIGN = new RegExp(`[${UNSPACED}]`, "u");
const SIGNS = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const WORDS = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{Co}\\p{Mn}])+`, "gu");
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORDS = /[a-z0-9]+/gi;
const RUNS = /[\p{L}\p{N}]+/gu;
const LONGEST_QUESTION = 2000;
const MOST_WORDS = 64;

// Every word of a text: {start, end, stem}, places in UTF-16 units.
export function stemText(text) {
  const found = [];
  const isAscii = ASCII.test(text);
  for (const match of text.matchAll(isAscii ? ASCII_WORDS : WORDS)) {
    const word = isAscii ? match[0].toLowerCase() : foldWord(match[0]);
    if (word) found.push({ start: match.index, end: match.index + match[0].length, stem: stemWord(word) });
  }
  return found;
}

function foldWord(word) {
  const lower = Array.from(word, (char) => char.toLowerCase()).join(""); // one by one: a final sigma has no form of its own here
  return ASCII.test(lower) ? lower : lower.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC");
}

// What a question looks for: lists of stems, of which all must stand in a chunk. `stop`: a Set of words that tell nothing.
export function splitQuestion(question, stop) {
  const found = new Set();
  for (const [run] of question.slice(0, LONGEST_QUESTION).matchAll(RUNS)) {
    for (const part of splitScripts(run)) found.add(part.toLowerCase());
  }
  const telling = [...found].filter((word) => !stop.has(word));
  return (telling.length ? telling : [...found]).slice(0, MOST_WORDS);
}

function splitScripts(run) {
  return (run.match(SIGNS) ?? []).flatMap((part) => {
    if (!SIGN.test(part)) return [part];
    const signs = [...part];
    return signs.length < 2 ? signs : signs.slice(1).map((sign, at) => signs[at] + sign);
  });
}
