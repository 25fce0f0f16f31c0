"""Chunks, words and vectors in; the values that a browser loads out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.knowledge.browser.neighbours import find_neighbours
from openclaw_hooks.knowledge.browser.packing import pack_numbers, pack_rows
from openclaw_hooks.knowledge.browser.words import pack_words
from openclaw_hooks.knowledge.hybrid import CANDIDATES
from openclaw_hooks.knowledge.snippets import show_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.browser.teaching import Teacher
    from openclaw_hooks.knowledge.browser.words import Words
    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.model import Chunk

FORMAT: Final = 1  # of what is built; another one is built again
MEANING_WEIGHT: Final = 0.4  # a table says less than the model, so its share is smaller than there
SHARD_CHARACTERS: Final = 64_000  # of text; a page of hits needs a few of them
HEAD: Final = "meaning"
NEIGHBOURS: Final = "neighbours"
UNKNOWN: Final = "[UNK]"


class Library(NamedTuple):
    """What is found: chunks in the order of their documents, their words, and their vectors.

    `vectors` is float32[chunks, width] with zeros for what has none yet, or None where there is no vector at all.
    """

    chunks: Sequence[Chunk]
    words: Words
    vectors: Matrix | None


def browser_index(library: Library, teacher: Teacher | None) -> dict[str, Any]:
    """The values by name: `meaning` to begin with, `meaning-...` that it names or that questions need, `neighbours`.

    Without vectors or `teacher` questions are answered by their words.
    """
    found: dict[str, Any] = {}
    shards = _cut_shards(library.chunks)
    for number, (first, last) in enumerate(shards):
        found[f"{HEAD}-text-{number}"] = [show_line(chunk.text) for chunk in library.chunks[first:last]]
    found[f"{HEAD}-words"] = pack_words(library.words)
    found[NEIGHBOURS] = {}
    dimensions = 0
    if library.vectors is not None:
        paths = [chunk.path for chunk in library.chunks]
        found[NEIGHBOURS] = find_neighbours(paths, library.vectors)
        if teacher is not None:
            found |= (meaning := _fit_meaning(library.chunks, library.vectors, teacher))
            dimensions = len(meaning[f"{HEAD}-vectors"]["rows"]) // len(library.chunks)
    found[HEAD] = {**_describe_chunks(library.chunks), "dimensions": dimensions, "shards": [last for _, last in shards]}
    return found


def _cut_shards(chunks: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Runs of chunks with about as much text each: from the first to before the last."""
    runs = []
    first = size = 0
    for position, chunk in enumerate(chunks, 1):
        size += len(chunk.text)
        if size >= SHARD_CHARACTERS or position == len(chunks):
            runs.append((first, position))
            first, size = position, 0
    return runs


def _describe_chunks(chunks: Sequence[Chunk]) -> dict[str, Any]:
    """The documents with how many chunks each has; each chunk's headings (by number) and lines; how hits are weighed."""
    headings: dict[tuple[str, ...], int] = {}
    places = []
    for chunk in chunks:
        number = headings.setdefault(chunk.heading, len(headings))
        places += [number, chunk.first_line, chunk.last_line - chunk.first_line]
    documents = [
        (path, kind, sum(1 for _ in run))
        for (path, kind), run in groupby(chunks, key=lambda chunk: (chunk.path, chunk.kind))
    ]
    return {
        "format": FORMAT,
        "chunks": len(chunks),
        "documents": documents,
        "headings": list(headings),
        "places": pack_numbers(places),
        "weight": MEANING_WEIGHT,
        "candidates": CANDIDATES,
    }


def _fit_meaning(chunks: Sequence[Chunk], vectors: Matrix, teacher: Teacher) -> dict[str, Any]:
    import numpy as np

    from openclaw_hooks.knowledge.browser.encoder import Lessons, fit_encoder
    from openclaw_hooks.knowledge.browser.teaching import cut_stretches, keep_tokens

    has_vector = np.abs(vectors).max(axis=1) > 0
    passages = [_read_tokens(chunk.passage, teacher) for chunk in chunks]
    known = [passage for passage, is_known in zip(passages, has_vector, strict=True) if is_known]
    stretches = cut_stretches([chunk.text for chunk in chunks])
    mixtures, mixed = teacher.mixtures
    lessons = Lessons(
        [_read_tokens(text, teacher) for text in (*stretches, *mixtures)],
        np.concatenate([teacher.embedder.embed(stretches), mixed]),
    )
    encoder = fit_encoder(Lessons(known, vectors[has_vector]), lessons, teacher.table)
    placed = np.zeros((len(chunks), encoder.chunks.shape[1]), np.float32)
    placed[has_vector] = encoder.chunks
    kept = keep_tokens(passages, teacher.vocabulary)
    numbers = [teacher.vocabulary[token] for token in kept]
    return {
        f"{HEAD}-vectors": pack_rows(placed),
        f"{HEAD}-tokens": {"tokens": "\n".join(kept), **pack_rows(encoder.tokens[numbers])},
    }


def _read_tokens(text: str, teacher: Teacher) -> list[int]:
    """The token ids of `text`; never none, since a row of a matrix must have one."""
    return teacher.pieces.encode(text) or [teacher.vocabulary[UNKNOWN]]
