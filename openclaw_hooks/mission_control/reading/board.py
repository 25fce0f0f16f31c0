"""The tasks and plans of the board, edits by hand included, as the board's own reader sees them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.attach import find_source
from openclaw_hooks.board.cache import collection_paused
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.leases.lease import parse_lease
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import FOLDER, BoardError
from openclaw_hooks.board.plumbing import read_contents
from openclaw_hooks.board.snapshot import make_snapshot, plan_path, task_path
from openclaw_hooks.board.upkeep.archive import index_archive, judge_board, list_archive
from openclaw_hooks.board.upkeep.lint import LintFacts, lint_tasks
from openclaw_hooks.board.view import keep_view, read_view
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.files import display_path
from openclaw_hooks.mission_control.broken import Broken, from_document, from_error
from openclaw_hooks.mission_control.reading.log import LogCommit, read_log
from openclaw_hooks.mission_control.reading.texts import Body, open_texts
from openclaw_hooks.settings import ColumnLimits, load_settings
from openclaw_hooks.tasks.model import ACTIVE
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

    `tasks` have no body: `bodies` holds it, rendered and plain. `plans` are those that can be read. `archived`: id -> status, of
    tasks and plans that are not on the board any more. `log` is newest first.
    """

    head: str = ""
    top: str = ""
    tasks: Mapping[str, Task] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    plans: Mapping[str, PlanFile] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)
    archived: Mapping[str, str] = field(default_factory=dict)
    log: tuple[LogCommit, ...] = ()
    broken: tuple[Broken, ...] = ()
    limits: ColumnLimits = field(default_factory=ColumnLimits)
    absent: str = NO_BOARD
    start: str = START_BOARD


def read_board_facts(place: Place) -> BoardFacts:
    """The board that belongs to `place`; where there is none, facts that say so."""
    if place.repo is None:
        return BoardFacts(absent=NO_REPOSITORY, start=START_REPOSITORY)
    try:
        board = open_board(place.root)
        with collection_paused():
            return _with_limits(_read(board), place.root)
    except BoardError as error:
        if not find_source(place.repo):
            return BoardFacts()
        return BoardFacts(absent=error.message, start="", broken=(from_error(FOLDER, error),))


def _read(board: Board) -> BoardFacts:
    view = read_view(board)
    keep_view(board, view)
    snapshot = make_snapshot(board, view)
    tasks = snapshot.tasks
    texts = open_texts(board)
    bodies = texts.read_bodies(_blobs_of(view, snapshot))
    plans, plan_errors = texts.read_plans({plan_path(name): content for name, content in snapshot.plans.items()})
    texts.keep()
    archived = {name: entry.status for name, entry in index_archive(list_archive(board.top), tasks).items()}
    lint = LintFacts(archived=archived, read=lambda path: read_disk(board, path))
    unclear = [from_document(error, FOLDER) for error in (*snapshot.broken, *plan_errors)]
    return BoardFacts(
        head=view.head,
        top=board.top,
        tasks=tasks,
        standings=judge_board(tasks, board.top),
        bodies=bodies,
        plans=plans,
        leases=_read_leases(board, [name for name, task in tasks.items() if task.status in ACTIVE]),
        archived=archived,
        log=read_log(board, view.head),
        broken=tuple(dict.fromkeys((*unclear, *_find_faults(snapshot, plans, lint)))),
        absent="",
        start="",
    )


def _find_faults(snapshot: Snapshot, plans: Mapping[str, PlanFile], lint: LintFacts) -> list[Broken]:
    """What `openclaw task lint` calls an error; of a plan that cannot be read any subtask may be meant."""
    subtasks = {name: frozenset(subtask.id for subtask in plan.subtasks) for name, plan in plans.items()}
    for task in snapshot.tasks.values():
        if task.plan in snapshot.plans and task.plan not in plans:
            subtasks[task.plan] = subtasks.get(task.plan, frozenset()) | {task.subtask}
    found = lint_tasks(snapshot.tasks, lint, subtasks)
    return [
        Broken(display_path(f"{FOLDER}/{finding.path}"), finding.line, finding.message, finding.hint)
        for finding in found
        if finding.severity is Severity.ERROR
    ]


def _read_leases(board: Board, names: Sequence[str]) -> dict[str, Lease]:
    """The leases of some tasks as this clone knows them, by one process of git."""
    contents = read_contents(board.repo, (f"{PREFIX}{name}" for name in names))
    found = {name: parse_lease(name, contents.get(f"{PREFIX}{name}", b"")) for name in names}
    return {name: lease for name, lease in found.items() if lease is not None and lease.owner}


def _with_limits(facts: BoardFacts, root: str) -> BoardFacts:
    """`facts` with the limits that the settings give; settings that cannot be read are one more broken item."""
    try:
        return replace(facts, limits=load_settings(root).board.limits)
    except DocumentError as error:
        return replace(facts, broken=(*facts.broken, from_document(error)))


def _blobs_of(view: View, snapshot: Snapshot) -> dict[str, str]:
    """The blob that each task was read from: what lies on disk, or what the branch has where that is broken."""
    found: dict[str, str] = {}
    for name in snapshot.tasks:
        entry = view.entries.get(task_path(name))
        if entry is not None:
            found[task_path(name)] = entry.found if entry.task is not None else entry.tracked
    return found
