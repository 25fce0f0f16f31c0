"""Documents about the same thing, and what must not hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.keyword import Filters
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.knowledge.model import Kind, KnowledgeError, Part
from openclaw_hooks.knowledge.related import find_related

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.model import Answer
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

np = pytest.importorskip("numpy")

FILLER = ("Weather and gardens.", "Trains and stations.", "Music for pianos.", "Cooking with rice.", "Paint on walls.")


class Topics:
    """A stand-in for a model: a text points where its topics are."""

    name = "topics"
    dimensions = 3
    max_tokens = 256

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> Matrix:
        words = (("encrypted", "ciphers", "keys"), ("gardens", "roses"))
        rows: Matrix = np.full((len(texts), 3), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:2] += [sum(text.lower().count(word) for word in topic) for topic in words]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


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


def test_what_shares_no_word_is_related_by_meaning(repository: Repository, shelf: Library) -> None:
    repository.write("ciphers.md", "# Ciphers\n\nKeys, keys.\n")
    shelf.update()
    assert "ciphers.md" not in [hit.path for hit in related(shelf, "backup.md").hits]
    update_vectors(shelf.place, embedder=Topics())
    answer = related(shelf, "backup.md")
    assert answer.parts == (Part.KEYWORD, Part.MEANING)
    assert [hit.path for hit in answer.hits[:2]] == ["restore.md", "ciphers.md"]
    assert [hit.parts for hit in answer.hits[:2]] == [(Part.KEYWORD, Part.MEANING), (Part.MEANING,)]
    assert "backup.md" not in [hit.path for hit in answer.hits]
    assert len(answer.hits) == 2 + len(FILLER)  # every document was compared


def test_a_long_document_hides_no_neighbour_by_meaning(repository: Repository, shelf: Library) -> None:
    section = "Encrypted keys.\n\n"
    repository.write("long.md", "".join(f"# Part {number}\n\n{section}" for number in range(300)))
    shelf.update()
    update_vectors(shelf.place, embedder=Topics())
    assert {hit.path for hit in related(shelf, "long.md", 2).hits} == {"backup.md", "restore.md"}
    assert {hit.path for hit in related(shelf, "backup.md", 2).hits} == {"long.md", "restore.md"}


def test_a_document_without_vectors_is_compared_by_words_and_the_answer_says_so(
    repository: Repository, shelf: Library
) -> None:
    update_vectors(shelf.place, embedder=Topics())
    repository.write("new.md", "The vault has encrypted snapshots.\n")
    shelf.update()
    answer = related(shelf, "new.md")
    assert answer.parts == (Part.KEYWORD,)
    assert "openclaw knowledge index" in answer.note
    assert {hit.path for hit in answer.hits} == {"backup.md", "restore.md"}


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
