"""A commit of many files by a process of its own: it takes memory for all of them, which a sidecar would keep for weeks.

Run as `python -m openclaw_hooks.mesh.mirror.commit_apart` in the repository; what came of it is printed as JSON.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from openclaw_hooks.board.store import LARGE_BYTES, commit_waiting
from openclaw_hooks.board.vouched import count_vouched_bytes
from openclaw_hooks.process import ProcessError, run_program

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board

COMMIT_S = 120.0
MODULE = "openclaw_hooks.mesh.mirror.commit_apart"


class Committed(Struct, frozen=True):
    """The last commit that was made (empty: there was nothing to commit), and what there is to tell."""

    commit: str = ""
    reports: tuple[str, ...] = ()


def commit_apart(board: Board) -> Committed | None:
    """What came of committing what waits, where that is much; None where it is little, or could not be done apart."""
    if count_vouched_bytes(board) < LARGE_BYTES:
        return None
    words = [sys.executable, "-P", "-m", MODULE]
    try:
        done = run_program(words, cwd=board.repo.top, timeout_s=COMMIT_S)
        return msgspec.json.decode(done.stdout, type=Committed) if done.code == 0 else None
    except (ProcessError, msgspec.MsgspecError):
        return None  # whoever asked does it by itself, and says what is wrong


def commit_all(board: Board, actor: Actor) -> Committed:
    """Commits what waits, and what was edited by hand; raises OpenclawError."""
    edit = commit_waiting(board, actor)
    return Committed(edit.commit, tuple(edit.reports))


def main() -> None:
    """Commits what waits on the board of the repository that this is run in."""
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.board.opening import open_board

    board = open_board(os.getcwd())
    sys.stdout.buffer.write(msgspec.json.encode(commit_all(board, find_actor(board.repo))))


if __name__ == "__main__":
    main()
