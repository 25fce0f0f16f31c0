"""Questions answered by words and by meaning together; by words alone, and saying so, where there are no vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.hybrid import CANDIDATES, fuse_scores
from openclaw_hooks.knowledge.keyword import ALL, check_question, make_filter, make_hits, question_stems, rank_keyword
from openclaw_hooks.knowledge.meaning import open_meaning
from openclaw_hooks.knowledge.model import Answer, Part
from openclaw_hooks.knowledge.store.reading import Located, list_documents, locate_chunks
from openclaw_hooks.knowledge.store.vectors import Nearness, nearest_chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from openclaw_hooks.knowledge.hybrid import Fused
    from openclaw_hooks.knowledge.keyword import Filters
    from openclaw_hooks.knowledge.meaning import Meaning
    from openclaw_hooks.knowledge.store import Store

BY_WORDS: Final[tuple[Part, ...]] = (Part.KEYWORD,)
BY_BOTH: Final[tuple[Part, ...]] = (Part.KEYWORD, Part.MEANING)


class Question(NamedTuple):
    """What is asked: the words, how many hits at most, and what they are limited to."""

    text: str
    limit: int = 10
    filters: Filters = ALL


def search(store: Store, tree: int, question: Question) -> Answer:
    """The best chunks of `tree`, by words and by what this machine has for meaning.

    Raises KnowledgeError for a question without words or without measure, and for a limit out of bounds.
    """
    check_question(question.text, question.limit)
    with store.snapshot():
        return answer_question(store, tree, question, open_meaning(store, tree))


def answer_question(store: Store, tree: int, question: Question, meaning: Meaning | str) -> Answer:
    """The best chunks of `tree`; `meaning` is opened once by those who answer many questions, or says why it is not."""
    check_question(question.text, question.limit)
    with store.snapshot():
        keyword = dict(rank_keyword(store, tree, question.text, CANDIDATES, question.filters))
        if isinstance(meaning, str):
            ranked, parts, note = fuse_scores(keyword, {}), BY_WORDS, meaning
        else:
            ranked = fuse_scores(keyword, rank_meaning(store, tree, question, meaning))
            parts, note = BY_BOTH, _tell_missing(meaning)
        chosen = {entry.id: entry for entry in ranked[: question.limit]}
        scores = {found: entry.score for found, entry in chosen.items()}
        hits = make_hits(store, scores, question_stems(store, question.text), parts)
        found = [hit._replace(parts=parts_of(entry)) for hit, entry in zip(hits, chosen.values(), strict=True)]
        return Answer(tuple(found), parts, note)


def rank_meaning(store: Store, tree: int, question: Question, meaning: Meaning) -> dict[int, float]:
    """The chunks of `tree` nearest to the question that pass its filters: chunk id -> cosine."""
    vector = meaning.embedder.embed([question.text])[0]
    if meaning.matrix is None:
        return _find_nearest(store, tree, question, (meaning, vector))
    from openclaw_hooks.knowledge.vectors import nearest_rows

    chunks, rows, scales = meaning.matrix
    is_limited = question.filters != ALL
    nearest = nearest_rows(vector, rows, scales, len(rows) if is_limited else CANDIDATES)
    scores = {int(chunks[place]): cosine for place, cosine in nearest}
    if is_limited:
        passes = make_filter(question.filters)
        located = locate_chunks(store, tree, scores)
        scores = {chunk: score for chunk, score in scores.items() if chunk in located and passes(located[chunk])}
    return dict(list(scores.items())[:CANDIDATES])


def _find_nearest(
    store: Store, tree: int, question: Question, asked: tuple[Meaning, NDArray[np.float32]]
) -> dict[int, float]:
    from openclaw_hooks.knowledge.vectors import quantize_rows

    meaning, vector = asked
    documents = None
    if question.filters != ALL:
        passes = make_filter(question.filters)
        documents = [
            known.id for known in list_documents(store, tree) if passes(Located(known.id, known.path, known.kind))
        ]
    components = quantize_rows(vector[None, :])[0].tobytes()
    return nearest_chunks(store, tree, meaning.model, Nearness(components, CANDIDATES, documents))


def parts_of(entry: Fused) -> tuple[Part, ...]:
    """Which parts of the search found a hit."""
    scores = (entry.keyword, entry.meaning)
    return tuple(part for part, score in zip(BY_BOTH, scores, strict=True) if score is not None)


def _tell_missing(meaning: Meaning) -> str:
    if not meaning.missing:
        return ""
    return f"{meaning.missing:,} of {meaning.embedded + meaning.missing:,} passages only by keyword until `openclaw knowledge index`"
