"""Searching by words and meaning with a model of four dimensions, which knows what a few words are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge import meaning as module
from openclaw_hooks.knowledge.keyword import Filters
from openclaw_hooks.knowledge.meaning import NO_VECTORS, NOT_SET_UP, Meaning, open_meaning, update_vectors
from openclaw_hooks.knowledge.model import Kind, KnowledgeError, Part
from openclaw_hooks.knowledge.search import Question, answer_question, search
from openclaw_hooks.knowledge.store import make_store, writer_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix
    from openclaw_hooks.knowledge.model import Answer
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

np = pytest.importorskip("numpy")

TOPICS = {"cat": 0, "kitten": 0, "felines": 0, "ship": 1, "vessel": 1, "boats": 1, "bread": 2, "loaf": 2}


class TopicEmbedder:
    """A stand-in for a model: a text points where its topics are."""

    name = "topics"
    max_tokens = 256

    def __init__(self, dimensions: int = 4) -> None:
        self.dimensions = dimensions
        self.read: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> Matrix:
        self.read += texts
        rows: Matrix = np.full((len(texts), self.dimensions), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", " ").split():
                if word in TOPICS:
                    row[TOPICS[word]] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def ask(library: Library, text: str, embedder: Embedder | None = None, filters: Filters | None = None) -> Answer:
    with library.open() as store:
        tree = library.tree(store)
        found = open_meaning(store, tree, embedder or TopicEmbedder())
        return answer_question(store, tree, Question(text, 10, filters or Filters()), found)


@pytest.fixture
def stocked(repository: Repository, library: Library) -> Library:
    repository.stage("pets.md", "# Pets\n\nA kitten sleeps.\n")
    repository.stage("sea.md", "# Sea\n\nA ship sails.\n")
    repository.stage("food.md", "# Food\n\nA loaf is baked; the oven is hot.\n")
    library.update()
    return library


def test_a_page_that_shares_no_word_with_the_question_is_found_by_meaning(stocked: Library) -> None:
    assert update_vectors(stocked.place, embedder=TopicEmbedder()).passages == 3
    answer = ask(stocked, "felines")
    assert answer.hits[0].path == "pets.md"
    assert answer.hits[0].parts == (Part.MEANING,)
    assert answer.parts == (Part.KEYWORD, Part.MEANING)
    assert answer.note == ""


def test_what_both_ways_find_stands_above_what_one_way_finds_and_says_so(stocked: Library) -> None:
    update_vectors(stocked.place, embedder=TopicEmbedder())
    hits = ask(stocked, "which ship sails").hits
    assert (hits[0].path, hits[0].score, hits[0].parts) == ("sea.md", 1.0, (Part.KEYWORD, Part.MEANING))
    hits = ask(stocked, "boats near a hot oven").hits
    assert {hit.path: hit.score for hit in hits[:2]} == {
        "sea.md": pytest.approx(0.5),
        "food.md": pytest.approx(0.5, abs=0.01),
    }


def test_the_model_reads_the_headings_with_the_text_and_each_passage_once(
    repository: Repository, stocked: Library
) -> None:
    embedder = TopicEmbedder()
    update_vectors(stocked.place, embedder=embedder)
    assert min(embedder.read).startswith("Food\n")
    repository.stage("copy.md", (repository.path / "pets.md").read_text())
    stocked.update()
    embedder.read.clear()
    assert update_vectors(stocked.place, embedder=embedder).passages == 0
    assert embedder.read == []
    assert {hit.path for hit in ask(stocked, "felines").hits[:2]} == {"copy.md", "pets.md"}


def test_filters_hold_for_what_meaning_finds(repository: Repository, stocked: Library) -> None:
    repository.stage("docs/cats.md", "# Cats\n\nThe cat purrs.\n")
    stocked.update()
    update_vectors(stocked.place, embedder=TopicEmbedder())
    assert [hit.path for hit in ask(stocked, "felines", filters=Filters(paths=("docs/**",))).hits] == ["docs/cats.md"]
    assert ask(stocked, "felines", filters=Filters(kinds=(Kind.TASK,))).hits == ()


def test_passages_without_a_vector_are_found_by_keyword_and_counted(repository: Repository, stocked: Library) -> None:
    update_vectors(stocked.place, embedder=TopicEmbedder())
    repository.stage("new.md", "# New\n\nA vessel with an anchor.\n")
    stocked.update()
    answer = ask(stocked, "anchor")
    assert answer.hits[0].path == "new.md"
    assert answer.hits[0].parts == (Part.KEYWORD,)
    assert answer.note == "1 of 4 passages only by keyword until `openclaw knowledge index`"


def test_without_a_model_the_answer_is_by_keyword_and_says_how_to_get_more(stocked: Library) -> None:
    with stocked.open() as store:
        answer = search(store, stocked.tree(store), Question("kitten"))
    assert [hit.path for hit in answer.hits] == ["pets.md"]
    assert (answer.parts, answer.note) == ((Part.KEYWORD,), NOT_SET_UP)
    assert update_vectors(stocked.place).note == NOT_SET_UP


def test_without_vectors_the_answer_says_so(stocked: Library) -> None:
    assert ask(stocked, "kitten").note == NO_VECTORS
    assert ask(stocked, "kitten").parts == (Part.KEYWORD,)


def test_vectors_of_other_dimensions_under_the_same_name_are_made_anew_never_compared(stocked: Library) -> None:
    update_vectors(stocked.place, embedder=TopicEmbedder(4))
    assert ask(stocked, "felines", TopicEmbedder(8)).note == NO_VECTORS
    assert update_vectors(stocked.place, embedder=TopicEmbedder(8)).passages == 3
    assert ask(stocked, "felines", TopicEmbedder(8)).hits[0].path == "pets.md"
    assert ask(stocked, "felines", TopicEmbedder(4)).note == NO_VECTORS


def test_vectors_are_stored_batch_by_batch_so_that_an_interruption_costs_little(
    stocked: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 1)

    class Interrupted(TopicEmbedder):
        def embed(self, texts: Sequence[str]) -> Matrix:
            if len(self.read) == 2:
                raise KeyboardInterrupt
            return super().embed(texts)

    with pytest.raises(KeyboardInterrupt):
        update_vectors(stocked.place, embedder=Interrupted())
    with stocked.open() as store:
        found = open_meaning(store, stocked.tree(store), TopicEmbedder())
    assert isinstance(found, Meaning)
    assert (found.embedded, found.missing) == (2, 1)
    told: list[tuple[int, int]] = []
    assert (
        update_vectors(stocked.place, embedder=TopicEmbedder(), tell=lambda *counts: told.append(counts)).passages == 1
    )
    assert told == [(1, 1)]


def test_one_process_makes_vectors_and_another_is_told_so(stocked: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOCK_TIMEOUT_S", 0.1)
    refused: list[str] = []

    class Second(TopicEmbedder):
        def embed(self, texts: Sequence[str]) -> Matrix:
            refused.append(update_vectors(stocked.place, embedder=TopicEmbedder()).note)
            return super().embed(texts)

    assert update_vectors(stocked.place, embedder=Second()).passages == 3
    assert "the making of vectors" in refused[0]


def test_an_index_that_is_made_again_meanwhile_gets_no_vectors_of_the_old_one(stocked: Library) -> None:
    class Meanwhile(TopicEmbedder):
        def embed(self, texts: Sequence[str]) -> Matrix:
            with writer_lock(stocked.place):
                make_store(stocked.place).close()
            return super().embed(texts)

    made = update_vectors(stocked.place, embedder=Meanwhile())
    assert made.passages == 0
    assert "made again" in made.note


def test_without_an_index_there_is_one_clear_line(library: Library) -> None:
    with pytest.raises(KnowledgeError, match="there is no index yet"):
        update_vectors(library.place, embedder=TopicEmbedder())


@pytest.mark.parametrize(("text", "limit"), [("", 10), ("...", 10), ("kitten", 0), ("kitten", 101), ("x" * 2001, 10)])
def test_questions_without_measure_are_refused(stocked: Library, text: str, limit: int) -> None:
    with stocked.open() as store, pytest.raises(KnowledgeError):
        search(store, stocked.tree(store), Question(text, limit))
