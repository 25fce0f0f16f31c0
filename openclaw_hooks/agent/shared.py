"""Links from a checkout to ignored files and folders of the main one, such as installed packages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.plumbing import call_worktree
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import split_paths

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_shared(root: str, share: Sequence[str]) -> tuple[str, ...]:
    """The paths in `share` that exist below `root`, checked; raises OpenclawError for one that must not be shared.

    Only what git ignores is shared: a tracked file belongs to the commit that is checked out. Nothing leaves `root`.
    """
    found = []
    for path in share:
        _check_name(path)
        place = path.rstrip("/")
        full = os.path.join(root, place)
        if not os.path.lexists(full):
            continue
        _check_place(root, place, full)
        found.append(place)
    return tuple(dict.fromkeys(found))


def link_shared(root: str, shared: Sequence[str], checkout: str) -> None:
    """Puts a link to each of the paths `shared`, as `find_shared` gave them, into `checkout`, where nothing lies there yet."""
    for place in shared:
        link = os.path.join(checkout, place)
        folder = os.path.dirname(link)
        os.makedirs(folder, exist_ok=True)
        if os.path.realpath(folder) != os.path.join(os.path.realpath(checkout), os.path.dirname(place)).rstrip("/"):
            raise OpenclawError(f"{place}: a folder on the way to it is a link", "it is not shared through one")
        if not os.path.lexists(link):
            os.symlink(os.path.join(root, place), link)


def _check_name(path: str) -> None:
    names = path.rstrip("/").split("/")
    if not path or path.startswith(("/", "~")) or "\0" in path or any(name in ("", ".", "..") for name in names):
        raise OpenclawError(
            f"`agent.share`: {path[:80]!r} is no plain path below the repository", "write it as in `node_modules`"
        )
    if any(name.lower() == ".git" for name in names):
        raise OpenclawError(f"`agent.share`: {path[:80]!r} lies in git's own folder", "take it out")


def _check_place(root: str, place: str, full: str) -> None:
    top = os.path.realpath(root)
    if os.path.commonpath([top, os.path.realpath(full)]) != top:
        raise OpenclawError(f"`agent.share`: {place} leads out of the repository", "share only what lies in it")
    if split_paths(call_worktree(root, ["--literal-pathspecs", "ls-files", "-z", "--", place]).stdout):
        raise OpenclawError(f"`agent.share`: {place} is tracked by git", "it is in every checkout already; take it out")
    if call_worktree(root, ["check-ignore", "-q", "--no-index", "--", f"./{place}"]).code != 0:
        raise OpenclawError(
            f"`agent.share`: {place} is not ignored by git", "put it into .gitignore first, or take it out"
        )
