"""What stands between a run and what is somebody else's: folders, branches."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.trees.base import choose_base
from openclaw_hooks.agent.trees.commit import write_commit
from openclaw_hooks.agent.trees.identity import attempt_identity
from openclaw_hooks.agent.trees.reflog import read_log
from openclaw_hooks.agent.trees.worktrees import remove_worktree
from openclaw_hooks.errors import OpenclawError
from tests.agent.trees.test_kept_work import task

if TYPE_CHECKING:
    from tests.agent.trees.conftest import Field


def test_gits_folder_of_somebody_elses_worktree_stays(field: Field, tmp_path: Path) -> None:
    """A person prunes what an agent left, and makes a worktree of the same name elsewhere: git's folder of it is theirs."""
    admin = Path(field.begin().owner().admin)
    shutil.rmtree(admin)
    shutil.rmtree(field.path)
    theirs = tmp_path / Path(field.path).name
    field.user.git("worktree", "add", "-q", "--detach", str(theirs))
    assert admin.is_dir()
    assert remove_worktree(field.repo, field.path)
    assert admin.is_dir()
    assert field.agent("git status --porcelain", cwd=str(theirs)) == ""


def test_the_boards_branch_is_nothing_that_an_agent_works_on(field: Field) -> None:
    field.user.git("checkout", "-q", "-b", "openclaw/board")
    with pytest.raises(OpenclawError, match="does not work on the board's branch"):
        choose_base(field.repo, task(), ())


def test_a_stash_that_a_person_has_changed_meanwhile_is_left_as_it_is(field: Field) -> None:
    field.begin().agent("git stash drop -q")
    found = field.tampering()
    assert any("the stash was changed" in text for text in found.findings)
    field.user.write("README.md", "a person's\n")
    field.user.git("stash", "-q")
    stashed = field.user.git("stash", "list", "--format=%H").stdout
    assert any("it is left as it is" in text for text in found.undo())
    assert field.user.git("stash", "list", "--format=%H").stdout == stashed


def test_no_name_writes_into_the_head_of_a_commit(field: Field) -> None:
    author = f"Eve\nparent {'0' * 40}\n\n<x> <eve@example.org>\n\nall is well"
    tree = field.user.git("rev-parse", f"{field.base}^{{tree}}").stdout.strip()
    commit = write_commit(field.repo, tree, [field.base], "chore: it\n", author)
    assert field.parents(commit) == [field.base]
    assert field.user.git("log", "-1", "--format=%B", commit).stdout.strip() == "chore: it"
    assert all(value.isprintable() for value in attempt_identity(author, "R-4k2m9x", 1).values())


def test_no_name_of_a_ref_reads_a_log_elsewhere(field: Field) -> None:
    log = Path(field.repo.common_dir, "logs", "HEAD")
    assert read_log(field.repo.common_dir, "HEAD")
    Path(field.repo.common_dir, "elsewhere").write_bytes(log.read_bytes())
    assert read_log(field.repo.common_dir, "../elsewhere") == []
