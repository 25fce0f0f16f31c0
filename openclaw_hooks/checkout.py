"""Where the working tree around a path and its git folders lie, found by looking and without starting git.

For hooks that answer within milliseconds: starting git costs more than their whole budget.
"""

from __future__ import annotations

import os

LONGEST_POINTER = 8192  # of the file `.git` of a worktree, in bytes


class Checkout:
    """A working tree: its top, its own git folder, and the one that it shares with other worktrees."""

    __slots__ = ("common_dir", "git_dir", "top")

    def __init__(self, top: str, git_dir: str, common_dir: str) -> None:
        self.top = top
        self.git_dir = git_dir
        self.common_dir = common_dir

    @property
    def state_dir(self) -> str:
        """Where this program keeps machine state: shared by all worktrees, never committed."""
        return os.path.join(self.common_dir, "openclaw")


def find_checkout(path: str) -> Checkout | None:
    """The working tree that the absolute `path` lies in, whether it exists or not; None outside any.

    Parents are taken as they are spelled: resolve links first where that matters.
    """
    folder = os.path.normpath(path)
    while True:
        git_dir = _read_git_dir(folder)
        if git_dir:
            return Checkout(folder, git_dir, _read_common_dir(git_dir))
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _read_git_dir(folder: str) -> str:
    found = os.path.join(folder, ".git")
    if os.path.isfile(os.path.join(found, "HEAD")):
        return found
    pointer = _read_line(found) if os.path.isfile(found) else ""
    if not pointer.startswith("gitdir: "):
        return ""
    target = os.path.normpath(os.path.join(folder, pointer[len("gitdir: ") :]))
    return target if os.path.isfile(os.path.join(target, "HEAD")) else ""


def _read_common_dir(git_dir: str) -> str:
    shared = _read_line(os.path.join(git_dir, "commondir"))
    return os.path.normpath(os.path.join(git_dir, shared)) if shared else git_dir


def _read_line(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return os.fsdecode(stream.read(LONGEST_POINTER).removesuffix(b"\n").removesuffix(b"\r"))
    except OSError:
        return ""
