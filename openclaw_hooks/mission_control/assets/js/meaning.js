// What the repository knows, found by word and by meaning, in a page that was opened from a disk: no request leaves it.
// openclaw_hooks/knowledge/browser makes what is loaded here.
import { openWords, questionStems, scoreWords } from "./bm25.js";
import { fuseScores, takeBest } from "./fusion.js";
import { makeSnippet } from "./snippet.js";
import { unpackNumbers, unpackRows } from "./unpacking.js";
import { readTokens } from "./wordpiece.js";

const FORMAT = 1;
const BY_WORDS = "searched by keyword";

// `load(name)` gives a Promise of the value of data/<name>.js. The index: {search, rank, kinds, chunks, hasMeaning}.
export async function openMeaning(load) {
  const head = await load("meaning");
  if (head.format !== FORMAT) throw new Error("this search index is of another version: build the site again");
  const [packed, vectors, tokens] = await Promise.all([
    load("meaning-words"),
    head.dimensions ? load("meaning-vectors") : null,
    head.dimensions ? load("meaning-tokens") : null,
  ]);
  const index = { head, chunks: listChunks(head), words: openWords(packed), meaning: null };
  if (head.dimensions) index.meaning = openTable(vectors, tokens);
  return {
    chunks: head.chunks,
    hasMeaning: Boolean(index.meaning),
    kinds: countKinds(head.documents),
    rank: (text, options = {}) => rankChunks(index, text, options),
    search: (text, options = {}) => searchChunks(index, load, text, options),
  };
}

function listChunks(head) {
  const places = unpackNumbers(head.places);
  const chunks = [];
  for (const [path, kind, count] of head.documents) {
    for (let left = count; left; left -= 1) {
      const at = chunks.length * 3;
      const line = places[at + 1];
      chunks.push({ path, kind, heading: head.headings[places[at]], first_line: line, last_line: line + places[at + 2] });
    }
  }
  return chunks;
}

function openTable(vectors, packed) {
  const vocabulary = new Map(packed.tokens.split("\n").map((token, at) => [token, at]));
  return { chunks: unpackRows(vectors), tokens: unpackRows(packed), vocabulary };
}

function countKinds(documents) {
  const kinds = {};
  for (const [, kind] of documents) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

// All chunks that are candidates, best first: {id, score, path, parts}. options: kinds (a list), paths (path -> boolean).
function rankChunks(index, text, { kinds = [], paths = null }) {
  const passes = kinds.length || paths ? (id) => isWanted(index.chunks[id], kinds, paths) : null;
  const limit = index.head.candidates;
  const keyword = takeBest(scoreWords(text, index.words, passes), limit);
  const meaning = index.meaning ? takeBest(scoreMeaning(text, index.meaning, passes), limit) : [];
  return fuseScores(keyword, meaning, index.head.weight).map((found) => ({
    id: found.id,
    score: found.score,
    path: index.chunks[found.id].path,
    parts: [...(found.keyword === undefined ? [] : ["keyword"]), ...(found.meaning === undefined ? [] : ["meaning"])],
  }));
}

function isWanted(chunk, kinds, paths) {
  return (!kinds.length || kinds.includes(chunk.kind)) && (!paths || paths(chunk.path));
}

// A score for each chunk, NaN for none; nothing for a question without a token that is known.
function scoreMeaning(text, meaning, passes) {
  const { levels, scales, width } = meaning.chunks;
  const query = encodeQuestion(text, meaning);
  if (!query) return new Float32Array(0);
  const scores = new Float32Array(scales.length).fill(NaN);
  for (let chunk = 0, at = 0; chunk < scales.length; chunk += 1, at += width) {
    if (scales[chunk] === 0 || (passes && !passes(chunk))) continue;
    let sum = 0;
    for (let column = 0; column < width; column += 1) sum += query[column] * levels[at + column];
    scores[chunk] = sum * scales[chunk];
  }
  return scores;
}

// The sum of the rows of the question's tokens: only its direction counts.
function encodeQuestion(text, { tokens, vocabulary }) {
  const ids = readTokens(text, vocabulary);
  if (!ids.length) return null;
  const query = new Float32Array(tokens.width);
  for (const id of ids) {
    for (let column = 0; column < query.length; column += 1) {
      query[column] += tokens.levels[id * tokens.width + column] * tokens.scales[id];
    }
  }
  return query;
}

// {hits, parts, note}; a hit is {path, kind, heading, first_line, last_line, score, snippet, marks, parts}.
async function searchChunks(index, load, text, options) {
  const ranked = rankChunks(index, text, options).slice(0, options.limit ?? 10);
  const stems = questionStems(text, index.words);
  const shards = new Map();
  for (const { id } of ranked) {
    const shard = index.head.shards.findIndex((last) => id < last);
    if (!shards.has(shard)) shards.set(shard, load(`meaning-text-${shard}`));
  }
  const lines = new Map();
  for (const [shard, loaded] of shards) {
    const first = shard ? index.head.shards[shard - 1] : 0;
    (await loaded).forEach((line, at) => lines.set(first + at, line));
  }
  const hits = ranked.map(({ id, score, parts }) => {
    const { text: snippet, marks } = makeSnippet(lines.get(id), stems);
    return { ...index.chunks[id], score, snippet, marks, parts };
  });
  const parts = index.meaning ? ["keyword", "meaning"] : ["keyword"];
  return { hits, parts, note: index.meaning ? "" : BY_WORDS };
}
