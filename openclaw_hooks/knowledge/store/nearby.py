"""The components of vectors, in a table of sqlite-vec for each model: it finds the nearest in the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.store.opening import Store

# Rows lie in blocks, and the place of a deleted row is not used again (sqlite-vec 0.1): small blocks, so that a small
# repository has a small index.
BLOCK: Final = 256


def nearby_name(model: int) -> str:
    """The name of the table for a model's vectors."""
    return f"nearby_{model:d}"


def make_nearby(store: Store, model: int, dimensions: int) -> None:
    """Makes that table; its rows have the ids of `vectors`."""
    store.connection.execute(
        f"CREATE VIRTUAL TABLE {nearby_name(model)} USING vec0("
        f"vector int8[{dimensions:d}] distance_metric=cosine, chunk_size={BLOCK})"
    )


def remove_unused(store: Store) -> None:
    """Removes the vectors of no chunk, and packs what is left when most of its room is empty; in a transaction."""
    ask = store.connection.execute
    unused = "SELECT id FROM vectors WHERE model = ? AND hash NOT IN (SELECT hash FROM chunks)"
    models: Any = ask("SELECT id, dimensions FROM models").fetchall()
    for model, dimensions in models:
        name = nearby_name(model)
        ask(f"DELETE FROM {name} WHERE rowid IN ({unused})", (model,))  # noqa: S608  # our own text
        ask(f"DELETE FROM vectors WHERE id IN ({unused})", (model,))  # noqa: S608  # our own text
        kept = int(ask("SELECT count(*) FROM vectors WHERE model = ?", (model,)).get)
        slots = int(ask(f"SELECT count(*) FROM {name}_chunks").get) * BLOCK  # noqa: S608  # our own text
        if slots > 2 * kept + BLOCK:
            _pack(store, model, dimensions)


def _pack(store: Store, model: int, dimensions: int) -> None:
    ask = store.connection.execute
    name = nearby_name(model)
    rows = ask(f"SELECT rowid, vector FROM {name}").fetchall()  # noqa: S608  # our own text
    ask(f"DROP TABLE {name}")
    make_nearby(store, model, dimensions)
    add = f"INSERT INTO {name} (rowid, vector) VALUES (?, vec_int8(?))"  # noqa: S608  # our own text
    store.connection.executemany(add, rows)
