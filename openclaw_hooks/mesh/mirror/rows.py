"""Rows of telemetry that the lead has said yes to, on disk until a commit of the board has them.

The mesh carries tasks and plans alone; a row goes onto the lead's board, and with that to everybody who shares it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.place import Board

FOLDER: Final = "telemetry.waiting"
ENDING: Final = ".json"


def keep_row(board: Board, row: Row) -> None:
    """Has `row` wait on disk for the next commit; the same run once. Raises OSError."""
    from openclaw_hooks.agent.records.fit import fit_row

    atomic_write(os.path.join(_folder(board), f"{row.run}{ENDING}"), fit_row(row))


def has_rows(board: Board) -> bool:
    """Whether rows wait for a commit."""
    return bool(_list(board))


def put_rows(edit: Edit) -> tuple[str, ...]:
    """Puts the rows that wait into `edit`; their files, to be dropped once it is committed. One that is none is reported."""
    from openclaw_hooks.agent.records.store import decode_row, write_row

    names = _list(edit.board)
    for name in names:
        try:
            with open(os.path.join(_folder(edit.board), name), "rb") as stream:
                write_row(edit, decode_row(stream.read()))
        except (OSError, OpenclawError) as error:
            edit.reports.append(f"a row of telemetry that waited is dropped: {name}: {error}")
    return names


def drop_rows(board: Board, names: tuple[str, ...]) -> None:
    """Forgets rows that the board has."""
    for name in names:
        with suppress(OSError):
            os.unlink(os.path.join(_folder(board), name))


def _list(board: Board) -> tuple[str, ...]:
    try:
        return tuple(sorted(name for name in os.listdir(_folder(board)) if name.endswith(ENDING) and name[0] != "."))
    except OSError:
        return ()


def _folder(board: Board) -> str:
    return os.path.join(board.repo.state_dir, FOLDER)
