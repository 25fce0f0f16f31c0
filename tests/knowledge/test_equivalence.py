"""However files came to be what they are, the index says the same as one made from nothing."""

from __future__ import annotations

import shutil
from random import Random
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.place import find_place
from tests.knowledge.conftest import Library

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository

NAMES = ("a.md", "b.md", "docs/a.md", "docs/deep/c.md", "memory/d.md", ".openclaw/rules/e.md", "skipped.txt")
TEXTS = ("# One\n\nalpha\n", "# One\n\nbeta!\n", "## Two\n\nalpha beta\n", "", "caf\u00e9\n" * 40, "\0", "- x\n- y\n")
WORDS = ("alpha", "beta", "cafe", "one", "two", "memory")


def change(repository: Repository, chance: Random) -> None:
    """One thing that people do to files."""
    name, other = chance.choice(NAMES), chance.choice(NAMES)
    path, target = repository.path / name, repository.path / other
    act = chance.choice(("write", "write", "write", "delete", "move", "copy", "stage", "link", "commit"))
    if act == "write" or not path.exists():
        path.unlink(missing_ok=True)
        repository.write(name, chance.choice(TEXTS))
    elif act == "delete":
        path.unlink()
    elif act == "move" and path != target:
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    elif act == "copy" and path != target:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy2(path, target)  # with the times of the other one
    elif act == "link" and path != target:
        path.unlink()
        path.symlink_to(target)
    elif act == "stage":
        repository.git("add", "-A")
    elif act == "commit":
        repository.git("add", "-A")
        repository.git("commit", "-q", "--allow-empty", "-m", "x")


def answers(library: Library) -> dict[str, list[tuple[str, float]]]:
    """What a few questions find, whatever the ids of chunks are."""
    return {word: sorted((hit.path, round(hit.score, 6)) for hit in library.search(word, 100).hits) for word in WORDS}


@pytest.mark.parametrize("seed", range(5))
def test_an_index_kept_up_to_date_is_the_one_made_anew(
    repository: Repository, library: Library, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    seen: set[str] = set()
    for step in range(15):
        for _ in range(chance.randint(1, 3)):
            change(repository, chance)
        fresh = Library(find_place(str(repository.path), {"KNOWLEDGE_DB": str(tmp_path / f"{step}.db")}))
        assert library.update().problems == fresh.update().problems
        assert library.contents() == fresh.contents()
        assert answers(library) == answers(fresh)
        seen |= library.contents().keys()
    assert len(seen) > 4
