import assert from "node:assert/strict";
import { test } from "node:test";
import { fuseScores, takeBest } from "../../../openclaw_hooks/mission_control/assets/js/fusion.js";
import { openMeaning } from "../../../openclaw_hooks/mission_control/assets/js/meaning.js";
import { makeSnippet } from "../../../openclaw_hooks/mission_control/assets/js/snippet.js";
import { unpackNumbers, unpackRows } from "../../../openclaw_hooks/mission_control/assets/js/unpacking.js";

const numbers = (...list) => Buffer.from(list).toString("base64"); // all below 128
const scales = (...list) => Buffer.from(new Float32Array(list).buffer).toString("base64");

// Two documents of a chunk each: "harbour" stands in the first, "kitten" in the second; felines lies near the second.
const VALUES = {
  meaning: {
    format: 1, chunks: 2, dimensions: 2, weight: 0.4, candidates: 200, shards: [1, 2],
    documents: [["docs/sea.md", "doc", 1], ["tasks/T-1.md", "task", 1]],
    headings: [["Sea", "Harbour"], []], places: numbers(0, 3, 2, 1, 1, 0),
  },
  "meaning-words": {
    terms: "harbour\nkitten", chunks: numbers(1, 1), sizes: numbers(2, 1), places: numbers(1, 1, 2), lengths: numbers(4, 2), stop: ["the"],
  },
  "meaning-vectors": { scales: scales(1, 1), rows: "OHHO" },
  "meaning-tokens": { tokens: "felines\nship", scales: scales(1, 1), rows: "HOOH" },
  "meaning-text-0": ["The harbour, where a vessel lies."],
  "meaning-text-1": ["A kitten sleeps."],
};

function loader(values) {
  const asked = [];
  return { asked, load: async (name) => { asked.push(name); return values[name]; } };
}

test("numbers of more than seven bits go on in the next byte", () => {
  assert.deepEqual([...unpackNumbers(Buffer.from([0, 127, 128, 1, 172, 2]).toString("base64"))], [0, 127, 128, 300]);
});

test("letters are levels around H", () => {
  const { levels, width } = unpackRows({ scales: scales(0.5, 2), rows: "AOHI" });
  assert.deepEqual([[...levels], width], [[-7, 7, 0, 1], 2]);
});

test("the best are taken in their order, equals by number, and NaN never", () => {
  assert.deepEqual(takeBest(new Map([[5, 1], [3, 2], [4, 2], [1, 0]]), 3), [[3, 2], [4, 2], [5, 1]]);
  assert.deepEqual(takeBest(Float32Array.of(NaN, 3, 4, NaN, 3), 2), [[2, 4], [1, 3]]);
  const many = Float32Array.from({ length: 1000 }, (_, at) => (at * 7919) % 1000);
  assert.deepEqual(takeBest(many, 50).map(([, score]) => score), Array.from({ length: 50 }, (_, at) => 999 - at));
});

test("each side is stretched to 0..1 and weighed; one that found nothing leaves the order to the other", () => {
  const fused = fuseScores([[1, 10], [2, 5]], [[2, 0.9], [3, 0.1]], 0.4);
  assert.deepEqual(fused.map(({ id, score }) => [id, score]), [[1, 0.6], [2, 0.4], [3, 0]]);
  assert.deepEqual(fuseScores([], [[7, 0.3]], 0.4).map(({ score }) => score), [1]);
});

test("words and meaning find, and only the texts of hits are loaded", async () => {
  const { asked, load } = loader(VALUES);
  const index = await openMeaning(load);
  assert.deepEqual([index.chunks, index.hasMeaning, index.kinds], [2, true, { doc: 1, task: 1 }]);
  const { hits, parts } = await index.search("felines", { limit: 1 });
  assert.deepEqual(parts, ["keyword", "meaning"]);
  assert.deepEqual(hits, [{ path: "tasks/T-1.md", kind: "task", heading: [], first_line: 1, last_line: 1, score: 1, snippet: "A kitten sleeps.", marks: [], parts: ["meaning"] }]);
  assert.deepEqual(asked.filter((name) => name.includes("text")), ["meaning-text-1"]);
  const [hit] = (await index.search("the harbours")).hits;
  assert.deepEqual([hit.first_line, hit.last_line, hit.heading, hit.marks], [3, 5, ["Sea", "Harbour"], [[4, 11]]]);
});

test("kinds and paths limit what is found", async () => {
  const index = await openMeaning(loader(VALUES).load);
  const paths = async (options) => (await index.search("felines", options)).hits.map((hit) => hit.path);
  assert.deepEqual(await paths({}), ["tasks/T-1.md", "docs/sea.md"]);
  assert.deepEqual(await paths({ kinds: ["doc"] }), ["docs/sea.md"]);
  assert.deepEqual(await paths({ paths: (path) => path.startsWith("tasks/") }), ["tasks/T-1.md"]);
});

test("without vectors words alone are asked, and the answer says so", async () => {
  const { asked, load } = loader({ ...VALUES, meaning: { ...VALUES.meaning, dimensions: 0 } });
  const answer = await (await openMeaning(load)).search("kitten felines");
  assert.deepEqual([answer.parts, answer.note, answer.hits.length], [["keyword"], "searched by keyword", 1]);
  assert.ok(!asked.includes("meaning-tokens"));
});

test("an index of another version is refused", async () => {
  await assert.rejects(openMeaning(async () => ({ format: 99 })), /build the site again/);
});

test("a snippet of a long line begins before most of its words", () => {
  const { text, marks } = makeSnippet(`${"nothing here ".repeat(40)}a harbour with a kitten ${"and more ".repeat(40)}`, new Set(["harbour", "kitten"]));
  assert.ok(text.startsWith("\u2026") && text.endsWith("\u2026") && text.length <= 242);
  assert.deepEqual(marks.map(([start, end]) => text.slice(start, end)), ["harbour", "kitten"]);
});
