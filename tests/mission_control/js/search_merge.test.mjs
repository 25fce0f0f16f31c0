import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeOf, countKinds, cutMarks, findRow, indexPaths, keywordResults, latelyWritten, meaningResults, mergeResults, pathName, quote } from "../../../openclaw_hooks/mission_control/assets/js/search_merge.js";

const kinds = ["task", "plan", "rule", "role", "memory", "doc"];
const docs = {
  kinds,
  rows: [
    [0, "Mend the pump", "", "T-aaaaaa", "", 0, "queued", 0],
    [0, "Mend the pump", "", "T-aaaaaa", "", 0, "queued", 0],
    [2, "Security", "", "security", "", 0, "universal", 0],
    [5, "Guide", "", "docs/guide.md", "guide", 1, "", 50],
    [5, "Guide", "Pumps", "docs/guide.md", "pumps", 20, "", 50],
    [4, "2026-11-22", "", ".openclaw/board/memory/2026-11-22.md", "", 1, "", 90],
  ],
};
const paths = indexPaths(docs);

test("sections of one task are one result, sections of a document are results of their own", () => {
  const hits = [1, 0, 4, 3].map((id) => ({ id, terms: ["pump"] }));
  const results = keywordResults(hits, docs);
  assert.deepEqual(results.map((result) => result.number), [1, 4, 3]);
  assert.deepEqual(countKinds(results, kinds), { task: 1, plan: 0, rule: 0, role: 0, memory: 0, doc: 2 });
});

test("a hit of the knowledge index leads to the section that its line lies in", () => {
  assert.equal(findRow({ path: "docs/guide.md", first_line: 25 }, paths), 4);
  assert.equal(findRow({ path: "docs/guide.md", first_line: 3 }, paths), 3);
  assert.equal(findRow({ path: ".openclaw/board/tasks/T-aaaaaa.md", first_line: 9 }, paths), 0);
  assert.equal(findRow({ path: ".openclaw/rules/security.md", first_line: 1 }, paths), 2);
  assert.equal(findRow({ path: "docs/other.md", first_line: 1 }, paths), -1);
});

test("files are named by what they are", () => {
  assert.equal(pathName(".openclaw/board/plans/P-abc.yaml"), "plan P-abc");
  assert.equal(pathName("rules/universal/security.md"), "rule security");
  assert.equal(pathName("roles/reviewer.yaml"), "role reviewer");
  assert.equal(pathName("docs/rules/why.md"), "docs/rules/why.md");
});

test("the list that knows the meaning leads, what only words found follows, and what the site doesn't have is left out", () => {
  const keyword = keywordResults([{ id: 0, terms: ["mend"] }, { id: 4, terms: ["pumps"] }], docs);
  const hits = [{ path: "gone.md", first_line: 1 }, { path: "docs/guide.md", first_line: 30, snippet: "Pumps move water", marks: [[0, 5]] }, { path: "docs/guide.md", first_line: 2 }];
  const meaning = meaningResults(hits, docs, paths, "meaning");
  const merged = mergeResults({ keyword, meaning }, "how is water moved");
  assert.deepEqual(merged.map((result) => [result.number, badgeOf(result.how)]), [[4, "both"], [3, "meaning"], [0, "keyword"]]);
  assert.deepEqual(merged[0].quote.marks, [[0, 5]]);
  const live = mergeResults({ keyword, live: meaningResults(hits.slice(1, 2), docs, paths, "live"), meaning }, "how is water moved");
  assert.equal(badgeOf(live[0].how), "live");
  assert.deepEqual(keyword[1].how, ["keyword"]);
  assert.deepEqual(mergeResults({ keyword }, "water").map((result) => result.number), [0, 4]);
});

test("what is named as the question says comes before everything else", () => {
  const keyword = keywordResults([{ id: 4, terms: ["t"] }, { id: 0, terms: ["t-aaaaaa"] }], docs);
  const meaning = meaningResults([{ path: "docs/guide.md", first_line: 30 }], docs, paths, "meaning");
  for (const text of ["T-aaaa", "t-aaaaaa", "mend the"]) assert.equal(mergeResults({ keyword, meaning }, text)[0].number, 0);
  assert.equal(mergeResults({ keyword, meaning }, "me")[0].number, 4);
});

test("a quote begins near the first hit and marks whole words", () => {
  const text = `${"far away ".repeat(40)}the pumps of the quay ${"and more ".repeat(40)}`;
  const pieces = quote(text, ["pump"], 80);
  assert.deepEqual(pieces.filter((piece) => piece.hit), [{ text: "pumps", hit: true }]);
  assert.equal(pieces[0].text, "… ");
  assert.equal(pieces.at(-1).text, " …");
  assert.deepEqual(quote("<b>tide</b>", ["tide"]), [{ text: "<b>", hit: false }, { text: "tide", hit: true }, { text: "</b>", hit: false }]);
  assert.deepEqual(quote("", ["tide"]), []);
});

test("marks beyond the text or within each other are left out", () => {
  assert.deepEqual(cutMarks("abcdef", [[0, 2], [1, 3], [4, 99]]), [{ text: "ab", hit: true }, { text: "cdef", hit: false }]);
});

test("what was written last comes first, each document once", () => {
  assert.deepEqual(latelyWritten(docs, 5).map((row) => row[3]), [".openclaw/board/memory/2026-11-22.md", "docs/guide.md"]);
});
