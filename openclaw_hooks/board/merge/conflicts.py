"""Conflict records: what gave way when both sides of a merge had changed the same field, kept until somebody drops it.

Each is a file of the board whose name comes from its content: two machines that meet the same conflict write one record.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.documents import DocumentError, parse_yaml, read_text
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board

FOLDER: Final = "conflicts"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}-[0-9a-f]{8}\.yaml")
LONGEST_CONTEXT = 200_000  # characters before and after an edit; beyond it the record holds the edit alone


class Record(NamedTuple):
    """A conflict and where it arose: `id` names the record, `path` the file of the board."""

    id: str
    path: str
    conflict: Conflict


def write_record(path: str, conflict: Conflict) -> tuple[str, bytes]:
    """The path and the content of the record of a conflict in the file at `path`."""
    import hashlib

    from openclaw_hooks.tasks.yaml_edit import set_keys

    context = {"base": conflict.base, "kept": conflict.kept}
    if sum(map(len, context.values())) > LONGEST_CONTEXT:
        context = {}
    fields = {"file": path, "field": conflict.field, **context, "dropped": conflict.dropped}
    content = set_keys("", fields).encode("utf-8")
    stem = os.path.basename(path).partition(".")[0] or "file"
    digest = hashlib.sha256(content).hexdigest()[:8]
    return f"{FOLDER}/{stem}-{digest}.yaml", content


def read_record(path: str, content: bytes) -> Record:
    """The record in the file at `path`; raises DocumentError when it is none."""
    values = parse_yaml(path, read_text(path, content)).value
    texts = {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}
    if not {"file", "field", "dropped"} <= texts.keys():
        raise DocumentError(path, 1, "no conflict record", "remove it: `openclaw board conflicts --drop ID`")
    conflict = Conflict(texts["field"], texts.get("base", ""), texts.get("kept", ""), texts["dropped"])
    return Record(os.path.basename(path).removesuffix(".yaml"), texts["file"], conflict)


def list_conflicts(board: Board) -> list[Record]:
    """The records on the board, by id; files in their folder that are none are shown with nothing but their name."""
    folder = os.path.join(board.top, FOLDER)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [_load(board, f"{FOLDER}/{name}") for name in names if NAME.fullmatch(name)]


def _load(board: Board, path: str) -> Record:
    from openclaw_hooks.board.commits import read_disk

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
