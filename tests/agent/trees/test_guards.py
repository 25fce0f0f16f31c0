"""What stands between a worktree's removal and folders of others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.agent.trees.worktrees import remove_worktree

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
