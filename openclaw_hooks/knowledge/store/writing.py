"""Changing the index: documents and the files that say them; each change is a transaction, so no reader sees half of it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from openclaw_hooks.knowledge.store.nearby import remove_unused
from openclaw_hooks.knowledge.store.words import index_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.knowledge.model import Chunk, Document
    from openclaw_hooks.knowledge.sources import Stamp
    from openclaw_hooks.knowledge.store.opening import Store

HEADING_SEPARATOR: Final = "\x1f"
HASH_BYTES: Final = 16
COMPRESSION: Final = 1  # zlib's fastest: a level more makes the file 3 % smaller


def hash_content(content: bytes) -> bytes:
    """What tells the content of a file or a chunk from any other."""
    from hashlib import blake2b

    return blake2b(content, digest_size=HASH_BYTES).digest()


def open_tree(store: Store, root: str) -> int:
    """The id of the working tree at `root`, which is made known."""
    found = store.connection.execute("SELECT id FROM trees WHERE root = ?", (root,)).get
    if found is None:
        store.connection.execute("INSERT INTO trees (root) VALUES (?)", (root,))
        found = store.connection.last_insert_rowid()
    assert isinstance(found, int)  # the column's type
    return found


def find_document(store: Store, path: str, content_hash: bytes) -> int | None:
    """The id of the document at `path` with that content, whichever tree it came from."""
    found = store.connection.execute("SELECT id FROM documents WHERE path = ? AND hash = ?", (path, content_hash)).get
    assert found is None or isinstance(found, int)  # the column's type
    return found


def put_document(store: Store, document: Document, content_hash: bytes) -> int:
    """The id of `document`, stored with its chunks and their words; one of that path and content is replaced."""
    old = find_document(store, document.path, content_hash)
    if old is not None:
        remove_documents(store, [old])
    connection = store.connection
    connection.execute(
        "INSERT INTO documents (id, path, hash, kind, title) VALUES (?, ?, ?, ?, ?)",
        (old, document.path, content_hash, document.kind.value, document.title),
    )
    made = connection.last_insert_rowid()
    for chunk in document.chunks:
        connection.execute(
            "INSERT INTO chunks (document, heading, first_line, last_line, text, hash) VALUES (?, ?, ?, ?, ?, ?)",
            (made, join_heading(chunk), chunk.first_line, chunk.last_line, pack_text(chunk.text), hash_chunk(chunk)),
        )
        heading = " ".join(chunk.heading) or document.title
        words = [index_text(text) for text in (chunk.path, heading, chunk.text)]
        connection.execute(
            "INSERT INTO words (rowid, path, heading, body) VALUES (?, ?, ?, ?)",
            (connection.last_insert_rowid(), *words),
        )
    return made


def hash_chunk(chunk: Chunk) -> bytes:
    """What tells the passage of `chunk` from any other: vectors are kept by it."""
    return hash_content(chunk.passage.encode("utf-8", "surrogatepass"))


def pack_text(text: str) -> bytes:
    """The text of a chunk as it is stored."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), COMPRESSION)


def join_heading(chunk: Chunk) -> str:
    """The path of headings as one column; no heading holds the sign between them."""
    return "".join(HEADING_SEPARATOR + part for part in chunk.heading)


def put_file(
    store: Store, tree: int, path: str, stamp: Stamp, content_hash: bytes, document: int | None, problem: str = ""
) -> None:
    """Notes what the file at `path` of `tree` says: a document, or a problem, or both."""
    store.connection.execute(
        "INSERT OR REPLACE INTO files (tree, path, document, problem, hash, modified_ns, changed_ns, size, inode)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (tree, path, document, problem, content_hash, *stamp),
    )


def remove_files(store: Store, tree: int, paths: Iterable[str]) -> None:
    """Forgets files of `tree`."""
    store.connection.executemany("DELETE FROM files WHERE tree = ? AND path = ?", [(tree, path) for path in paths])


def forget_trees(store: Store, trees: Iterable[int]) -> None:
    """Forgets whole working trees."""
    for tree in trees:
        store.connection.execute("DELETE FROM files WHERE tree = ?", (tree,))
        store.connection.execute("DELETE FROM trees WHERE id = ?", (tree,))


def stamp_tree(store: Store, tree: int, seconds: float) -> None:
    """Notes that all of `tree` was looked at, in seconds since 1970."""
    store.connection.execute("UPDATE trees SET indexed_at = ? WHERE id = ?", (seconds, tree))


def sweep(store: Store) -> int:
    """Removes the documents that no file says any more, and the vectors of no chunk; how many documents went."""
    gone = [
        row[0]
        for row in store.connection.execute(
            "SELECT id FROM documents WHERE id NOT IN (SELECT document FROM files WHERE document IS NOT NULL)"
        )
    ]
    if gone:
        remove_documents(store, gone)
        remove_unused(store)
    return len(gone)


def remove_documents(store: Store, documents: Iterable[int]) -> None:
    """Removes documents with their chunks and words; vectors stay for chunks of the same words that may follow."""
    for document in documents:
        of_it = "(SELECT id FROM chunks WHERE document = ?)"
        store.connection.execute(f"DELETE FROM words WHERE rowid IN {of_it}", (document,))  # noqa: S608  # our own text
        store.connection.execute("DELETE FROM chunks WHERE document = ?", (document,))
        store.connection.execute("DELETE FROM documents WHERE id = ?", (document,))
