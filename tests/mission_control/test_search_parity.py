"""The page's tokenizers and its BM25 in Node.js, beside the Python ones that made the index."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.knowledge.browser.reading import read_library
from openclaw_hooks.knowledge.browser.words import pack_words
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, split_words
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.keyword import question_stems, rank_keyword
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.snippets import make_snippet, show_line
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.reading import find_tree
from openclaw_hooks.knowledge.store.words import stem_words
from openclaw_hooks.resources import PACKAGE
from openclaw_hooks.settings import KnowledgeSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.knowledge.store import Store
    from tests.conftest import Repository

ROOT = Path(__file__).parents[2]
MODULES = (Path(PACKAGE) / "mission_control" / "assets" / "js").as_uri()
ODD = [
    "Zażółć gęślą jaźń naïve ΣΑΣ İstanbul Straße łódź 東京タワー ภาษาไทย",
    "e\u0301te\u0301 x_y ½ x² don't \u201cquoted\u201d \u2014 a\u200bb \ufffd c\x00d\ttab",
    "caresses ponies ties feed agreed plastered motoring conflated troubled sized hopping falling hissing failing filing",
    "happy sky relational conditional rational valenci digitizer conformabli radicalli vileli analogousli vietnamization",
    "predication operator feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti triplicate",
    "formative formalize electriciti electrical goodness revival allowance inference airliner gyroscopic adjustable",
    "irritant replacement adjustment dependent adoption communism activate angulariti homologous effective bowdlerize",
    "probate rate cease controll roll yes by as is be " + "y" * 70,
    "x" * 101 + " unaffable",
    "",
]
QUESTIONS = [
    "how do I claim a task", "who may approve a plan", "secrets in a commit", "what is a wave", "the of and", "scope",
    "rules for agents in front matter", "install the hooks and check them", "naïve café", "a plan's subtasks",
]  # fmt: skip
PROGRAM = """
import { readFileSync } from "node:fs";
const read = JSON.parse(readFileSync(0, "utf-8"));
const { stemText } = await import(`${read.modules}/stems.js`);
const { splitPieceWords, readTokens } = await import(`${read.modules}/wordpiece.js`);
const { openWords, questionStems, scoreWords } = await import(`${read.modules}/bm25.js`);
const { takeBest } = await import(`${read.modules}/fusion.js`);
const { makeSnippet } = await import(`${read.modules}/snippet.js`);
const vocabulary = new Map(Object.entries(read.vocabulary));
const words = openWords(read.words);
console.log(JSON.stringify({
  stems: read.texts.map((text) => stemText(text).map((word) => word.stem)),
  words: read.texts.map(splitPieceWords),
  tokens: read.texts.map((text) => readTokens(text, vocabulary)),
  ranked: read.questions.map((text) => takeBest(scoreWords(text, words, null), 20)),
  snippets: read.questions.map((text) => read.lines.map((line) => makeSnippet(line, questionStems(text, words)))),
}));
"""

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="NODE IS MISSING: the page's search was not tested"
)


@pytest.fixture
def store(repository: Repository) -> Iterator[Store]:
    """The index of our own rules and pages."""
    for path in [*(ROOT / "rules").rglob("*.md"), *(ROOT / "site").glob("*.md")]:
        repository.write(f"docs/{path.relative_to(ROOT)}", path.read_text("utf-8"))
    place = find_place(str(repository.path), {})
    update_index(place, KnowledgeSettings())
    found = open_store(place)
    assert found is not None
    with found:
        yield found


def ask_node(**values: Any) -> dict[str, Any]:
    argv = ["node", "--input-type=module", "-e", PROGRAM]
    done = subprocess.run(argv, input=json.dumps(values), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_texts_and_questions_are_read_as_the_index_reads_them(store: Store) -> None:
    root = store.connection.execute("SELECT root FROM trees").get
    tree = find_tree(store, str(root))
    assert tree is not None
    library = read_library(store, tree)
    texts = [*ODD, *(chunk.text for chunk in library.chunks)]
    pieces = sorted(
        {word[:3] for text in texts for word in split_words(text)} | {"##" + letter for letter in "abcdefgh"}
    )
    vocabulary = {token: number for number, token in enumerate(["[CLS]", "[SEP]", "[UNK]", *pieces])}
    lines = [show_line(chunk.text) for chunk in library.chunks[::7]]
    found = ask_node(
        modules=MODULES,
        texts=texts,
        vocabulary=vocabulary,
        words=pack_words(library.words),
        questions=QUESTIONS,
        lines=lines,
    )
    assert len(texts) > 400
    python = WordPiece(vocabulary)
    for number, text in enumerate(texts):
        assert found["stems"][number] == [word.stem for word in stem_words(store, text)]
        assert found["words"][number] == split_words(text)
        assert found["tokens"][number] == [token for token in python.encode(text) if token != vocabulary["[UNK]"]]
    for question, ranked, snippets in zip(QUESTIONS, found["ranked"], found["snippets"], strict=True):
        wanted_scores = [score for _, score in rank_keyword(store, tree, question, 20)]
        assert [score for _, score in ranked] == pytest.approx(wanted_scores, rel=1e-4), question
        stems = question_stems(store, question)
        for line, snippet in zip(lines, snippets, strict=True):
            if line.isascii():  # places are counted in other units beyond
                wanted = make_snippet(store, line, stems)
                assert (snippet["text"], snippet["marks"]) == (wanted.text, [list(mark) for mark in wanted.marks])
