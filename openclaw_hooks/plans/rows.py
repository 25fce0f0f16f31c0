"""The subtasks of a plan, each with its task and how that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.plans.model import ENDED
from openclaw_hooks.tasks.graph import judge_task
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.plans.model import PlanFile, Subtask
    from openclaw_hooks.tasks.model import Task


class Row(NamedTuple):
    """A subtask with its task, where there is one, and its state in one word."""

    subtask: Subtask
    task: Task | None
    state: str


def make_rows(plan: PlanFile, tasks: Mapping[str, Task]) -> dict[str, Row]:
    """Each subtask of the plan with its task and how that stands, by the subtask's id."""
    rows = {}
    for subtask in plan.subtasks:
        task = tasks.get(plan.tasks.get(subtask.id, ""))
        if task:
            is_blocked = task.status is Status.QUEUED and judge_task(task, tasks).blocked_by
            state = "blocked" if is_blocked else str(task.status)
        elif subtask.id in plan.tasks:
            state = "missing"
        else:
            state = "not begun" if plan.status in ENDED else "waiting"
        rows[subtask.id] = Row(subtask, task, state)
    return rows
