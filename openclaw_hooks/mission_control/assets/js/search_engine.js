// The three ways to search: by keyword in the index of this site, by meaning in its knowledge index, and live.

import { load, loadScript, siteRoot } from "./core.js";
import { openMeaning } from "./meaning.js";
import { ANY_WORD, FORGIVING, QUERY, findRow, indexPaths, keywordResults, meaningResults, pathName } from "./search_merge.js";
import { INDEX_OPTIONS } from "./search_terms.js";

const LIBRARY = "assets/vendor/minisearch/minisearch.min.js";
const MAX_MEANING = 40;
const MAX_RELATED = 3;

/** Promise of a function text -> {results, some}: sections with all words, else (`some`) those with any of them. */
export async function openKeyword(docs) {
  const [index] = await Promise.all([load("search-index"), loadScript(LIBRARY)]);
  const search = globalThis.MiniSearch.loadJSON(index, INDEX_OPTIONS);
  return (text) => {
    for (const options of [QUERY, FORGIVING]) {
      const hits = search.search(text, options);
      if (hits.length) return { results: keywordResults(hits, docs), some: false };
    }
    return { results: keywordResults(search.search(text, ANY_WORD), docs), some: true };
  };
}

/** {search: text -> Promise of results, hasMeaning: whether the index has vectors}; rejects where the site has no index. */
export async function openByMeaning(docs) {
  const site = await load("site");
  if (!site.knowledge) throw new Error("no knowledge index");
  const index = await openMeaning(load);
  const paths = indexPaths(docs);
  const search = async (text) => {
    const { hits } = await index.search(text, { limit: MAX_MEANING });
    return meaningResults(hits, docs, paths, "meaning");
  };
  return { search, hasMeaning: index.hasMeaning };
}

/** Promise of the results of the knowledge server that `site serve` answers for; rejects with its reason. */
export async function askLive(text, docs, signal) {
  const answer = await fetch(`${siteRoot()}ask?${new URLSearchParams({ q: text, limit: MAX_MEANING })}`, { signal });
  const value = await answer.json();
  if (!answer.ok) throw new Error([value.error, value.hint].filter(Boolean).join(": "));
  return meaningResults(value.answer.hits, docs, indexPaths(docs), "live");
}

/** A function row -> rows that are about the same; empty ones where the site has no knowledge index. */
export async function openRelated(docs) {
  const neighbours = await load("neighbours").catch(() => ({}));
  const paths = indexPaths(docs);
  const near = new Map(Object.entries(neighbours).map(([path, found]) => [pathName(path), found]));
  return (row) => {
    const kind = docs.kinds[row[0]];
    const name = kind === "doc" || kind === "memory" ? row[3] : `${kind} ${row[3]}`;
    const found = [];
    for (const [path] of near.get(name) || []) {
      const number = findRow({ path, first_line: 0 }, paths);
      if (number >= 0) found.push(docs.rows[number]);
    }
    return found.slice(0, MAX_RELATED);
  };
}

/** Promise of the text of the section `number`; empty when its file is missing. */
export async function sectionText(number, docs) {
  const size = docs.shard || 100;
  const texts = await load(`search-text-${Math.floor(number / size)}`).catch(() => []);
  return texts[number % size] || "";
}

