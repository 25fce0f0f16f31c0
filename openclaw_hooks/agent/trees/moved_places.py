"""The folders that worktrees lie in: an agent that puts a link in their place leads what is made and removed there elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent.trees.spots import worktrees_folder
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo


def read_places(repo: Repo) -> dict[str, tuple[int, int]]:
    """The folders above the worktrees, and what tells each from any other."""
    folder = worktrees_folder(repo)
    return {path: found for path in (os.path.dirname(folder), folder) if (found := _identify(path))}


def find_moved_places(watch: Watch) -> list[str]:
    """The folders that a link lies in place of."""
    return [path for path in watch.places if os.path.islink(path)]


def put_back_place(watch: Watch, path: str) -> str:
    """Takes the link away, and puts the folder back where it is what the link led to; why that was not done, empty where it was."""
    if not os.path.islink(path):
        return ""
    target = os.path.realpath(path)
    try:
        os.unlink(path)
        if _identify(target) == watch.places[path]:
            os.rename(target, path)
            return ""
    except OSError as error:
        return f"{display_path(path)} cannot be put back: {error.strerror}; it was moved to {display_path(target)}"
    return f"{display_path(path)} was a link to {display_path(target)}, which was not there before; the folder is gone"


def _identify(path: str) -> tuple[int, int] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
