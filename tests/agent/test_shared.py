"""Links to ignored files of the main checkout: only to what git ignores, and never out of the repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.shared import find_shared, link_shared
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository


@pytest.fixture
def root(repository: Repository) -> str:
    repository.stage(".gitignore", "node_modules\n/web/dist/\n.env.local\n/out\n")
    repository.stage("src/app.py", "x\n")
    repository.commit()
    repository.write("node_modules/jest/run.js", "1\n")
    repository.write("web/dist/a.js", "1\n")
    repository.write(".env.local", "A=1\n")
    return str(repository.path)


def test_ignored_paths_that_exist_are_linked(root: str, tmp_path: Path) -> None:
    shared = find_shared(root, ("node_modules/", "web/dist", ".env.local", "node_modules", "not/there"))
    assert shared == ("node_modules", "web/dist", ".env.local")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    link_shared(root, shared, str(checkout))
    link_shared(root, shared, str(checkout))
    assert (checkout / "node_modules/jest/run.js").read_text() == "1\n"
    assert os.readlink(checkout / "web/dist") == f"{root}/web/dist"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "is no plain path"),
        ("/etc", "is no plain path"),
        ("~/x", "is no plain path"),
        ("../x", "is no plain path"),
        ("a/../../x", "is no plain path"),
        ("./node_modules", "is no plain path"),
        ("a//b", "is no plain path"),
        ("a\0b", "is no plain path"),
        (".git", "lies in git's own folder"),
        (".git/config", "lies in git's own folder"),
        ("web/.GIT/x", "lies in git's own folder"),
        ("src", "is tracked by git"),
        ("src/app.py", "is tracked by git"),
        ("notes.txt", "is not ignored by git"),
        ("out", "leads out of the repository"),
    ],
)
def test_what_must_not_be_shared_is_refused(root: str, tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", os.path.join(root, "out"))
    with open(os.path.join(root, "notes.txt"), "w", encoding="utf-8") as stream:
        stream.write("mine\n")
    with pytest.raises(OpenclawError, match=said):
        find_shared(root, (path,))


def test_a_pattern_is_taken_for_a_name(root: str) -> None:
    assert find_shared(root, ("node_*", ":(glob)**", "*")) == ()
    for name in ("s*", ":(glob)x"):
        with open(os.path.join(root, name), "w", encoding="utf-8") as stream:
            stream.write("mine\n")
    with open(os.path.join(root, ".gitignore"), "a", encoding="utf-8") as stream:
        stream.write("/s\\*\n/:(glob)x\n")
    assert find_shared(root, ("s*", ":(glob)x")) == ("s*", ":(glob)x")


def test_no_link_is_made_through_a_link(root: str, tmp_path: Path) -> None:
    checkout, outside = tmp_path / "checkout", tmp_path / "outside"
    checkout.mkdir()
    outside.mkdir()
    (checkout / "web").symlink_to(outside)
    with pytest.raises(OpenclawError, match="a folder on the way to it is a link"):
        link_shared(root, ("web/dist",), str(checkout))
    assert os.listdir(outside) == []


def test_what_lies_there_stays(root: str, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "node_modules").mkdir(parents=True)
    link_shared(root, ("node_modules",), str(checkout))
    assert not (checkout / "node_modules").is_symlink()
