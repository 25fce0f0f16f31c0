"""The nearest vectors as sqlite-vec finds them in the file: the same as a matrix finds, whatever was deleted meanwhile."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import apsw
import numpy as np
import pytest

from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.keyword import Filters
from openclaw_hooks.knowledge.meaning import open_meaning, update_vectors
from openclaw_hooks.knowledge.model import Kind
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.search import Question, rank_meaning
from openclaw_hooks.knowledge.store import is_broken, open_store
from openclaw_hooks.knowledge.store.nearby import BLOCK
from openclaw_hooks.knowledge.store.reading import find_tree
from openclaw_hooks.settings import KnowledgeSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openclaw_hooks.knowledge.embed.model import Matrix
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

DIMENSIONS = 32


class ScatteredEmbedder:
    """A stand-in for a model: every text has a direction of its own, the same each time."""

    name = "scattered"
    max_tokens = 256
    dimensions = DIMENSIONS

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> Matrix:
        seeds = [int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") for text in texts]
        rows: Matrix = np.stack([np.random.default_rng(seed).standard_normal(DIMENSIONS) for seed in seeds]).astype(
            "f4"
        )
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def write_pages(repository: Repository, count: int, folder: str = "docs") -> None:
    for number in range(count):
        repository.write(f"{folder}/{number:03}.md", f"# Page {number}\n\nIt is about the thing {number * 7919}.\n")


def rank_twice(
    library: Library, text: str, filters: Filters | None = None
) -> tuple[dict[int, float], dict[int, float]]:
    """The ranking from the file and the one from a matrix."""
    with library.open() as store:
        tree = library.tree(store)
        question = Question(text, 10, filters or Filters())
        both = []
        for is_held in (False, True):
            meaning = open_meaning(store, tree, ScatteredEmbedder(), is_held=is_held)
            assert not isinstance(meaning, str)
            both.append(rank_meaning(store, tree, question, meaning))
    return both[0], both[1]


def assert_same(in_file: dict[int, float], held: dict[int, float]) -> None:
    shared = in_file.keys() & held.keys()
    assert len(shared) >= len(held) - 3  # at the edge of what is looked at, 8 bits may turn the order round
    assert [*in_file][:5] == [*held][:5]
    assert all(in_file[chunk] == pytest.approx(held[chunk], abs=0.01) for chunk in shared)


def count(library: Library, table: str) -> int:
    with library.open() as store:
        return int(store.connection.execute(f"SELECT count(*) FROM {table}").get)


def test_the_file_finds_what_a_matrix_finds(repository: Repository, library: Library) -> None:
    write_pages(repository, 300)
    library.update()
    update_vectors(library.place, embedder=ScatteredEmbedder())
    assert_same(*rank_twice(library, "the thing"))


def test_filters_hold_before_the_nearest_are_chosen(repository: Repository, library: Library) -> None:
    write_pages(repository, 230)
    write_pages(repository, 3, "rare")
    library.update()
    update_vectors(library.place, embedder=ScatteredEmbedder())
    for filters in (Filters((), ("rare/**",)), Filters((Kind.DOC,), ("rare/001.md",)), Filters((Kind.MEMORY,), ())):
        in_file, held = rank_twice(library, "anything", filters)
        assert [*in_file] == [*held]
    # A page that says the same as one outside of the filter, and shares its vector, is found inside of it.
    assert len(rank_twice(library, "anything", Filters((), ("rare/**",)))[0]) == 3


def test_a_working_tree_is_not_answered_from_another(repository: Repository, library: Library, tmp_path: Path) -> None:
    repository.write("README.md", "# Here\n\nA page of both.\n")
    repository.git("add", "-A")
    repository.git("commit", "-qm", "docs: a page")
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    write_pages(repository, 250)
    library.update()
    other = find_place(str(tmp_path / "other"), {})
    (tmp_path / "other/own.md").write_text("# Own\n\nOnly there.\n")
    update_index(other, KnowledgeSettings())
    for place in (library.place, other):
        update_vectors(place, embedder=ScatteredEmbedder())
    store = open_store(other)
    assert store is not None
    with store:
        tree = find_tree(store, other.root)
        assert tree is not None
        meaning = open_meaning(store, tree, ScatteredEmbedder())
        assert not isinstance(meaning, str)
        assert len(rank_meaning(store, tree, Question("page"), meaning)) == 2


def test_vectors_of_deleted_files_go_and_their_room_with_them(repository: Repository, library: Library) -> None:
    write_pages(repository, 3 * BLOCK)
    library.update()
    update_vectors(library.place, embedder=ScatteredEmbedder())
    assert count(library, "nearby_1_chunks") == 3
    for number in range(3 * BLOCK - 10):
        (repository.path / f"docs/{number:03}.md").unlink()
    library.update()
    assert count(library, "vectors") == count(library, "nearby_1") == 10
    assert count(library, "nearby_1_chunks") == 1
    assert_same(*rank_twice(library, "the thing"))


def test_a_passage_that_has_a_vector_keeps_it(repository: Repository, library: Library) -> None:
    write_pages(repository, 2)
    library.update()
    assert update_vectors(library.place, embedder=ScatteredEmbedder()).passages == 2
    repository.write("copy.md", (repository.path / "docs/001.md").read_text())
    library.update()
    assert update_vectors(library.place, embedder=ScatteredEmbedder()).passages == 0
    assert count(library, "nearby_1") == 2


@pytest.mark.parametrize("table", ["nearby_1_chunks", "nearby_1_vector_chunks00"])
def test_a_damaged_table_of_vectors_is_known_for_one(repository: Repository, library: Library, table: str) -> None:
    write_pages(repository, 5)
    library.update()
    update_vectors(library.place, embedder=ScatteredEmbedder())
    with library.open() as store:
        store.connection.execute(f"DROP TABLE {table}")
    with pytest.raises(apsw.SQLError) as raised:
        rank_twice(library, "thing")
    assert is_broken(raised.value)
