"""Where a command is run: the root whose policy counts, and how named paths lie below it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from openclaw_hooks import git
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.tasks.model import Task

_GLOB_SIGNS = re.compile(r"([\\*?\[\]{}!])")


def open_policy(role: str = "") -> Policy:
    """The policy of the repository around the current folder; outside any, what is shipped."""
    repo = find_repo()
    if repo is None:
        return load_policy(os.getcwd(), "", role)
    return load_policy(repo.top or repo.git_dir, repo.state_dir, role)


def find_repo() -> git.Repo | None:
    """The repository around the current folder, if there is one."""
    try:
        return git.open_repo()
    except git.NotARepositoryError:
        return None


def find_task(name: str) -> Task:
    """The task of the board here that `name` means, with its body; raises OpenclawError."""
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board, read_task
    from openclaw_hooks.tasks.ids import find_id

    board = open_board()
    return read_task(board, find_id(name, read_board(board).tasks))[0]


def locate_entries(root: str, entries: Sequence[str]) -> tuple[str, ...]:
    """`entries` as globs of a scope below `root`: what exists is tied to its place, the rest are globs from the root.

    A bare name such as `src` would otherwise mean any `src` at any depth. Raises OpenclawError for what lies outside.
    """
    return tuple(_locate_entry(root, entry) for entry in entries)


def _locate_entry(root: str, entry: str) -> str:
    if not os.path.lexists(entry) and entry.split("/", maxsplit=1)[0] != "..":
        return entry
    real = os.path.join(os.path.realpath(os.path.dirname(entry) or "."), os.path.basename(entry))
    below = os.path.relpath(real, os.path.realpath(root)).replace(os.sep, "/")
    if below.split("/")[0] == "..":
        raise OpenclawError(f"`{entry}` lies outside of {root}", "name files of this repository")
    if below == ".":
        return "**"
    is_folder = os.path.isdir(entry) and not os.path.islink(entry)
    return "/" + _GLOB_SIGNS.sub(r"\\\1", below) + ("/" if is_folder else "")
