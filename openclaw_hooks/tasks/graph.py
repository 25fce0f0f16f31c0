"""What depends on what: cycles, and for each task whether it can be begun or what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import CLOSED, Column, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.tasks.model import TaskHead


class Standing(NamedTuple):
    """Where a task stands on the board.

    `blocked_by` are the dependencies that are not completed, in the order of the file; `reason` says in one line
    what stands in the way, and is empty for a task that waits for nothing.
    """

    column: Column
    ready: bool
    blocked_by: tuple[str, ...]
    reason: str


Readiness = Standing

_COLUMNS: Final[dict[Status, Column]] = {
    Status.PROPOSED: Column.PROPOSED,
    Status.QUEUED: Column.READY,
    Status.CLAIMED: Column.IN_PROGRESS,
    Status.RUNNING: Column.IN_PROGRESS,
    Status.PENDING_REVIEW: Column.REVIEW,
    Status.COMPLETED: Column.DONE,
    Status.FAILED: Column.CLOSED,
    Status.RELEASED: Column.READY,
    Status.CANCELLED: Column.CLOSED,
    Status.REJECTED: Column.CLOSED,
}
_WAITING: Final = frozenset({Status.PROPOSED, Status.QUEUED, Status.RELEASED})


def judge_task(task: TaskHead, tasks: Mapping[str, TaskHead]) -> Standing:
    """Where `task` stands among `tasks` (by id).

    Ready means: queued, without owner, all dependencies completed. A dependency that is unknown or closed blocks
    for good, and the reason names it.
    """
    column = _COLUMNS[task.status]
    open_ones: list[str] = []
    if task.status in _WAITING:
        for depends in task.depends_on:
            found = tasks.get(depends)
            if found is None or found.status is not Status.COMPLETED:
                open_ones.append(depends)
    if open_ones:
        column = Column.BLOCKED if column is Column.READY else column
        return Standing(column, False, tuple(open_ones), _explain(open_ones, tasks))
    if task.status is Status.RELEASED:
        return Standing(column, False, (), f"released: {task.reason}" if task.reason else "released")
    if task.status is Status.QUEUED and task.owner:
        return Standing(column, False, (), f"owned by {task.owner}")
    return Standing(column, task.status is Status.QUEUED, (), "")


def judge_all(tasks: Mapping[str, TaskHead]) -> dict[str, Standing]:
    """The standing of every task, by id and in the order of `tasks`; linear in tasks and dependencies."""
    return {task_id: judge_task(task, tasks) for task_id, task in tasks.items()}


def _explain(open_ones: Sequence[str], tasks: Mapping[str, TaskHead]) -> str:
    unknown: list[str] = []
    closed: list[str] = []
    waiting: list[str] = []
    for depends in open_ones:
        found = tasks.get(depends)
        if found is None:
            unknown.append(f"{depends} does not exist")
        elif found.status in CLOSED:
            closed.append(f"{depends} is {found.status}")
        else:
            waiting.append(f"{depends} ({found.status})")
    parts = unknown + closed
    if waiting:
        parts.append(f"waits for {', '.join(waiting)}")
    return "; ".join(parts)


def find_cycle(depends: Mapping[str, Sequence[str]]) -> list[str]:
    """The first cycle met, as ids that each depend on the next, beginning and ending with the same; else empty.

    Names that are no keys depend on nothing. Goes deep without calling itself: a chain may be thousands long.
    """
    done: set[str] = set()
    for start in depends:
        if start in done:
            continue
        path: dict[str, None] = {start: None}  # insertion order is the way from `start`
        stack = [iter(depends[start])]
        while stack:
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                done.add(path.popitem()[0])
            elif following in path:
                way = list(path)
                return [*way[way.index(following) :], following]
            elif following not in done:
                path[following] = None
                stack.append(iter(depends.get(following, ())))
    return []


def refuse_cycle(tasks: Mapping[str, TaskHead], task: TaskHead) -> None:
    """Raises OpenclawError, which names the cycle in full, when `task` among `tasks` waits for itself.

    `task` replaces the one of its id; cycles that do not go through it are not looked for.
    """
    way = _way_back(tasks, task)
    if way:
        raise OpenclawError(
            f"{task.id} would wait for itself: {' -> '.join(way)}", f"take {way[1]} out of depends_on of {task.id}"
        )


def _way_back(tasks: Mapping[str, TaskHead], task: TaskHead) -> list[str]:
    """The shortest way from `task` along dependencies back to it; empty when there is none."""
    came_from: dict[str, str] = dict.fromkeys(task.depends_on, task.id)
    front = list(came_from)
    while front and task.id not in came_from:
        reached: list[str] = []
        for name in front:
            found = tasks.get(name)
            for depends in found.depends_on if found else ():
                if depends not in came_from:
                    came_from[depends] = name
                    reached.append(depends)
        front = reached
    if task.id not in came_from:
        return []
    way = [task.id]
    while len(way) == 1 or way[-1] != task.id:
        way.append(came_from[way[-1]])
    return way[::-1]
