"""The board: a row for each task, where it stands, what it waits for, and whether it waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.board.leases.lease import is_live
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.reading.texts import NO_BODY
from openclaw_hooks.mission_control.views.columns import COLUMNS
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.scene import scene_of
from openclaw_hooks.plans.waves import assign_waves
from openclaw_hooks.tasks.graph import find_cycle, judge_task
from openclaw_hooks.tasks.model import ACTIVE, CLOSED, Mode, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.board import BoardFacts
    from openclaw_hooks.mission_control.reading.log import LogCommit
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

SHARD: Final = 50  # bodies in one file
MAX_CYCLES: Final = 50


class TaskRow(Struct, frozen=True, omit_defaults=True):
    """A task as the board shows it; times in seconds since the epoch, 0 where nobody knows."""

    id: str
    title: str
    status: str
    column: str
    owner: str = ""
    priority: int = 0
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    plan: str = ""
    subtask: str = ""
    wave: int = 0
    role: str = ""
    node: str = ""
    created: float = 0
    since: float = 0
    updated: float = 0
    needs_you: str = ""
    live: bool = False
    late: bool = False
    blocked: bool = False
    done: int = 0
    total: int = 0
    reason: str = ""
    shard: int = 0


class TasksView(Struct, frozen=True, omit_defaults=True):
    """The board: its tasks in order of urgency, what cannot be read, the limits of work in progress, the circles."""

    tasks: tuple[TaskRow, ...]
    broken: tuple[Broken, ...] = ()
    wip: dict[str, int] = {}
    cycles: tuple[tuple[str, ...], ...] = ()
    absent: str = ""
    start: str = ""


@kept
def view_tasks(facts: Facts) -> TasksView:
    """The board at the moment of `facts`."""
    board = facts.board
    updates = _find_updates(board.log)
    shards = assign_shards(board)
    waves = _find_waves(board)
    cycles = find_cycles(board.tasks)
    circling = {name for cycle in cycles for name in cycle}
    ordered = sorted(board.tasks.items(), key=lambda item: (-item[1].priority, item[1].created, item[0]))
    rows = tuple(
        _make_row(
            task, facts, _Place(waves.get(name, 0), shards[name], updates.get(task_path(name), 0), name in circling)
        )
        for name, task in ordered
    )
    return TasksView(rows, board.broken, _limits(board), cycles, board.absent, board.start)


def _limits(board: BoardFacts) -> dict[str, int]:
    """The columns that have a limit."""
    found = {name: getattr(board.limits, name) for name in board.limits.__struct_fields__}
    return {name: limit for name, limit in found.items() if limit}


def _find_updates(log: Sequence[LogCommit]) -> dict[str, int]:
    """When the file at each path of the board was last changed by a commit."""
    updates: dict[str, int] = {}
    for commit in log:
        for path in commit.paths:
            updates.setdefault(path, commit.time)
    return updates


class _Place(NamedTuple):
    """What a row says beside the task itself: its wave, the file of its body, the last commit, whether it waits for itself."""

    wave: int
    shard: int
    updated: float
    circles: bool


def _make_row(task: Task, facts: Facts, place: _Place) -> TaskRow:
    board, scene = facts.board, scene_of(facts)
    standing = board.standings[task.id]
    lease = board.leases.get(task.id)
    body = board.bodies.get(task.id, NO_BODY)
    created = read_moment(task.created)
    waits = open_dependencies(task, board)
    return TaskRow(
        id=task.id,
        title=task.title,
        status=task.status,
        column=COLUMNS[standing.column],
        owner=task.owner,
        priority=task.priority,
        labels=task.labels,
        depends_on=task.depends_on,
        waits=waits,
        plan=task.plan,
        subtask=task.subtask,
        wave=place.wave,
        role=task.role,
        node=lease.node if lease else "",
        created=created,
        since=scene.span(task).since or created,
        updated=place.updated or created,
        needs_you=_need(task, standing),
        live=task.status in ACTIVE and lease is not None and is_live(lease, facts.place.now),
        late=scene.is_late(task),
        blocked=place.circles or _is_blocked(task, waits, board.tasks),
        done=body.done,
        total=body.total,
        reason=task.reason,
        shard=place.shard,
    )


def open_dependencies(task: Task, board: BoardFacts) -> tuple[str, ...]:
    """What `task` depends on that is not completed, also where work on it has begun all the same."""
    if task.status not in ACTIVE or not task.depends_on:
        return board.standings[task.id].blocked_by
    waiting = judge_task(msgspec.structs.replace(task, status=Status.QUEUED), board.tasks).blocked_by
    return tuple(name for name in waiting if board.archived.get(name) != Status.COMPLETED)


def _need(task: Task, standing: Standing) -> str:
    """What a person has to do before it goes on; empty when nothing."""
    if task.status is Status.PROPOSED:
        return "accept"
    if task.status is Status.PENDING_REVIEW:
        return "review"
    return "answer" if task.delegation.mode is Mode.HUMAN and standing.ready else ""


def _is_blocked(task: Task, waits: tuple[str, ...], tasks: Mapping[str, Task]) -> bool:
    """Whether somebody has to do something: it is worked on before its time, or waits for what will never come."""
    if not waits:
        return False
    return task.status in ACTIVE or any(name not in tasks or tasks[name].status in CLOSED for name in waits)


def assign_shards(board: BoardFacts) -> dict[str, int]:
    """In which file the body of each task lies: by age, so that a new task moves no other."""
    ordered = sorted(board.tasks.values(), key=lambda task: (task.created, task.id))
    return {task.id: index // SHARD for index, task in enumerate(ordered)}


def _find_waves(board: BoardFacts) -> dict[str, int]:
    """The wave, from 1, of each task that does a subtask of a plan."""
    waves: dict[tuple[str, str], int] = {}
    for plan in board.plans.values():
        for number, names in enumerate(assign_waves(plan.subtasks), 1):
            waves.update({(plan.id, name): number for name in names})
    return {task.id: waves.get((task.plan, task.subtask), 0) for task in board.tasks.values() if task.plan}


def find_cycles(tasks: Mapping[str, Task]) -> tuple[tuple[str, ...], ...]:
    """Circles of tasks that wait for each other, none of which shares a task with another."""
    depends = {name: task.depends_on for name, task in tasks.items() if task.depends_on}
    found: list[tuple[str, ...]] = []
    while len(found) < MAX_CYCLES and (way := find_cycle(depends)):
        found.append(tuple(way[:-1]))
        depends = {name: needs for name, needs in depends.items() if name not in way}
    return tuple(found)
