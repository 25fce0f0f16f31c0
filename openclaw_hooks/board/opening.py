"""The board of the repository that somebody stands in, attached when it is not."""

from __future__ import annotations

import os
from contextlib import suppress

from openclaw_hooks.board.place import FOLDER, Board, find_board_folder
from openclaw_hooks.checkout import Checkout
from openclaw_hooks.git import open_repo


def open_board(cwd: str | None = None, *, create: bool = False) -> Board:
    """The board of the repository around `cwd`, attached when its branch is here or at a remote.

    With `create` a repository without one gets one. Raises BoardError when there is none.
    """
    repo = open_repo(cwd)
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    if not top:
        from openclaw_hooks.board.attach import attach_board  # git's part of it: only where it is needed

        top = attach_board(repo, create=create)
    _link_here(repo.top, top)
    return Board(repo, top)


def _link_here(top: str, board_top: str) -> None:
    """In another worktree: `.openclaw/board` as a link, so that its people and agents find the files where they are told."""
    if not top or os.path.realpath(top) == board_top:
        return
    link = os.path.join(top, FOLDER)
    if os.path.islink(link):
        if os.path.realpath(link) == board_top:
            return
        with suppress(OSError):
            os.unlink(link)
    if not os.path.lexists(link):
        with suppress(OSError):  # a convenience: nothing depends on it
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(board_top, link)
