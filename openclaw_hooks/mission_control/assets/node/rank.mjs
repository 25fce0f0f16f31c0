// Ranks documents for questions by the browser's own code: what `openclaw knowledge eval --browser` measures.
// stdin: {folder, questions: {id: text}}, with the values of the index as folder/<name>.json.
// stdout: {load_ms, answers: {id: {paths, ms}}}; ms is a search with its snippets, as a page makes it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openMeaning } from "../js/meaning.js";

const { folder, questions } = JSON.parse(readFileSync(0, "utf-8"));
const load = async (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf-8"));

const began = performance.now();
const index = await openMeaning(load);
const answer = { load_ms: performance.now() - began, answers: {} };
const shards = new Map();
const remember = (name) => shards.get(name) ?? shards.set(name, load(name)).get(name);
const warm = await openMeaning(remember);
for (const text of Object.values(questions)) await warm.search(text);
for (const [id, text] of Object.entries(questions)) {
  const start = performance.now();
  await warm.search(text);
  const ms = performance.now() - start;
  answer.answers[id] = { paths: [...new Set(index.rank(text).map((found) => found.path))], ms };
}
process.stdout.write(JSON.stringify(answer));
