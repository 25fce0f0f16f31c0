"""Vectors for the chunks of an index: those that are missing made, and all of them opened for questions."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.embed.opening import open_embedder, open_query_embedder
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.models.cache import is_set_up
from openclaw_hooks.knowledge.models.catalog import MINILM
from openclaw_hooks.knowledge.store import open_store, writer_lock
from openclaw_hooks.knowledge.store.reading import find_tree
from openclaw_hooks.knowledge.store.vectors import (
    count_missing,
    count_vectors,
    find_model,
    load_matrix,
    put_vectors,
    use_model,
    vectors_missing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.knowledge.embed.model import Embedder
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.knowledge.store.vectors import Matrix, Missing

BATCH: Final = 64  # passages that are stored together: half a second of work is what a `kill -9` costs
LOCK_TIMEOUT_S: Final = 1.0
MOST_UNPACKED: Final = 20_000  # vectors that are held as float32: 30 MB
NOT_SET_UP: Final = f"by meaning too after `openclaw knowledge setup`, which gets the model {MINILM.name}"
NO_VECTORS: Final = "by meaning too after `openclaw knowledge index`"


class Made(NamedTuple):
    """What `update_vectors` did: passages embedded, and why it did no more where it did not end."""

    passages: int
    seconds: float
    note: str = ""


class Meaning(NamedTuple):
    """What finds by meaning: the model that embeds questions, and how many passages of a tree have a vector or none.

    `matrix` are the vectors themselves, where many questions are asked; one question finds them in the index.
    """

    embedder: Embedder
    model: int
    embedded: int
    missing: int
    matrix: Matrix | None = None


def update_vectors(
    place: Place, *, embedder: Embedder | None = None, tell: Callable[[int, int], None] | None = None
) -> Made:
    """Embeds the passages of the index at `place` that have no vector yet, by `embedder` or what this machine has.

    Each batch is stored as soon as it is made, and everything can be searched meanwhile. One process does it at a time:
    another one says so in its note. Raises OpenclawError when the index cannot be written.
    """
    from openclaw_hooks.board.lock import hold_lock
    from openclaw_hooks.board.place import BoardError

    began = time.monotonic()
    if embedder is None and not is_set_up(MINILM):
        return Made(0, 0.0, NOT_SET_UP)
    store = open_store(place)
    if store is None:
        raise KnowledgeError("there is no index yet", "make one: openclaw knowledge index")
    with store:
        tree = find_tree(store, place.root)
        if tree is None:
            raise KnowledgeError("this working tree is not indexed yet", "openclaw knowledge index")
        embedder = embedder or open_embedder(_count_missing(store, tree))
        if embedder is None:  # set up, and a package for it is not installed
            return Made(0, 0.0, NOT_SET_UP)
        with ExitStack() as stack:
            try:
                stack.enter_context(hold_lock(f"{place.db}.vectors.lock", "the making of vectors", LOCK_TIMEOUT_S))
            except BoardError as error:
                return Made(0, time.monotonic() - began, error.message)
            done, note = _embed_missing(place, (store, tree), embedder, tell)
    return Made(done, time.monotonic() - began, note)


def _count_missing(store: Store, tree: int) -> int:
    model = find_model(store, MINILM.name, MINILM.dimensions)
    return count_missing(store, tree, -1 if model is None else model)


def _embed_missing(
    place: Place, index: tuple[Store, int], embedder: Embedder, tell: Callable[[int, int], None] | None
) -> tuple[int, str]:
    store, tree = index
    with writer_lock(place):
        model = use_model(store, embedder.name, embedder.dimensions)
    total = count_missing(store, tree, model)
    done = 0
    for batch in vectors_missing(store, tree, model, BATCH):
        rows = _embed_batch(embedder, batch)
        with writer_lock(place):
            if store.is_replaced():
                return done, "the index was made again meanwhile: run it once more"
            put_vectors(store, model, rows)
        done += len(rows)
        if tell:
            tell(done, total)
    return done, ""


def _embed_batch(embedder: Embedder, batch: list[Missing]) -> list[tuple[bytes, bytes, float]]:
    from openclaw_hooks.knowledge.vectors import quantize_rows

    rows, scales = quantize_rows(embedder.embed([passage for _, passage in batch]))
    return [(known, row.tobytes(), float(scale)) for (known, _), row, scale in zip(batch, rows, scales, strict=True)]


def open_meaning(store: Store, tree: int, embedder: Embedder | None = None, *, is_held: bool = False) -> Meaning | str:
    """What finds by meaning in `tree`, with `embedder` or what this machine has; in words why there is nothing.

    `is_held`: for many questions, so that the vectors are read once.
    """
    embedder = embedder or open_query_embedder()
    if embedder is None:
        return NOT_SET_UP
    model = find_model(store, embedder.name, embedder.dimensions)
    embedded, missing = (0, 0) if model is None else count_vectors(store, tree, model)
    if model is None or not embedded:
        return NO_VECTORS
    matrix = _unpack(load_matrix(store, tree, model)) if is_held else None
    return Meaning(embedder, model, embedded, missing, matrix)


def _unpack(matrix: Matrix) -> Matrix:
    """`matrix` in the form that is asked soonest, where there is room for it."""
    import numpy as np

    if len(matrix.chunks) > MOST_UNPACKED:
        return matrix
    return matrix._replace(vectors=matrix.vectors.astype(np.float32))
