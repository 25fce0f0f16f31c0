"""Edits by hand that stand exactly as they are: they are sent at once, and committed later together with others.

Most edits are of this kind, and a commit takes ten times as long as all else that is between two boards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.absorb import judge_edit
from openclaw_hooks.board.commits import board_head
from openclaw_hooks.board.leaks import find_leaks
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.store import refuse_unfinished
from openclaw_hooks.board.vouched import Vouched, vouch_for
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board


def vouch_for_standing(
    board: Board, actor: Actor, head: str, edits: Mapping[str, tuple[bytes, bytes]]
) -> dict[str, bytes]:
    """The contents of those of `edits` (path -> content before, content on disk) that stand; now they are vouched for.

    None when the branch is not at `head`: then it may have others than these contents before.
    """
    with board_lock(board):
        refuse_unfinished(board)
        if not head or board_head(board) != head:
            return {}
        found = {path: disk for path, (base, disk) in edits.items() if _stands(board, actor, path, base, disk)}
        if found:
            vouch_for(board, [Vouched(path, content, _describe(path, actor)) for path, content in found.items()])
        return found


def _stands(board: Board, actor: Actor, path: str, base: bytes, disk: bytes) -> bool:
    judged = judge_edit(base, disk, path, actor.rights - {Right.HUMAN})
    return judged.content == disk and not judged.reports and not find_leaks(board.repo, path, disk, [base])


def _describe(path: str, actor: Actor) -> str:
    folder, _, name = path.partition("/")
    return f"{folder.removesuffix('s')} {name.rpartition('.')[0]} edited by hand ({actor.name})"
