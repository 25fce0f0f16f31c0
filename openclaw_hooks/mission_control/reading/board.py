"""The tasks and plans of the board, edits by hand included, as the board's own reader sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.leases.claims import read_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import FOLDER, BoardError
from openclaw_hooks.board.snapshot import make_snapshot, plan_path, task_path
from openclaw_hooks.board.upkeep.archive import judge_board
from openclaw_hooks.board.view import keep_view, read_view
from openclaw_hooks.mission_control.broken import Broken, from_document
from openclaw_hooks.mission_control.reading.log import LogCommit, read_log
from openclaw_hooks.mission_control.reading.texts import Body, Texts, open_texts
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.snapshot import Snapshot
    from openclaw_hooks.board.view import View
    from openclaw_hooks.mission_control.place import Place
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

NO_REPOSITORY: Final = "this is not a git repository"
NO_BOARD: Final = "there is no board here yet"
START_REPOSITORY: Final = "git init && openclaw init"
START_BOARD: Final = "openclaw board attach"


@dataclass(frozen=True, eq=False)
class BoardFacts:
    """The board at one moment; `absent` says in one line why there is none, `start` is the command that makes one.

    `tasks` have no body: `bodies` holds it, rendered and plain. `plans` are those that can be read. `log` is newest first.
    """

    head: str = ""
    top: str = ""
    tasks: Mapping[str, Task] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    plans: Mapping[str, PlanFile] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)
    log: tuple[LogCommit, ...] = ()
    broken: tuple[Broken, ...] = ()
    absent: str = NO_BOARD
    start: str = START_BOARD


def read_board_facts(place: Place) -> BoardFacts:
    """The board that belongs to `place`; where there is none, facts that say so."""
    if place.repo is None:
        return BoardFacts(absent=NO_REPOSITORY, start=START_REPOSITORY)
    try:
        board = open_board(place.root)
    except BoardError as error:
        return BoardFacts(absent=error.message, start=START_BOARD)
    view = read_view(board)
    keep_view(board, view)
    snapshot = make_snapshot(board, view)
    texts = open_texts(board)
    bodies = texts.read_bodies(_blobs_of(view, snapshot))
    plans, plan_errors = texts.read_plans({plan_path(name): content for name, content in snapshot.plans.items()})
    texts.keep()
    broken = [from_document(error, FOLDER) for error in (*snapshot.broken, *plan_errors)]
    return BoardFacts(
        head=view.head,
        top=board.top,
        tasks=snapshot.tasks,
        standings=judge_board(snapshot.tasks, board.top),
        bodies=bodies,
        plans=plans,
        leases=_read_leases(board, snapshot),
        log=read_log(board, view.head),
        broken=tuple(dict.fromkeys(broken)),
        absent="",
        start="",
    )


def _blobs_of(view: View, snapshot: Snapshot) -> dict[str, str]:
    """The blob that each task was read from: what lies on disk, or what the branch has where that is broken."""
    found: dict[str, str] = {}
    for name in snapshot.tasks:
        entry = view.entries.get(task_path(name))
        if entry is not None:
            found[task_path(name)] = entry.found if entry.task is not None else entry.tracked
    return found


def _read_leases(board: Board, snapshot: Snapshot) -> dict[str, Lease]:
    held = {name: read_lease(board.repo, name) for name, task in snapshot.tasks.items() if task.status in ACTIVE}
    return {name: lease for name, lease in held.items() if lease is not None}


__all__ = ["BoardFacts", "Body", "Texts", "read_board_facts"]
