"""The index on this machine as a browser will hold it: read from the store, and built again only when it changed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.knowledge.browser.building import FORMAT, Library, browser_index
from openclaw_hooks.knowledge.browser.words import read_words
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.reading import chunks_of, find_tree, list_documents, read_chunks
from openclaw_hooks.knowledge.store.vectors import count_missing, count_vectors, load_matrix, newest_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.settings import KnowledgeSettings

    Files = dict[str, bytes]
    Emit = Callable[[str, Any], bytes]

CACHE_ENDING: Final = ".browser"  # behind the path of the index


def read_browser_files(place: Place, settings: KnowledgeSettings, emit: Emit) -> Files:
    """The values of the index at `place` by name, each as `emit(name, value)` writes it; none where there is no index.

    The index is brought up to date, and its vectors too where it has some. What was built for the same state is taken
    from the file beside the index. Raises OpenclawError when the index cannot be read or brought up to date.
    """
    from openclaw_hooks.knowledge.indexer import update_index

    if not os.path.isfile(place.db):
        return {}
    update_index(place, settings)
    store = open_store(place)
    if store is None:
        return {}
    with store:
        tree = find_tree(store, place.root)
        model = newest_model(store)
        is_lacking = tree is not None and model is not None and count_missing(store, tree, model) > 0
    if is_lacking:  # asked before, since opening the model takes longer than all else here
        update_vectors(place)
    return _read_files(place, emit)


def _read_files(place: Place, emit: Emit) -> Files:
    store = open_store(place)
    tree = find_tree(store, place.root) if store else None
    if store is None or tree is None:
        return {}
    with store, store.snapshot():
        from openclaw_hooks.knowledge.browser.teaching import open_teacher
        from openclaw_hooks.knowledge.models.cache import is_set_up
        from openclaw_hooks.knowledge.models.catalog import MINILM

        state = name_state(store, tree, is_taught=is_set_up(MINILM))
        kept = _load_files(f"{place.db}{CACHE_ENDING}", state)
        if kept is not None:
            return kept
        library = read_library(store, tree)
        teacher = open_teacher() if library.vectors is not None else None
        files = {name: emit(name, value) for name, value in browser_index(library, teacher).items()}
    _save_files(f"{place.db}{CACHE_ENDING}", state, files)
    return files


def read_library(store: Store, tree: int) -> Library:
    """The chunks of `tree` in the order of their paths and lines, with their words and what vectors there are."""
    order = [chunk for known in list_documents(store, tree) for chunk in chunks_of(store, known.id)]
    chunks = read_chunks(store, order)
    positions = {chunk: position for position, chunk in enumerate(order)}
    return Library(list(chunks.values()), read_words(store, positions), _read_vectors(store, tree, positions))


def _read_vectors(store: Store, tree: int, positions: Mapping[int, int]) -> Matrix | None:
    model = newest_model(store)
    if model is None:
        return None
    import numpy as np

    matrix = load_matrix(store, tree, model)
    if not len(matrix.chunks):
        return None
    vectors = np.zeros((len(positions), matrix.vectors.shape[1]), np.float32)
    rows = [positions[chunk] for chunk in matrix.chunks.tolist()]
    vectors[rows] = matrix.vectors.astype(np.float32) * matrix.scales[:, None]
    return vectors


def name_state(store: Store, tree: int, *, is_taught: bool) -> str:
    """A short text that changes when what is built from `tree` would."""
    from hashlib import blake2b

    model = newest_model(store)
    counted = 0 if model is None else count_vectors(store, tree, model)
    found = blake2b(f"{FORMAT} {model} {counted} {is_taught}".encode(), digest_size=16)
    rows = store.connection.execute("SELECT path, hash, document FROM files WHERE tree = ? ORDER BY path", (tree,))
    for path, content, document in rows:
        found.update(f"{path}\0{document}\0".encode("utf-8", "surrogatepass") + content)
    return found.hexdigest()


def _load_files(path: str, state: str) -> Files | None:
    """What was built for `state`; None when it was another, or when the file is damaged."""
    import msgspec

    try:
        with open(path, "rb") as stream:
            kept_state, files = msgspec.msgpack.decode(stream.read(), type=tuple[str, dict[str, bytes]])
    except (OSError, msgspec.MsgspecError):
        return None
    return files if kept_state == state else None


def _save_files(path: str, state: str, files: Files) -> None:
    import msgspec

    from openclaw_hooks.files import atomic_write

    with suppress(OSError):  # where it cannot be kept it is built again
        atomic_write(path, msgspec.msgpack.encode((state, files)))
