"""How well the search finds: a retrieval set is indexed, asked by each way of searching, and scored."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.hybrid import CANDIDATES, fuse_scores
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.keyword import check_question, rank_keyword
from openclaw_hooks.knowledge.meaning import open_meaning, update_vectors
from openclaw_hooks.knowledge.place import Place
from openclaw_hooks.knowledge.retrieval_set import QUERIES, read_retrieval_set
from openclaw_hooks.knowledge.search import Question, rank_meaning
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.reading import count_tree, find_tree, locate_chunks
from openclaw_hooks.settings import KNOWLEDGE_FILES, KnowledgeSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from openclaw_hooks.knowledge.embed.model import Embedder
    from openclaw_hooks.knowledge.meaning import Meaning
    from openclaw_hooks.knowledge.retrieval_set import RetrievalSet
    from openclaw_hooks.knowledge.store import Store

    Ranker = Callable[[Store, int, str, Meaning | None], dict[int, float]]
    Browser = Callable[[Mapping[str, Any], Mapping[str, str]], Mapping[str, tuple[Sequence[str], float]]]
    """Values of a browser's index and questions by id -> for each the documents it finds, best first, and milliseconds."""

DEPTH: Final = 10  # documents of a ranking that count
FILES: Final = (*KNOWLEDGE_FILES, "*.txt", "*.rst")  # sets come in more forms than repositories


class Score(NamedTuple):
    """How well one way of searching did: means over the questions, and what a question took (p50)."""

    system: str
    ndcg: float
    recall: float
    reciprocal_rank: float
    milliseconds: float


class Evaluation(NamedTuple):
    """The scores of all ways, on how much; `note` says why searching by meaning was not tried."""

    questions: int
    documents: int
    chunks: int
    scores: tuple[Score, ...]
    note: str


def evaluate(
    folder: str,
    *,
    embedder: Embedder | None = None,
    tell: Callable[[int, int], None] | None = None,
    browser: Browser | None = None,
) -> Evaluation:
    """The scores for the retrieval set in `folder`, with `embedder` or what this machine has.

    The set gets an index of its own, which is thrown away. `browser` runs what a page of the site does. Raises
    OpenclawError for a set that cannot be read.
    """
    import os
    import tempfile

    asked = read_retrieval_set(folder)
    for text in asked.questions.values():
        _check(text)
    with tempfile.TemporaryDirectory(prefix="openclaw-eval-") as scratch:
        place = Place(os.path.realpath(folder), None, os.path.join(scratch, "eval.db"), is_named=True, only=())
        update_index(place, KnowledgeSettings(include=FILES))
        note = update_vectors(place, embedder=embedder, tell=tell).note
        store = open_store(place)
        assert store is not None  # it was made two lines ago
        with store:
            found = _score_all(store, place.root, asked, embedder)._replace(note=note)
            if browser:
                score = _score_browser(store, place.root, asked, browser)
                found = found._replace(scores=(*found.scores, score))
            return found


def _check(text: str) -> None:
    try:
        check_question(text, DEPTH)
    except OpenclawError as error:
        raise OpenclawError(f"{QUERIES}: `{text[:40]}`: {error.message}", error.hint) from error


def _score_all(store: Store, root: str, asked: RetrievalSet, embedder: Embedder | None) -> Evaluation:
    tree = find_tree(store, root)
    assert tree is not None  # its index was just made
    found = open_meaning(store, tree, embedder, is_held=True)
    meaning = None if isinstance(found, str) else found
    systems = SYSTEMS if meaning else {"keyword": SYSTEMS["keyword"]}
    scores = tuple(_score(name, ranker, (store, tree, meaning), asked) for name, ranker in systems.items())
    figures = count_tree(store, tree)
    return Evaluation(len(asked.questions), sum(figures.documents.values()), figures.chunks, scores, "")


def _score(name: str, ranker: Ranker, index: tuple[Store, int, Meaning | None], asked: RetrievalSet) -> Score:
    store, tree, meaning = index
    rows: list[tuple[float, float, float]] = []
    times: list[float] = []
    for question, text in asked.questions.items():
        began = time.perf_counter()
        ranked = ranker(store, tree, text, meaning)
        times.append(time.perf_counter() - began)
        rows.append(score_ranking(_best_documents(store, tree, ranked), asked.relevant[question]))
    return _mean_score(name, rows, [seconds * 1000 for seconds in times])


def _mean_score(name: str, rows: Sequence[tuple[float, float, float]], milliseconds: Sequence[float]) -> Score:
    ndcg, recall, reciprocal = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return Score(name, ndcg, recall, reciprocal, sorted(milliseconds)[len(milliseconds) // 2])


def _score_browser(store: Store, root: str, asked: RetrievalSet, browser: Browser) -> Score:
    from openclaw_hooks.knowledge.browser.building import browser_index
    from openclaw_hooks.knowledge.browser.reading import read_library
    from openclaw_hooks.knowledge.browser.teaching import open_teacher

    tree = find_tree(store, root)
    assert tree is not None  # its index was just made
    library = read_library(store, tree)
    answers = browser(browser_index(library, open_teacher() if library.vectors is not None else None), asked.questions)
    rows = [score_ranking(answers[question][0], asked.relevant[question]) for question in asked.questions]
    return _mean_score("browser", rows, [milliseconds for _, milliseconds in answers.values()])


def score_ranking(documents: Sequence[str], relevant: AbstractSet[str]) -> tuple[float, float, float]:
    """nDCG@10, recall@10 and reciprocal rank of a ranking; a document is relevant or not.

    nDCG: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the discount log2(rank + 1).
    """
    hits = [rank for rank, document in enumerate(documents[:DEPTH], 1) if document in relevant]
    ideal = range(1, min(DEPTH, len(relevant)) + 1)
    return _gain(hits) / _gain(ideal), len(hits) / len(relevant), 1 / hits[0] if hits else 0.0


def _gain(ranks: Iterable[int]) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks)


def _best_documents(store: Store, tree: int, ranked: dict[int, float]) -> list[str]:
    """The documents of the chunks in `ranked`, by the best chunk of each."""
    located = locate_chunks(store, tree, ranked)
    order = sorted(ranked, key=lambda chunk: -ranked[chunk])
    return list(dict.fromkeys(located[chunk].path for chunk in order if chunk in located))


def _by_keyword(store: Store, tree: int, text: str, _: Meaning | None) -> dict[int, float]:
    return dict(rank_keyword(store, tree, text, CANDIDATES))


def _by_meaning(store: Store, tree: int, text: str, meaning: Meaning | None) -> dict[int, float]:
    return rank_meaning(store, tree, Question(text), meaning) if meaning else {}


def _by_both(store: Store, tree: int, text: str, meaning: Meaning | None) -> dict[int, float]:
    fused = fuse_scores(_by_keyword(store, tree, text, None), _by_meaning(store, tree, text, meaning))
    return {entry.id: entry.score for entry in fused}


SYSTEMS: Final[dict[str, Ranker]] = {"keyword": _by_keyword, "meaning": _by_meaning, "hybrid": _by_both}
