"""Documents that are about the same as another one: by the words that set it apart from the rest, and by meaning."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, Final

from openclaw_hooks.knowledge.hybrid import fuse_scores
from openclaw_hooks.knowledge.keyword import ALL, STOP_WORDS, check_limit, make_filter, make_hits, write_expression
from openclaw_hooks.knowledge.meaning import NO_VECTORS
from openclaw_hooks.knowledge.model import Answer, KnowledgeError, Part
from openclaw_hooks.knowledge.search import parts_of
from openclaw_hooks.knowledge.store.reading import (
    chunks_of,
    count_chunks,
    count_chunks_with,
    count_in_range,
    list_documents,
    locate_chunks,
    rank_chunks,
    read_chunks,
)
from openclaw_hooks.knowledge.store.vectors import load_matrix, newest_model
from openclaw_hooks.knowledge.store.words import stem_words

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.keyword import Filters
    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.knowledge.store.reading import Known, Located

    Ranked = dict[int, tuple[int, float]]
    """Documents by id, best first: the chunk that is most like the one asked for, and its score."""

MOST_CHUNKS: Final = 60  # of the document that are read, spread over all of it
MOST_WEIGHED: Final = 120  # words, the most frequent ones
MOST_ASKED: Final = 24  # words, those that tell most
MOST_DOCUMENTS: Final = 200  # of each way of comparing; as many as a search has candidates


def find_related(store: Store, tree: int, path: str, limit: int, filters: Filters = ALL) -> Answer:
    """The best `limit` documents for the one at `path`, each by the chunk that is most like it; never itself.

    By the words that tell about it, and where there are vectors also by their mean. Raises KnowledgeError for a path that
    is not indexed.
    """
    check_limit(limit)
    with store.snapshot():
        document = find_document(store, tree, path)
        words = tell_words(store, document)
        by_words = _rank_by_words(store, tree, document, (words, filters)) if words else {}
        by_meaning = _rank_by_meaning(store, tree, document, filters)
        fused = fuse_scores(_scores(by_words), _scores(by_meaning or {}))[:limit]
        chunks = {entry.id: (by_words | (by_meaning or {}))[entry.id][0] for entry in fused}
        stems = {word.stem for word in stem_words(store, " ".join(words))}
        scores = {chunks[entry.id]: entry.score for entry in fused}
        hits = make_hits(store, scores, stems, (Part.KEYWORD,))
        found = [hit._replace(parts=parts_of(entry)) for hit, entry in zip(hits, fused, strict=True)]
    if by_meaning is None:
        return Answer(tuple(found), (Part.KEYWORD,), NO_VECTORS)
    return Answer(tuple(found), (Part.KEYWORD, Part.MEANING))


def _scores(ranked: Ranked) -> dict[int, float]:
    return {document: score for document, (_, score) in ranked.items()}


def find_document(store: Store, tree: int, path: str) -> Known:
    """The document at `path`; raises KnowledgeError that names the nearest where there is none."""
    documents = {known.path: known for known in list_documents(store, tree)}
    if path not in documents:
        from openclaw_hooks.documents import suggest
        from openclaw_hooks.files import display_path

        nearest = suggest(path, list(documents)) if len(documents) < 5000 else ""
        raise KnowledgeError(f"{display_path(path)} is not indexed", nearest if "did you mean" in nearest else "")
    return documents[path]


def tell_words(store: Store, document: Known) -> list[str]:
    """The words that tell most about `document`: often in it, and in few chunks of others."""
    chunks = chunks_of(store, document.id)
    step = max(1, len(chunks) // MOST_CHUNKS)
    read = read_chunks(store, chunks[::step]).values()
    counts: Counter[str] = Counter()
    own: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for text in [" ".join((*chunk.heading, chunk.text)) for chunk in read]:
        words = stem_words(store, text)
        counts.update(word.stem for word in words)
        own.update({word.stem for word in words})
        spelled.update((word.stem, text[word.start : word.end].lower()) for word in words)
    telling = {stem: word for stem, word in spelled.items() if _is_telling(word)}
    others = count_chunks(store) - len(chunks)
    weights: dict[str, float] = {}
    for stem in sorted(telling, key=lambda stem: (-counts[stem], stem))[:MOST_WEIGHED]:
        inside = own[stem] if step == 1 else count_in_range(store, telling[stem], chunks[0], chunks[-1])
        found = count_chunks_with(store, stem) - inside
        if found > 0:
            weights[stem] = (1 + log(counts[stem])) * log(1 + others / found)
    best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:MOST_ASKED]
    return [telling[stem] for stem in best]


def _is_telling(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in STOP_WORDS


def _rank_by_words(store: Store, tree: int, document: Known, order: tuple[list[str], Filters]) -> Ranked:
    """Other documents that hold some of the words, best first."""
    words, filters = order
    passes = make_filter(filters)

    def is_other(located: Located) -> bool:
        return located.document != document.id and passes(located)

    asked = 2 * MOST_DOCUMENTS
    while True:
        ranked = rank_chunks(store, tree, write_expression(words), asked, is_other)
        located = locate_chunks(store, tree, [chunk for chunk, _ in ranked])
        best: Ranked = {}
        for chunk, score in ranked:
            best.setdefault(located[chunk].document, (chunk, score))
        if len(best) >= MOST_DOCUMENTS or len(ranked) < asked:
            return dict(list(best.items())[:MOST_DOCUMENTS])
        asked *= 8  # a long document alone may have filled the list


def _rank_by_meaning(store: Store, tree: int, document: Known, filters: Filters) -> Ranked | None:
    """Other documents by how near their nearest chunk is to the mean of this one's; None where vectors are missing.

    Every chunk of the tree is compared, so none is hidden by others.
    """
    model = newest_model(store)
    if model is None:
        return None
    import numpy as np

    from openclaw_hooks.knowledge.vectors import score_rows

    chunks, rows, scales = load_matrix(store, tree, model)
    located = locate_chunks(store, tree, chunks.tolist())
    own = [row for row, chunk in enumerate(chunks.tolist()) if located[chunk].document == document.id]
    if not own:
        return None
    mean = (rows[own].astype(np.float32) * scales[own][:, None]).mean(axis=0)
    scores = score_rows(mean / max(float(np.linalg.norm(mean)), 1e-9), rows, scales)
    passes = make_filter(filters)
    best: Ranked = {}
    for row in np.argsort(-scores, kind="stable").tolist():
        chunk = int(chunks[row])
        found = located[chunk]
        if found.document != document.id and found.document not in best and passes(found):
            best[found.document] = (chunk, float(scores[row]))
            if len(best) == MOST_DOCUMENTS:
                break
    return best
