"""Which ready task an agent takes next, and why it leaves the others alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.tasks.model import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Delegation, Task


class Wanted(NamedTuple):
    """Which tasks a worker takes; empty: of any role, with any labels."""

    roles: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Picked(NamedTuple):
    """The ready tasks that an agent may do, the most urgent first, and why it may not do each of the others, by id."""

    tasks: tuple[Task, ...]
    left: dict[str, str]


def pick_tasks(
    tasks: Mapping[str, Task], standings: Mapping[str, Standing], wanted: Wanted, roles: Sequence[Role]
) -> Picked:
    """The ready ones of `tasks` that are for an agent alone.

    What was released is not ready: whoever wants it tried again, puts it back into the queue.
    """
    ready = [task for task in tasks.values() if standings[task.id].ready]
    reasons = {task.id: judge_task(task, wanted, roles) for task in ready}
    taken = [task for task in ready if not reasons[task.id]]
    ordered = sorted(taken, key=lambda task: (-task.priority, task.created, task.id))
    return Picked(tuple(ordered), {name: reason for name, reason in reasons.items() if reason})


def judge_task(task: Task, wanted: Wanted, roles: Sequence[Role]) -> str:
    """Why an agent that works by itself leaves a ready task alone; empty where it may do it."""
    if wanted.roles and task.role not in wanted.roles:
        return f"its role is {task.role}" if task.role else "it has no role"
    if lacking := [label for label in wanted.labels if label not in task.labels]:
        return f"it has no label {lacking[0]}"
    delegation = route_task(task, roles)
    if delegation.mode is Mode.SOLO_MESH:
        return ""
    routed = f" ({delegation.reason})" if delegation.reason else ""
    return f"its mode is {delegation.mode}{routed}"


def route_task(task: Task, roles: Sequence[Role]) -> Delegation:
    """Who is to do the task; mode `auto` is decided by the same signals as in a plan."""
    from openclaw_hooks.plans.model import Subtask
    from openclaw_hooks.plans.routing import route_subtask

    if task.delegation.mode is not Mode.AUTO:
        return task.delegation
    subtask = Subtask(
        id=task.id,
        title=task.title,
        role=task.role,
        delegation=task.delegation,
        metric=task.metric,
        scope=task.scope,
    )
    return route_subtask(subtask, roles)
