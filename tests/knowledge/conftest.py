"""Repositories to search in, and the index of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.keyword import ALL, search_keyword
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.reading import chunks_of, find_tree, list_documents, read_chunks
from openclaw_hooks.settings import KnowledgeSettings

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.indexer import Report
    from openclaw_hooks.knowledge.keyword import Filters
    from openclaw_hooks.knowledge.model import Answer, Chunk
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store
    from tests.conftest import Repository


class Library:
    """The index of a repository, opened anew for each call as a command does."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def update(self, *, force: bool = False, settings: KnowledgeSettings | None = None) -> Report:
        """Brings the index up to date."""
        return update_index(self.place, settings or KnowledgeSettings(), force=force)

    def search(self, question: str, limit: int = 10, filters: Filters = ALL) -> Answer:
        """What the index as it is answers."""
        with self.open() as store:
            return search_keyword(store, self.tree(store), question, limit, filters)

    def paths(self, question: str, limit: int = 10, filters: Filters = ALL) -> list[str]:
        """The documents of the hits, best first."""
        return [hit.path for hit in self.search(question, limit, filters).hits]

    def open(self) -> Store:
        """The index, which must be there."""
        store = open_store(self.place)
        assert store is not None
        return store

    def tree(self, store: Store) -> int:
        """The tree of the place, which must be known."""
        tree = find_tree(store, self.place.root)
        assert tree is not None
        return tree

    def contents(self) -> dict[str, list[Chunk]]:
        """Every chunk of every document; the index must be sound and hold words for each."""
        with self.open() as store:
            ask = store.connection.execute
            assert ask("PRAGMA integrity_check").get == "ok"
            assert ask("SELECT count(*) FROM chunks WHERE id NOT IN (SELECT rowid FROM words)").get == 0
            assert ask("SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM chunks)").get == 0
            assert ask("SELECT count(*) FROM chunks WHERE document NOT IN (SELECT id FROM documents)").get == 0
            tree = find_tree(store, self.place.root)
            found = [] if tree is None else list_documents(store, tree)
            return {known.path: list(read_chunks(store, chunks_of(store, known.id)).values()) for known in found}


@pytest.fixture
def place(repository: Repository) -> Place:
    """The place of the test's repository."""
    return find_place(str(repository.path), {})


@pytest.fixture
def library(place: Place) -> Library:
    """The index of the test's repository."""
    return Library(place)
