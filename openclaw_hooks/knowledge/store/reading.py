"""Asking the index: which files it knows, which chunks hold which words, what is in them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.knowledge.model import Chunk, Kind
from openclaw_hooks.knowledge.store.words import index_text
from openclaw_hooks.knowledge.store.writing import HEADING_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openclaw_hooks.knowledge.sources import Stamp
    from openclaw_hooks.knowledge.store.opening import Store

# How much a word counts in the path, in the headings and in the text; measured, and not to be tuned for one set.
WEIGHTS: Final = (1.0, 3.0, 1.0)
FIRST_ASKED: Final = 40  # chunks beyond what is wanted: in most indexes nothing is taken away
KINDS: Final = {kind.value: kind for kind in Kind}


class File(NamedTuple):
    """A file as the index knows it."""

    document: int | None
    problem: str
    content_hash: bytes
    stamp: Stamp


class Located(NamedTuple):
    """The document that a chunk is of."""

    document: int
    path: str
    kind: Kind


class Known(NamedTuple):
    """A document of a tree."""

    id: int
    path: str
    kind: Kind
    title: str


class Figures(NamedTuple):
    """How much there is of a tree."""

    documents: dict[Kind, int]
    chunks: int
    bytes: int
    indexed_at: float
    models: dict[str, int]


def find_tree(store: Store, root: str) -> int | None:
    """The id of the working tree at `root`, if it was ever indexed."""
    found = store.connection.execute("SELECT id FROM trees WHERE root = ?", (root,)).get
    assert found is None or isinstance(found, int)  # the column's type
    return found


def list_trees(store: Store) -> dict[int, str]:
    """The root of each working tree."""
    return dict(store.connection.execute("SELECT id, root FROM trees"))


def list_files(store: Store, tree: int) -> dict[str, File]:
    """What is known of the files of `tree`, by path."""
    rows = store.connection.execute(
        "SELECT path, document, problem, hash, modified_ns, changed_ns, size, inode FROM files WHERE tree = ?", (tree,)
    )
    return {
        path: File(document, problem, content_hash, tuple(stamp))
        for path, document, problem, content_hash, *stamp in rows
    }


def list_documents(store: Store, tree: int) -> list[Known]:
    """The documents of `tree` in the order of their paths."""
    rows = store.connection.execute(
        "SELECT d.id, d.path, d.kind, d.title FROM files f JOIN documents d ON d.id = f.document"
        " WHERE f.tree = ? ORDER BY d.path",
        (tree,),
    )
    return [Known(number, path, Kind(kind), title) for number, path, kind, title in rows]


def rank_chunks(
    store: Store, tree: int, expression: str, limit: int, passes: Callable[[Located], bool]
) -> list[tuple[int, float]]:
    """The best `limit` chunks of `tree` for an FTS5 `expression` whose document passes, with scores: more is better."""
    asked = FIRST_ASKED + limit
    while True:
        rows: Any = store.connection.execute(
            "SELECT rowid, bm25(words, ?, ?, ?) AS score FROM words WHERE words MATCH ? ORDER BY score, rowid LIMIT ?",
            (*WEIGHTS, expression, asked),
        ).fetchall()
        located = locate_chunks(store, tree, [chunk for chunk, _ in rows])
        found = [(chunk, -score) for chunk, score in rows if chunk in located and passes(located[chunk])]
        if len(found) >= limit or len(rows) < asked:
            return found[:limit]
        asked *= 16  # other trees, or what was asked for, took too many away


def locate_chunks(store: Store, tree: int, chunks: Iterable[int]) -> dict[int, Located]:
    """Which documents the chunks are of; those that `tree` does not have are left out."""
    rows = store.connection.execute(
        "SELECT c.id, d.id, d.path, d.kind FROM json_each(?) asked CROSS JOIN chunks c ON c.id = asked.value"
        " CROSS JOIN documents d ON d.id = c.document"
        " CROSS JOIN files f ON f.tree = ? AND f.path = d.path AND f.document = d.id",  # CROSS: in this order
        (f"[{','.join(map(str, chunks))}]", tree),
    )
    return {chunk: Located(document, path, KINDS[kind]) for chunk, document, path, kind in rows}


def count_chunks_with(store: Store, stem: str) -> int:
    """In how many chunks of the whole index a word with that stem stands."""
    return int(store.connection.execute("SELECT doc FROM temp.stems WHERE term = ?", (stem,)).get or 0)


def count_in_range(store: Store, word: str, first: int, last: int) -> int:
    """In how many of the chunks with ids from `first` to `last` (a document's follow each other) the `word` stands."""
    question = "SELECT count(*) FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
    return int(store.connection.execute(question, (f'"{index_text(word).strip()}"', first, last)).get)


def count_chunks(store: Store) -> int:
    """How many chunks the whole index has."""
    return int(store.connection.execute("SELECT count(*) FROM chunks").get)


def read_chunks(store: Store, chunks: Iterable[int]) -> dict[int, Chunk]:
    """The chunks by their ids; one that is gone is left out."""
    found: dict[int, Chunk] = {}
    for chunk in chunks:
        row = store.connection.execute(
            "SELECT d.path, d.kind, c.heading, c.first_line, c.last_line, c.text"
            " FROM chunks c JOIN documents d ON d.id = c.document WHERE c.id = ?",
            (chunk,),
        ).fetchone()
        if row:
            path, kind, heading, first_line, last_line, text = row
            parts = tuple(heading.split(HEADING_SEPARATOR)[1:])
            found[chunk] = Chunk(path, Kind(kind), parts, first_line, last_line, unpack_text(text))
    return found


def unpack_text(packed: bytes) -> str:
    """The text of a chunk as it was before `pack_text`."""
    return zlib.decompress(packed).decode("utf-8", "surrogatepass")


def chunks_of(store: Store, document: int) -> list[int]:
    """The ids of a document's chunks, in their order."""
    return [
        row[0] for row in store.connection.execute("SELECT id FROM chunks WHERE document = ? ORDER BY id", (document,))
    ]


def count_tree(store: Store, tree: int) -> Figures:
    """How much there is of `tree`, and how large the whole index is."""
    connection = store.connection
    kinds = connection.execute(
        "SELECT d.kind, count(*) FROM files f JOIN documents d ON d.id = f.document WHERE f.tree = ? GROUP BY d.kind",
        (tree,),
    )
    documents = {Kind(kind): count for kind, count in kinds}
    chunks = connection.execute(
        "SELECT count(*) FROM chunks WHERE document IN (SELECT document FROM files WHERE tree = ?)", (tree,)
    ).get
    size = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").get
    indexed_at = connection.execute("SELECT indexed_at FROM trees WHERE id = ?", (tree,)).get
    models = dict(
        connection.execute(
            "SELECT m.name, (SELECT count(*) FROM chunks c JOIN vectors v ON v.model = m.id AND v.hash = c.hash"
            " WHERE c.document IN (SELECT document FROM files WHERE tree = ?)) FROM models m",
            (tree,),
        )
    )
    return Figures(documents, int(chunks), int(size), float(indexed_at or 0), models)
