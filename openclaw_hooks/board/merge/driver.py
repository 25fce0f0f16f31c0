"""The merge driver for people who `git merge` the board's branch themselves: set up per clone, and what git then calls."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import ask_store, call_store
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.board.merge.field_merge import Conflict
    from openclaw_hooks.git import Repo

NAME: Final = "openclaw-task"
SECTION: Final = f"merge.{NAME}"
TITLE: Final = "tasks and plans of openclaw-hooks, field by field"
FLAGS: Final = ("-P", "-E")  # no file of the board is ever imported
MARKER_CHARS: Final = 7  # git makes them longer where it merges the ancestors of a merge


class DriverState(StrEnum):
    """How a clone's merge driver stands: not set up, calling this package, or something else."""

    ABSENT = "absent"
    CURRENT = "current"
    STALE = "stale"


def driver_command(start: Sequence[str] = ()) -> str:
    """What git runs to merge a file; `start` is how the package is started (the running interpreter by default).

    Without it, or when it fails, git merges by line: a driver that is not there would make every merge a conflict.
    """
    import shlex

    words = [*(start or (os.path.abspath(sys.executable), *FLAGS)), "-m", "openclaw_hooks.hook", "merge-board"]
    there = f"command -v {shlex.quote(words[0])} >/dev/null 2>&1"
    by_line = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
    return f"{there} && {shlex.join(words)} %O %A %B %P %L || {by_line}"


def install_driver(repo: Repo, start: Sequence[str] = ()) -> None:
    """Sets the driver up in the repository's own configuration; raises ProcessError when that cannot be written."""
    wanted = {"name": TITLE, "driver": driver_command(start)}
    for key, value in wanted.items():
        ask_store(repo, ["config", "--local", "--replace-all", f"{SECTION}.{key}", value])


def driver_state(repo: Repo, start: Sequence[str] = ()) -> DriverState:
    """How the driver of this clone stands."""
    done = call_store(repo, ["config", "--local", "-z", "--get-all", f"{SECTION}.driver"])
    found = [value for value in os.fsdecode(done.stdout).split("\0") if value]
    if not found:
        return DriverState.ABSENT
    return DriverState.CURRENT if found == [driver_command(start)] else DriverState.STALE


def remove_driver(repo: Repo) -> None:
    """Takes the driver out of the repository's configuration, where it is there."""
    call_store(repo, ["config", "--local", "--remove-section", SECTION])


def run(arguments: list[str]) -> int:
    """`openclaw-hook merge-board BASE OURS THEIRS PATH MARKER_CHARS`, as git calls it in the board's worktree.

    OURS then holds the merge. What gave way is in a new file in conflicts/. Exit 1 leaves the merge to git's own way:
    for a version that does not parse.
    """
    if len(arguments) != 5:
        raise OpenclawError("usage: openclaw-hook merge-board BASE OURS THEIRS PATH MARKER_CHARS", "git calls it")
    base_file, local_file, remote_file, path, marker = arguments
    base, local, remote = (_read(name) for name in (base_file, local_file, remote_file))
    from openclaw_hooks.board.merge.reconcile import WHOLE_FILE, reconcile_file

    merged = reconcile_file(path, base or None, local, remote)
    if any(conflict.field == WHOLE_FILE for conflict in merged.conflicts):
        print(
            f"openclaw-hooks: {display_path(path)} does not parse on one side; git merges it by line", file=sys.stderr
        )
        return 1
    atomic_write(local_file, merged.content)
    if marker == str(MARKER_CHARS):
        for conflict in merged.conflicts:
            _keep_record(path, conflict)
    return 0


def _read(name: str) -> bytes:
    with open(name, "rb") as stream:
        return stream.read()


def _keep_record(path: str, conflict: Conflict) -> None:
    from openclaw_hooks.board.merge.records import write_record

    place, content = write_record(path, conflict)
    atomic_write(os.path.join(os.getcwd(), place), content)
    shown = f"{display_path(path)}: both changed `{conflict.field}`; theirs stays, ours is in {place}"
    print(f"openclaw-hooks: {shown}", file=sys.stderr)
