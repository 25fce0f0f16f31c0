"""Where the board lies: the one worktree of its branch, found by looking and attached when it is not there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.checkout import Checkout, find_checkout
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.git import Repo

BRANCH: Final = "openclaw/board"
REF: Final = "refs/heads/openclaw/board"
FOLDER: Final = ".openclaw/board"


class BoardError(OpenclawError):
    """The board is absent, in the middle of something, or cannot be changed right now."""


class Board(NamedTuple):
    """A repository and the absolute path of the worktree that holds its board."""

    repo: Repo
    top: str


def shell_words(path: str) -> str:
    """`path` as it can be pasted into a command line."""
    import shlex

    return shlex.quote(path)


def find_board_folder(checkout: Checkout) -> str:
    """The absolute path of the board that belongs to `checkout`, empty when none is attached; starts no git."""
    for folder in _candidates(checkout):
        if is_board(folder, checkout.common_dir):
            return os.path.realpath(folder)
    return ""


def _candidates(checkout: Checkout) -> Iterator[str]:
    if checkout.top:
        yield os.path.join(checkout.top, FOLDER)
        yield checkout.top  # somebody stands in the board itself, or has its branch checked out
    yield os.path.join(checkout.common_dir, "openclaw", "board")
    if os.path.basename(checkout.common_dir) == ".git":
        yield os.path.dirname(checkout.common_dir)
    for admin in board_admins(checkout.common_dir):
        yield registered_folder(admin)


def is_board(folder: str, common_dir: str) -> bool:
    """Whether `folder` is a worktree of the repository at `common_dir` and on the board's branch."""
    found = find_checkout(os.path.realpath(folder))
    if found is None or found.top != os.path.realpath(folder):
        return False
    return _is_same(found.common_dir, common_dir) and _read_line(os.path.join(found.git_dir, "HEAD")) == f"ref: {REF}"


def board_admins(common_dir: str) -> list[str]:
    """The folders in which git keeps worktrees that are on the board's branch, whether they still exist or not."""
    parent = os.path.join(common_dir, "worktrees")
    try:
        names = sorted(os.listdir(parent))
    except OSError:
        return []
    admins = [os.path.join(parent, name) for name in names]
    return [admin for admin in admins if _read_line(os.path.join(admin, "HEAD")) == f"ref: {REF}"]


def registered_folder(admin: str) -> str:
    """The worktree that git's folder `admin` says it belongs to."""
    return os.path.dirname(os.path.join(admin, _read_line(os.path.join(admin, "gitdir"))))


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _read_line(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return os.fsdecode(stream.read().removesuffix(b"\n").removesuffix(b"\r"))
    except OSError:
        return ""
