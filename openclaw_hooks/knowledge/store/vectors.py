"""A model's vectors in the index: which chunks still lack one, and all of a tree's as a matrix.

A vector belongs to a passage by its hash, so chunks that read the same share one, and what only moved keeps its own.
Vectors are int8 with a scale each: component times scale is what the model said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.knowledge.store.reading import read_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from openclaw_hooks.knowledge.store.opening import Store


class Missing(NamedTuple):
    """A passage without a vector, and the hash to store one under."""

    hash: bytes
    passage: str


class Matrix(NamedTuple):
    """The vectors of a tree: int64[n] chunk ids, int8[n, dimensions], float32[n] scales."""

    chunks: NDArray[np.int64]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]


def use_model(store: Store, name: str, dimensions: int) -> int:
    """The id of a model, made known; vectors that one of that name but of other dimensions left are removed."""
    row = store.connection.execute("SELECT id, dimensions FROM models WHERE name = ?", (name,)).fetchone()
    if row and row[1] == dimensions:
        return int(row[0])
    with store.connection:
        if row:
            store.connection.execute("DELETE FROM vectors WHERE model = ?", (row[0],))
            store.connection.execute("DELETE FROM models WHERE id = ?", (row[0],))
        store.connection.execute("INSERT INTO models (name, dimensions) VALUES (?, ?)", (name, dimensions))
    return store.connection.last_insert_rowid()


def find_model(store: Store, name: str, dimensions: int) -> int | None:
    """The id of a model that has vectors here, of these dimensions; nothing is written."""
    found = store.connection.execute("SELECT id FROM models WHERE name = ? AND dimensions = ?", (name, dimensions)).get
    assert found is None or isinstance(found, int)  # the column's type
    return found


def newest_model(store: Store) -> int | None:
    """The id of the model that was last made known; its vectors can be compared with each other without it."""
    found = store.connection.execute("SELECT max(id) FROM models").get
    assert found is None or isinstance(found, int)  # the column's type
    return found


def count_missing(store: Store, tree: int, model: int) -> int:
    """How many passages of `tree` have no vector of `model` yet."""
    return len(_missing_chunks(store, tree, model))


def vectors_missing(store: Store, tree: int, model: int, batch: int = 64) -> Iterator[list[Missing]]:
    """The passages of `tree` without a vector of `model`, each once, in batches that may be stored while this runs."""
    wanted = _missing_chunks(store, tree, model)
    for first in range(0, len(wanted), batch):
        part = wanted[first : first + batch]
        chunks = read_chunks(store, [chunk for _, chunk in part])  # one may be gone since
        yield [Missing(found, chunks[chunk].passage) for found, chunk in part if chunk in chunks]


def _missing_chunks(store: Store, tree: int, model: int) -> list[tuple[bytes, int]]:
    rows = store.connection.execute(
        "SELECT hash, min(id) FROM chunks WHERE document IN (SELECT document FROM files WHERE tree = ?)"
        " AND hash NOT IN (SELECT hash FROM vectors WHERE model = ?) GROUP BY hash ORDER BY 2",
        (tree, model),
    )
    return [(found, chunk) for found, chunk in rows]


def put_vectors(store: Store, model: int, rows: Iterable[tuple[bytes, bytes, float]]) -> None:
    """Stores vectors as (hash of the passage, its int8 components as bytes, scale)."""
    with store.connection:
        store.connection.executemany(
            "INSERT OR REPLACE INTO vectors (model, hash, vector, scale) VALUES (?, ?, ?, ?)",
            ((model, *row) for row in rows),
        )


def load_matrix(store: Store, tree: int, model: int) -> Matrix:
    """All vectors of `tree` by `model`; chunks that have none yet are left out."""
    import numpy as np

    rows: Any = store.connection.execute(
        "SELECT c.id, v.vector, v.scale FROM chunks c JOIN vectors v ON v.model = ? AND v.hash = c.hash"
        " WHERE c.document IN (SELECT document FROM files WHERE tree = ?) ORDER BY c.id",
        (model, tree),
    ).fetchall()
    dimensions = store.connection.execute("SELECT dimensions FROM models WHERE id = ?", (model,)).get or 0
    chunks = np.array([row[0] for row in rows], dtype=np.int64)
    vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.int8).reshape(len(rows), int(dimensions))
    return Matrix(chunks, vectors, np.array([row[2] for row in rows], dtype=np.float32))
