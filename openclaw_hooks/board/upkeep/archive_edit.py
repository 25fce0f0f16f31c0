"""Moving files into the archive and back, as part of one change of the board."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.plumbing import ask_store
from openclaw_hooks.board.upkeep.archive import (
    archive_path,
    index_archive,
    list_archive,
    live_path,
    require_archived,
)
from openclaw_hooks.documents import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.tasks.model import Task


class Move(NamedTuple):
    """A task or plan to archive: the status that it ended with, and when."""

    name: str
    status: str
    closed_at: datetime


def archive_files(edit: Edit, moves: Iterable[Move]) -> list[str]:
    """The paths that the files of `moves` have now; every byte stays."""
    paths: list[str] = []
    for move in moves:
        path = archive_path(move.name, move.status, move.closed_at)
        edit.put(path, edit.content(live_path(move.name)))
        edit.put(live_path(move.name), None)
        edit.say(f"{_kind(move.name)} {move.name} archived: {move.status} ({edit.actor.name})")
        paths.append(path)
    return paths


def unarchive_file(edit: Edit, name: str) -> str:
    """The path on the board that `name` has again; raises OpenclawError when it is not archived or is there already."""
    entry = require_archived(index_archive(list_archive(edit.board.top)), name)
    if name in edit.snapshot.tasks or name in edit.snapshot.plans:
        raise BoardError(f"{name} is on the board already", "the file there counts; the archived one stays where it is")
    path = live_path(name)
    edit.put(path, edit.content(entry.path))
    edit.put(entry.path, None)
    edit.say(f"{_kind(name)} {name} taken out of the archive ({edit.actor.name})")
    return path


def read_archived(board: Board) -> tuple[list[Task], list[DocumentError]]:
    """Every archived task with its body, for searches and imports, and what is wrong with those that do not parse."""
    from openclaw_hooks.board.disk import read_disk
    from openclaw_hooks.tasks.markdown import parse_task

    tasks: list[Task] = []
    broken: list[DocumentError] = []
    for entry in index_archive(list_archive(board.top)).values():
        content = read_disk(board, entry.path)
        if content is None or not entry.path.endswith(".md"):
            continue
        try:
            tasks.append(parse_task(entry.path, content))
        except DocumentError as error:
            broken.append(error)
    return tasks, broken


def read_touched_at(board: Board) -> dict[str, datetime]:
    """When each task and plan was last changed by a commit, by id: a closed one has been closed at least since then."""
    words = ["log", "--format=%x00%ct", "--name-only", "--no-renames", "-m", "--first-parent", "-z", REF, "--"]
    listing = ask_store(board.repo, [*words, "tasks", "plans"])
    found: dict[str, datetime] = {}
    moment = datetime.now(UTC)
    for word in listing.replace(b"\n", b"\0").split(b"\0"):
        if word.isdigit():
            moment = datetime.fromtimestamp(int(word), UTC)
        elif word:
            name = word.rpartition(b"/")[2].partition(b".")[0].decode("utf-8", "replace")
            found.setdefault(name, moment)
    return found


def _kind(name: str) -> str:
    return "task" if name.startswith("T-") else "plan"
