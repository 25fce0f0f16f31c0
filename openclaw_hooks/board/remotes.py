"""Which git remote shares the board."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.place import BRANCH
from openclaw_hooks.board.plumbing import call_store, read_ref

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.settings import BoardSettings

NONE: Final = "none"  # in the settings: the board stays in this clone
DEFAULT: Final = "origin"


def find_remote(repo: Repo, settings: BoardSettings) -> str:
    """The remote that the board is shared through: of the settings, of its branch, else `origin` where it has a board.

    Empty when the board is not shared.
    """
    if settings.remote:
        return "" if settings.remote == NONE else settings.remote
    asked = call_store(repo, ["config", "--get", f"branch.{BRANCH}.remote"]).stdout
    if named := os.fsdecode(asked.removesuffix(b"\n")):
        return "" if named == "." else named
    return DEFAULT if read_ref(repo, f"refs/remotes/{DEFAULT}/{BRANCH}") else ""
