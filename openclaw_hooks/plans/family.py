"""The tasks of one plan, found by the subtask that they do and by the failure that they make good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.tasks.model import TERMINAL, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import Task


class Family(NamedTuple):
    """The tasks of a plan by id; those made for a subtask, by its id; and those that recover a task, by its id."""

    tasks: Mapping[str, Task]
    made_for: Mapping[str, list[Task]]
    recoveries: Mapping[str, list[Task]]


def own_tasks(plan: PlanFile, tasks: Mapping[str, Task]) -> dict[str, Task]:
    """Those of `tasks` that belong to the plan."""
    return {task.id: task for task in tasks.values() if task.plan == plan.id}


def gather_family(own: Mapping[str, Task]) -> Family:
    """The tasks of a plan, sorted into places. Proposals are nobody's work yet and stay outside.

    Nor does the work of another subtask, or of none, make a failure good.
    """
    made_for: dict[str, list[Task]] = {}
    recoveries: dict[str, list[Task]] = {}
    for task in own.values():
        if task.recovers:
            recovered = own.get(task.recovers)
            if recovered is None or recovered.subtask == task.subtask:
                recoveries.setdefault(task.recovers, []).append(task)
        elif task.subtask and task.status is not Status.PROPOSED:
            made_for.setdefault(task.subtask, []).append(task)
    return Family(own, made_for, recoveries)


def pick_task(plan: PlanFile, subtask: str, family: Family) -> Task | None:
    """The task of a subtask: of several the completed one, else the one written in the plan, else the first by id."""
    linked = plan.tasks.get(subtask)

    def rank(task: Task) -> tuple[bool, bool, str]:
        return task.status is not Status.COMPLETED, task.id != linked, task.id

    return min(family.made_for.get(subtask, ()), key=rank, default=None)


def find_unanswered(task: Task, family: Family, seen: frozenset[str] = frozenset()) -> list[Task]:
    """The failures below `task` (itself, its recoveries, theirs) to which nothing was made in answer."""
    if task.status is not Status.FAILED or task.id in seen:  # files can be made to recover each other in a circle
        return []
    recoveries = family.recoveries.get(task.id, [])
    if not recoveries:
        return [task]
    if any(recovery.status not in TERMINAL for recovery in recoveries):
        return []
    return [found for recovery in recoveries for found in find_unanswered(recovery, family, seen | {task.id})]
