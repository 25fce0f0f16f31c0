"""The conflicts that wait for a decision: their records, kept until somebody drops them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.records import FOLDER, NAME, Record, read_record
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board


def list_conflicts(board: Board) -> list[Record]:
    """The records on the board, by id; files in their folder that are none are shown with nothing but their name."""
    folder = os.path.join(board.top, FOLDER)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [_load(board, f"{FOLDER}/{name}") for name in names if NAME.fullmatch(name)]


def _load(board: Board, path: str) -> Record:
    from openclaw_hooks.board.disk import read_disk

    try:
        return read_record(path, read_disk(board, path) or b"")
    except DocumentError as error:
        unread = Conflict("file", "", "", f"cannot be read: {error.reason}")
        return Record(os.path.basename(path).removesuffix(".yaml"), path, unread)


def find_conflict(board: Board, name: str) -> Record:
    """The record that `name` (its id, or the beginning of one) means; raises OpenclawError when it is not one."""
    records = list_conflicts(board)
    exact = [record for record in records if record.id == name]
    found = exact or [record for record in records if record.id.startswith(name) and name]
    if not found:
        raise OpenclawError(f"there is no conflict record `{name}`", "see `openclaw board conflicts`")
    if len(found) > 1:
        raise OpenclawError(f"`{name}` means {len(found)} conflict records", ", ".join(record.id for record in found))
    return found[0]


def drop_conflict(board: Board, actor: Actor, name: str) -> Record:
    """The record that `name` means, taken off the board; raises OpenclawError when it is not one."""
    from openclaw_hooks.board.store import edit_board

    found = find_conflict(board, name)
    with edit_board(board, actor) as edit:
        edit.put(f"{FOLDER}/{found.id}.yaml", None)
        edit.say(f"conflict {found.id} dropped ({actor.name})")
    return found
