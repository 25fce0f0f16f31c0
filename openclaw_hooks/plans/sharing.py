"""The board shared with a remote, and what follows for plans from what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.sharing.sync import SyncReport, sync_board
from openclaw_hooks.plans.service import settle_plans

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit

ROUNDS: Final = 3  # what follows here may meet what followed elsewhere; the rest follows with the next sync


class Shared(NamedTuple):
    """What the first sync did, where the board stands after the last one, and the changes made before and between."""

    report: SyncReport
    edits: tuple[Edit, ...]


def share_board(board: Board, actor: Actor, remote: str = "") -> Shared:
    """Brings board and remote in step, and plans on whose tasks were finished in several clones, until nothing follows.

    Raises BoardError as `sync_board` does.
    """
    edits = [settle_plans(board, actor)]  # takes edits by hand over, which a sync would do without telling the plans
    first = report = sync_board(board, actor, remote)
    while (report.taken or report.merged or report.restored) and len(edits) <= ROUNDS:
        edit = settle_plans(board, actor)
        if not edit.commit:
            break
        edits.append(edit)
        report = sync_board(board, actor, remote)
    return Shared(first._replace(head=report.head, pushed=first.pushed or report.pushed), tuple(edits))
