"""A model's vectors in the index: which chunks still lack one, and all of a tree's as a matrix.

A vector belongs to a passage by its hash, so chunks that read the same share one, and what only moved keeps its own.
Vectors are int8 with a scale each: component times scale is what the model said. The components lie in a table of
sqlite-vec for each model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.knowledge.store.nearby import make_nearby, nearby_name
from openclaw_hooks.knowledge.store.reading import locate_chunks, read_chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from openclaw_hooks.knowledge.store.opening import Store

MOST_NEAREST: Final = 4096  # that sqlite-vec 0.1 finds at once


class Missing(NamedTuple):
    """A passage without a vector, and the hash to store one under."""

    hash: bytes
    passage: str


class Nearness(NamedTuple):
    """What is looked for: int8 components as bytes, how many chunks, and the documents they may be of (None: any)."""

    vector: bytes
    limit: int
    documents: Collection[int] | None = None


class Matrix(NamedTuple):
    """The vectors of a tree: int64[n] chunk ids, int8 or float32[n, dimensions], float32[n] scales."""

    chunks: NDArray[np.int64]
    vectors: NDArray[np.int8] | NDArray[np.float32]
    scales: NDArray[np.float32]


def use_model(store: Store, name: str, dimensions: int) -> int:
    """The id of a model, made known; vectors that one of that name but of other dimensions left are removed."""
    ask = store.connection.execute
    row = ask("SELECT id, dimensions FROM models WHERE name = ?", (name,)).fetchone()
    if row and row[1] == dimensions:
        return int(row[0])
    with store.connection:
        if row:
            ask("DELETE FROM vectors WHERE model = ?", (row[0],))
            ask("DELETE FROM models WHERE id = ?", (row[0],))
            ask(f"DROP TABLE IF EXISTS {nearby_name(row[0])}")
        ask("INSERT INTO models (name, dimensions) VALUES (?, ?)", (name, dimensions))
        model = store.connection.last_insert_rowid()
        make_nearby(store, model, dimensions)
    return model


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
    """Stores vectors as (hash of the passage, its int8 components as bytes, scale); one that is there stays."""
    ask = store.connection.execute
    add = f"INSERT INTO {nearby_name(model)} (rowid, vector) VALUES (?, vec_int8(?))"  # noqa: S608  # our own text
    with store.connection:
        for found, vector, scale in rows:
            new = "INSERT OR IGNORE INTO vectors (model, hash, scale) VALUES (?, ?, ?) RETURNING id"
            number = ask(new, (model, found, scale)).get
            if number is not None:
                ask(add, (number, vector))


def count_vectors(store: Store, tree: int, model: int) -> tuple[int, int]:
    """How many chunks of `tree` have a vector of `model`, and how many have none."""
    rows: Any = store.connection.execute(
        "SELECT count(v.id), count(*) FROM chunks c LEFT JOIN vectors v ON v.model = ? AND v.hash = c.hash"
        " WHERE c.document IN (SELECT document FROM files WHERE tree = ?)",
        (model, tree),
    ).fetchone()
    return rows[0], rows[1] - rows[0]


def nearest_chunks(store: Store, tree: int, model: int, near: Nearness) -> dict[int, float]:
    """The chunks of `tree` nearest to a vector, nearest first: chunk id -> cosine.

    Found by sqlite-vec in the file itself, for a process that asks once: opening all vectors as a matrix takes longer
    than the answer. One that asks often holds a matrix, in which it is found sooner.
    """
    is_alone = near.documents is None and store.connection.execute("SELECT count(*) FROM trees").get == 1
    cosines = _find_nearest(store, tree, model, near, is_limited=not is_alone)
    rows = _chunks_with(store, tree, cosines)
    if is_alone and len({number for number, _ in rows}) < len(cosines):  # some are of chunks that are gone
        cosines = _find_nearest(store, tree, model, near, is_limited=True)
        rows = _chunks_with(store, tree, cosines)
    if near.documents is not None:
        allowed = set(near.documents)
        documents = locate_chunks(store, tree, [chunk for _, chunk in rows])
        rows = [(number, chunk) for number, chunk in rows if documents[chunk].document in allowed]
    order = sorted(rows, key=lambda row: (-cosines[row[0]], row[1]))
    return {chunk: cosines[number] for number, chunk in order[: near.limit]}


def _find_nearest(store: Store, tree: int, model: int, near: Nearness, *, is_limited: bool) -> dict[int, float]:
    """Ids of vectors with their cosines; `is_limited` to the documents asked for or those of the tree, which costs time."""
    import json

    words = f"SELECT rowid, distance FROM {nearby_name(model)} WHERE vector MATCH vec_int8(?) AND k = ?"  # noqa: S608  # our own text
    values: tuple[bytes | int | str, ...] = (near.vector, min(near.limit, MOST_NEAREST))
    if is_limited:
        documents = (
            "SELECT value FROM json_each(?)"
            if near.documents is not None
            else "SELECT document FROM files WHERE tree = ?"
        )
        chunks = f"SELECT hash FROM chunks WHERE document IN ({documents})"  # noqa: S608  # our own text
        words += f" AND rowid IN (SELECT id FROM vectors WHERE model = ? AND hash IN ({chunks}))"  # noqa: S608  # our own text
        values += (model, tree if near.documents is None else json.dumps(list(near.documents)))
    found: Any = store.connection.execute(words, values).fetchall()
    return {number: 1 - distance for number, distance in found if distance is not None}


def _chunks_with(store: Store, tree: int, numbers: Iterable[int]) -> list[tuple[int, int]]:
    """(id of a vector, id of a chunk of `tree` that has it) for each of `numbers`."""
    import json

    rows: Any = store.connection.execute(
        "SELECT v.id, c.id FROM json_each(?) n JOIN vectors v ON v.id = n.value JOIN chunks c ON c.hash = v.hash"
        " WHERE c.document IN (SELECT document FROM files WHERE tree = ?)",
        (json.dumps(list(numbers)), tree),
    ).fetchall()
    return [(number, chunk) for number, chunk in rows]


def load_matrix(store: Store, tree: int, model: int) -> Matrix:
    """All vectors of `tree` by `model`; chunks that have none yet are left out."""
    import numpy as np

    ask = store.connection.execute
    rows: Any = ask(
        "SELECT c.id, v.id, v.scale FROM chunks c JOIN vectors v ON v.model = ? AND v.hash = c.hash"
        " WHERE c.document IN (SELECT document FROM files WHERE tree = ?) ORDER BY c.id",
        (model, tree),
    ).fetchall()
    dimensions = ask("SELECT dimensions FROM models WHERE id = ?", (model,)).get or 0
    stored: Any = dict(ask(f"SELECT rowid, vector FROM {nearby_name(model)}")) if rows else {}  # noqa: S608  # our own text
    chunks = np.array([row[0] for row in rows], dtype=np.int64)
    vectors = np.frombuffer(b"".join(stored[row[1]] for row in rows), dtype=np.int8)
    scales = np.array([row[2] for row in rows], dtype=np.float32)
    return Matrix(chunks, vectors.reshape(len(rows), int(dimensions)), scales)
