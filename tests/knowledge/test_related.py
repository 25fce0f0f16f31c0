"""Documents about the same thing, and what must not hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.keyword import Filters
from openclaw_hooks.knowledge.model import Kind, KnowledgeError, Part
from openclaw_hooks.knowledge.related import find_related

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.model import Answer
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

FILLER = ("Weather and gardens.", "Trains and stations.", "Music for pianos.", "Cooking with rice.", "Paint on walls.")


def related(library: Library, path: str, limit: int = 10, filters: Filters | None = None) -> Answer:
    with library.open() as store:
        return find_related(store, library.tree(store), path, limit, filters or Filters())


@pytest.fixture
def shelf(repository: Repository, library: Library) -> Library:
    """Two documents on one thing, and some on others."""
    repository.write("backup.md", "# Backups\n\nSnapshots are encrypted and copied to the vault.\n")
    repository.write("restore.md", "# Restoring\n\nAn encrypted snapshot comes back from the vault.\n")
    for number, text in enumerate(FILLER):
        repository.write(f"other{number}.md", f"# Other {number}\n\n{text}\n")
    library.update()
    return library


def test_the_document_about_the_same_comes_first_and_never_the_document_itself(shelf: Library) -> None:
    answer = related(shelf, "backup.md")
    assert [hit.path for hit in answer.hits] == ["restore.md"]
    assert answer.parts == answer.hits[0].parts == (Part.KEYWORD,)


def test_a_long_document_hides_no_neighbour(repository: Repository, shelf: Library) -> None:
    section = "Snapshots are encrypted and copied to the vault. Snapshots, snapshots.\n\n"
    repository.write("long.md", "".join(f"# Part {number}\n\n{section}" for number in range(800)))
    shelf.update()
    assert {hit.path for hit in related(shelf, "long.md", 2).hits} == {"backup.md", "restore.md"}
    found = [hit.path for hit in related(shelf, "backup.md", 2).hits]
    assert sorted(found) == ["long.md", "restore.md"]  # each once, however many of its chunks are alike


def test_kinds_and_paths_limit_what_is_related(repository: Repository, shelf: Library) -> None:
    repository.write("memory/1.md", "The vault has encrypted snapshots.\n")
    shelf.update()
    assert [hit.path for hit in related(shelf, "backup.md", 10, Filters((Kind.MEMORY,))).hits] == ["memory/1.md"]


@pytest.mark.parametrize("path", ["backups.md", "../outside.md", "/etc/passwd", "", "a\x1b[31m.md"])
def test_a_path_that_is_not_indexed_is_refused(shelf: Library, path: str) -> None:
    with pytest.raises(KnowledgeError, match="is not indexed") as caught:
        related(shelf, path)
    assert caught.value.hint == ("did you mean `backup.md`?" if path == "backups.md" else "")
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize("text", ["", "\n\n", "the and of\n", "12 34\n", "---\n"])
def test_a_document_without_words_of_its_own_has_no_relatives(
    repository: Repository, shelf: Library, text: str
) -> None:
    repository.write("12.md", text)
    shelf.update()
    assert related(shelf, "12.md").hits == ()


def test_a_limit_out_of_bounds_is_refused(shelf: Library) -> None:
    with pytest.raises(KnowledgeError, match="the limit must be from 1 to 100"):
        related(shelf, "backup.md", 0)
