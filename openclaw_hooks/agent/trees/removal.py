"""Removing the worktrees that a run has made, and nothing else."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.agent.trees.spots import OWNER, ledger_path
from openclaw_hooks.board.place import registered_folder

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo

_CACHE: Final = re.compile(r"(?:policy|commands)-[^/]*\.json")  # made again when they are missing


def remove_admin(repo: Repo, owner: Owner) -> None:
    """Removes git's folder of a worktree, where it is still the one that was made for it."""
    parent = os.path.join(repo.common_dir, "worktrees")
    if os.path.dirname(owner.admin) != parent:
        return
    if os.path.isdir(owner.admin) and not os.path.islink(owner.admin):
        with suppress(OSError):
            os.chmod(owner.admin, 0o700)  # an agent can take away the right to look into it
    is_ours = os.path.isfile(os.path.join(owner.admin, OWNER))
    if is_ours and not os.path.islink(owner.admin):
        remove_folder(owner.admin)
        with suppress(OSError):
            os.rmdir(parent)  # as git does with the last one


def remove_admins_below(repo: Repo, path: str) -> None:
    """Removes git's folders of worktrees that an agent made within its own, at `path`, which is gone."""
    parent = os.path.join(repo.common_dir, "worktrees")
    with suppress(OSError):
        for name in os.listdir(parent):
            admin = os.path.join(parent, name)
            top = registered_folder(admin)
            if top.startswith(os.path.join(path, "")) and not os.path.lexists(top) and not os.path.islink(admin):
                remove_folder(admin)


def drop_caches(repo: Repo, owner: Owner) -> None:
    """Removes what hooks have cached of policies while a worktree was there: of its own, or whatever an agent put in its place."""
    with suppress(OSError):
        since = os.stat(ledger_path(repo, owner.path)).st_ctime
        for name in os.listdir(repo.state_dir):
            path = os.path.join(repo.state_dir, name)
            if _CACHE.fullmatch(name) and os.lstat(path).st_ctime >= since:
                os.unlink(path)
