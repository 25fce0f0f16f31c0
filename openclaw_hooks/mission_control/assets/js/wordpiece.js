// Texts as tokens: lower-case WordPiece as BERT's authors defined it; the same as embed/wordpiece.py in Python.

const LONGEST = 100; // characters of a word; longer ones are no token
const IDEOGRAPHS = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const PUNCTUATION = /[!-/:-@[-`{-~]|\p{P}/gu;

export function splitPieceWords(text) {
  const visible = text.replace(/[\t\n\r]/g, " ").replace(/[\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "");
  const plain = visible.replace(IDEOGRAPHS, " $& ").normalize("NFD").replace(/\p{Mn}/gu, "");
  const lower = /^[\0-\x7f]*$/.test(plain) ? plain.toLowerCase() : Array.from(plain, (char) => char.toLowerCase()).join("");
  return lower.replace(PUNCTUATION, " $& ").split(/\s+/u).filter(Boolean);
}

// The ids of the tokens of a text. `vocabulary`: a Map from token to id; a word that it cannot say has none.
export function readTokens(text, vocabulary) {
  return splitPieceWords(text).flatMap((word) => splitWord(Array.from(word), vocabulary));
}

function splitWord(chars, vocabulary) {
  if (chars.length > LONGEST) return [];
  const pieces = [];
  let start = 0;
  while (start < chars.length) {
    const [piece, end] = longestPiece(chars, start, vocabulary);
    if (piece === undefined) return [];
    pieces.push(piece);
    start = end;
  }
  return pieces;
}

function longestPiece(chars, start, vocabulary) {
  const mark = start ? "##" : "";
  for (let end = chars.length; end > start; end -= 1) {
    const piece = vocabulary.get(mark + chars.slice(start, end).join(""));
    if (piece !== undefined) return [piece, end];
  }
  return [undefined, start];
}
