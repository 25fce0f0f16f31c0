// How texts are cut into the terms that they are found by: the same as the index was made with.

export const FIELDS = ["title", "body"];
const MAX_TERM = 32;
const WORD = /[\p{L}\p{N}]+/gu;
const STOP_WORDS = new Set(
  "a an and are as at be but by for from had has have he her his if in into is it its no nor not of on or our she so than that the their them then there these they this to was we were what when which who will with you your".split(
    " ",
  ),
);

/** The runs of letters and digits in `text`. */
export function splitWords(text) {
  return text.match(WORD) || [];
}

/** What a word is found by; null for words that stand everywhere. */
export function makeTerm(word) {
  const term = [...word.toLowerCase()].slice(0, MAX_TERM).join("");
  return term === "" || STOP_WORDS.has(term) ? null : term;
}

/** What the library is opened with. */
export const INDEX_OPTIONS = { fields: FIELDS, idField: "id", tokenize: splitWords, processTerm: makeTerm };
