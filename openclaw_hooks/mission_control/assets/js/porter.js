// Stems of English words as the index has them: M. F. Porter, "An algorithm for suffix stripping" (1980), with the
// choices of SQLite's FTS5: words of one or two bytes stay, a byte that is no ASCII letter is a consonant.

const LONGEST = 64; // bytes; longer words stay
const remembered = new Map();
const MOST_REMEMBERED = 50000;

// Rules of a step by the letter before the last one: [ending, what stands for it]; the first that fits decides.
const SECOND = {
  a: [["ational", "ate"], ["tional", "tion"]],
  c: [["enci", "ence"], ["anci", "ance"]],
  e: [["izer", "ize"]],
  g: [["logi", "log"]],
  l: [["bli", "ble"], ["alli", "al"], ["entli", "ent"], ["eli", "e"], ["ousli", "ous"]],
  o: [["ization", "ize"], ["ation", "ate"], ["ator", "ate"]],
  s: [["alism", "al"], ["iveness", "ive"], ["fulness", "ful"], ["ousness", "ous"]],
  t: [["aliti", "al"], ["iviti", "ive"], ["biliti", "ble"]],
};
const THIRD = {
  a: [["ical", "ic"]],
  s: [["ness", ""]],
  t: [["icate", "ic"], ["iciti", "ic"]],
  u: [["ful", ""]],
  v: [["ative", ""]],
  z: [["alize", "al"]],
};
const FOURTH = {
  a: [["al", ""]],
  c: [["ance", ""], ["ence", ""]],
  e: [["er", ""]],
  i: [["ic", ""]],
  l: [["able", ""], ["ible", ""]],
  n: [["ant", ""], ["ement", ""], ["ment", ""], ["ent", ""]],
  o: [["ion", ""], ["ou", ""]],
  s: [["ism", ""]],
  t: [["ate", ""], ["iti", ""]],
  u: [["ous", ""]],
  v: [["ive", ""]],
  z: [["ize", ""]],
};

export function stemWord(word) {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const found = isAscii(word) ? stemBytes(word) : fromBytes(stemBytes(toBytes(word)));
  if (remembered.size < MOST_REMEMBERED) remembered.set(word, found);
  return found;
}

function isAscii(word) {
  return /^[\0-\x7f]*$/.test(word);
}

function toBytes(word) {
  return String.fromCharCode(...new TextEncoder().encode(word));
}

function fromBytes(text) {
  return new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

function stemBytes(text) {
  if (text.length <= 2 || text.length > LONGEST) return text;
  let word = dropPlural(text);
  word = dropPast(word);
  if (word.endsWith("y") && hasVowel(word.slice(0, -1))) word = `${word.slice(0, -1)}i`;
  word = replaceEnding(word, SECOND, (stem) => measure(stem) > 0);
  word = replaceEnding(word, THIRD, (stem) => measure(stem) > 0);
  word = replaceEnding(word, FOURTH, (stem, ending) => measure(stem) > 1 && (ending !== "ion" || /[st]$/.test(stem)));
  return dropLast(word);
}

function dropPlural(word) {
  if (!word.endsWith("s")) return word;
  if (word.endsWith("es")) {
    const takesTwo = (word.length > 4 && word.endsWith("sses")) || (word.length > 3 && word.endsWith("ies"));
    return word.slice(0, takesTwo ? -2 : -1);
  }
  return word.endsWith("ss") ? word : word.slice(0, -1);
}

function dropPast(word) {
  if (word.length > 3 && word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const ending = word.length > 2 && word.endsWith("ed") ? 2 : word.length > 3 && word.endsWith("ing") ? 3 : 0;
  if (!ending || !hasVowel(word.slice(0, -ending))) return word;
  const stem = word.slice(0, -ending);
  if (stem.length > 2 && /(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  const last = stem.at(-1);
  if (!"aeioulsz".includes(last) && last === stem.at(-2)) return stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function dropLast(word) {
  let stem = word;
  if (stem.endsWith("e")) {
    const rest = stem.slice(0, -1);
    const size = measure(rest);
    if (size > 1 || (size === 1 && !endsShort(rest))) stem = rest;
  }
  return stem.length > 1 && stem.endsWith("ll") && measure(stem.slice(0, -1)) > 1 ? stem.slice(0, -1) : stem;
}

function replaceEnding(word, rules, fits) {
  for (const [ending, other] of rules[word.at(-2)] ?? []) {
    if (word.length <= ending.length || !word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    return fits(stem, ending) ? stem + other : word;
  }
  return word;
}

// True for each letter that is a consonant; a y behind a consonant is a vowel.
function* consonants(word) {
  let before = false;
  for (const letter of word) {
    before = !("aeiou".includes(letter) || (letter === "y" && before));
    yield before;
  }
}

// How often a vowel is followed by a consonant.
function measure(stem) {
  let count = 0;
  let wasVowel = false;
  for (const isConsonant of consonants(stem)) {
    if (isConsonant && wasVowel) count += 1;
    wasVowel = !isConsonant;
  }
  return count;
}

function hasVowel(stem) {
  for (const isConsonant of consonants(stem)) if (!isConsonant) return true;
  return false;
}

// Whether it ends with consonant, vowel, consonant, the last not w, x or y.
function endsShort(stem) {
  const kinds = [...consonants(stem)].slice(-3);
  return kinds.length === 3 && kinds[0] && !kinds[1] && kinds[2] && !/[wxy]$/.test(stem);
}
