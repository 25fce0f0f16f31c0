// Results of several searches as one list, and the lines that are quoted; no DOM, no library.

/** The options of a query: the last word may be incomplete, words in titles count more. */
export const QUERY = {
  boost: { title: 3 },
  prefix: (term, index, terms) => index === terms.length - 1 && term.length > 2,
  combineWith: "AND",
};

/** The options when nothing has all words as they are written: one slip in a longer word is forgiven. */
export const FORGIVING = { ...QUERY, fuzzy: (term) => (term.length > 5 ? 0.15 : false) };

/** The options when no section has all words. */
export const ANY_WORD = { ...FORGIVING, combineWith: "OR" };

/** Where a row leads, as a key: sections of one task are one result, sections of a document are results of their own. */
export function rowKey(row, kinds) {
  const kind = kinds[row[0]];
  return kind === "doc" || kind === "memory" ? `${kind} ${row[3]} ${row[5]}` : `${kind} ${row[3]}`;
}

/** The hits of the library [{id, score, terms}] as results, the best section of each thing, in the order of their scores. */
export function keywordResults(hits, docs) {
  const found = new Map();
  for (const hit of hits) {
    const row = docs.rows[hit.id];
    const key = rowKey(row, docs.kinds);
    if (!found.has(key)) found.set(key, { key, number: hit.id, row, terms: hit.terms, how: ["keyword"] });
  }
  return [...found.values()];
}

/** The paths of rows (targets of documents and memory, files of the board) -> [[line, number]] in the order of lines. */
export function indexPaths(docs) {
  const paths = new Map();
  docs.rows.forEach((row, number) => {
    for (const path of pathsOf(row, docs.kinds)) {
      if (!paths.has(path)) paths.set(path, []);
      paths.get(path).push([row[5], number]);
    }
  });
  return paths;
}

function pathsOf(row, kinds) {
  const kind = kinds[row[0]];
  const target = row[3];
  if (kind === "task") return [`task ${target}`];
  if (kind === "plan" || kind === "rule" || kind === "role") return [`${kind} ${target}`];
  return [target];
}

const BOARD = ".openclaw/board/";

/** The name that a file of the knowledge index has among the rows: a task by its id, a rule by its file's name. */
export function pathName(path) {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.(md|ya?ml)$/, "");
  const rest = path.startsWith(BOARD) ? path.slice(BOARD.length) : path;
  if (/^tasks\/[^/]+\.md$/.test(rest)) return `task ${name}`;
  if (/^plans\/[^/]+\.ya?ml$/.test(rest)) return `plan ${name}`;
  if (/(^|\/)rules\/.*\.md$/.test(rest) && (rest.startsWith(".openclaw/") || rest.startsWith("rules/"))) return `rule ${name}`;
  if (/(^|\/)roles\/[^/]+\.ya?ml$/.test(rest)) return `role ${name}`;
  return path;
}

/** The row that a hit {path, first_line} of the knowledge index falls into; -1 when the site doesn't have it. */
export function findRow(hit, paths) {
  const rows = paths.get(pathName(hit.path)) || paths.get(hit.path);
  if (!rows) return -1;
  let found = rows[0][1];
  for (const [line, number] of rows) if (line && line <= hit.first_line) found = number;
  return found;
}

/** Hits of the knowledge index as results; `how` says who found them. */
export function meaningResults(hits, docs, paths, how) {
  const found = new Map();
  for (const hit of hits) {
    const number = findRow(hit, paths);
    if (number < 0) continue;
    const row = docs.rows[number];
    const key = rowKey(row, docs.kinds);
    const parts = how === "live" ? ["live"] : hit.parts || ["meaning"];
    if (!found.has(key)) found.set(key, { key, number, row, terms: [], how: parts, quote: { text: hit.snippet || "", marks: hit.marks || [] } });
  }
  return [...found.values()];
}

/**
 * The lists of several searches as one: what is named as the question says, then the most trusted list in its order,
 * then what only the others have. A list that has weighed words and meaning already is not mixed again with one of words
 * alone: that put worse results first.
 */
export function mergeResults({ live, meaning, keyword }, text) {
  const merged = new Map();
  const add = (result) => {
    const known = merged.get(result.key);
    if (!known) {
      merged.set(result.key, { ...result, how: [...result.how] });
      return;
    }
    for (const part of result.how) if (!known.how.includes(part)) known.how.push(part);
    if (!known.terms.length) known.terms = result.terms;
    if (!known.quote) known.quote = result.quote;
  };
  keyword.filter((result) => isNamed(result.row, text)).forEach(add);
  for (const list of [live, meaning, keyword]) (list || []).forEach(add);
  return [...merged.values()];
}

/** Whether the question is the id or the beginning of the title of a thing. */
function isNamed(row, text) {
  const asked = text.trim().toLowerCase();
  return asked.length > 2 && [row[3], row[1]].some((name) => String(name).toLowerCase().startsWith(asked));
}

/** The badge of a result: live, both, meaning or keyword. */
export function badgeOf(how) {
  if (how.includes("live")) return "live";
  if (how.includes("keyword") && how.includes("meaning")) return "both";
  return how.includes("meaning") ? "meaning" : "keyword";
}

/** How many results each kind has: {task: 3, …}. */
export function countKinds(results, kinds) {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  for (const result of results) counts[kinds[result.row[0]]] += 1;
  return counts;
}

const WORD = /[\p{L}\p{N}]+/gu;

/** `text` in pieces [{text, hit}] around the first of `terms`, at most `length` characters long. */
export function quote(text, terms, length = 220) {
  const hits = [];
  const wanted = terms.map((term) => term.toLowerCase());
  for (const found of text.matchAll(WORD)) {
    const word = found[0].toLowerCase();
    if (wanted.some((term) => term === word.slice(0, 32) || (term.length > 1 && word.startsWith(term)))) hits.push([found.index, found.index + found[0].length]);
  }
  const from = start(text, hits.length ? hits[0][0] : 0, length);
  return cutMarks(text, hits, from, from + length);
}

function start(text, hit, length) {
  if (hit < length * 0.6) return 0;
  const from = Math.max(0, hit - Math.floor(length * 0.3));
  const space = text.indexOf(" ", from);
  return space >= 0 && space < hit ? space + 1 : from;
}

/** The stretch of `text` from `from` to `end` in pieces, those of `marks` ([[start, end]]) as hits. */
export function cutMarks(text, marks, from = 0, end = text.length) {
  const pieces = from > 0 ? [{ text: "… ", hit: false }] : [];
  let at = from;
  const last = Math.min(end, text.length);
  for (const [first, stop] of marks) {
    if (first < at || stop > last) continue;
    if (first > at) pieces.push({ text: text.slice(at, first), hit: false });
    pieces.push({ text: text.slice(first, stop), hit: true });
    at = stop;
  }
  if (at < last) pieces.push({ text: text.slice(at, last), hit: false });
  if (last < text.length) pieces.push({ text: " …", hit: false });
  return pieces;
}

/** The first rows of the documents and memories that were written last, at most `count`. */
export function latelyWritten(docs, count) {
  const found = new Map();
  for (const row of docs.rows) if (row[7] && !found.has(row[3])) found.set(row[3], row);
  return [...found.values()].sort((left, right) => right[7] - left[7] || (left[3] < right[3] ? 1 : -1)).slice(0, count);
}
