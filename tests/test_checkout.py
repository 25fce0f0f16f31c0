"""The checkout around a path, as git itself would say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git
from openclaw_hooks.checkout import find_checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


def same_as_git(folder: Path) -> None:
    repo = git.open_repo(str(folder))
    found = find_checkout(str(folder))
    assert found is not None
    assert (found.top, found.git_dir, found.common_dir, found.state_dir) == (
        repo.top,
        repo.git_dir,
        repo.common_dir,
        repo.state_dir,
    )


@pytest.mark.parametrize("name", ["repo", "with blank", "läufe", "new\nline"])
def test_top_and_subfolder_are_found(make_repository: Callable[..., Repository], name: str) -> None:
    repository = make_repository(name)
    repository.write("a/b/c.txt", "")
    same_as_git(repository.path)
    same_as_git(repository.path / "a" / "b")


def test_a_worktree_shares_the_common_folder(make_repository: Callable[..., Repository], tmp_path: Path) -> None:
    repository = make_repository("main tree")
    repository.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side tree"))
    same_as_git(tmp_path / "side tree")


def test_a_separate_git_folder_and_a_submodule_are_found(
    make_repository: Callable[..., Repository], tmp_path: Path
) -> None:
    same_as_git(make_repository("split", "--separate-git-dir", str(tmp_path / "elsewhere")).path)
    inner = make_repository("inner")
    inner.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    outer = make_repository("outer")
    outer.git("submodule", "--quiet", "add", str(inner.path), "below")
    same_as_git(outer.path / "below")


def test_a_path_that_does_not_exist_yet_counts_by_its_parents(repository: Repository) -> None:
    found = find_checkout(os.path.join(repository.path, "not", "yet", "there.py"))
    assert found is not None
    assert found.top == str(repository.path)


def test_outside_any_repository_there_is_none(tmp_path: Path) -> None:
    assert find_checkout(str(tmp_path)) is None
    (tmp_path / ".git").mkdir()  # a folder of that name is no repository
    assert find_checkout(str(tmp_path)) is None
    (tmp_path / ".git").rmdir()
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert find_checkout(str(tmp_path)) is None
