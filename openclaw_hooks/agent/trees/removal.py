"""Removing the worktrees that a run has made, and nothing else."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.agent.trees.spots import OWNER

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo


def remove_admin(repo: Repo, owner: Owner) -> None:
    """Removes git's folder of a worktree, where it is still the one that was made for it."""
    parent = os.path.join(repo.common_dir, "worktrees")
    is_ours = os.path.dirname(owner.admin) == parent and os.path.isfile(os.path.join(owner.admin, OWNER))
    if is_ours and not os.path.islink(owner.admin):
        remove_folder(owner.admin)
        with suppress(OSError):
            os.rmdir(parent)  # as git does with the last one
