"""What brings the tasks of a plan in step: one task for a subtask, failures named as such, recoveries counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.plans.actions import Action, LinkTask, MoveTask
from openclaw_hooks.plans.escalation import Failure, names_failure, state_failure
from openclaw_hooks.plans.family import pick_task
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL, Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.plans.actions import Clock
    from openclaw_hooks.plans.family import Family
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import Task


def cancel_task(task: Task, reason: str) -> list[Action]:
    """The move that ends an unfinished task; none for one that has ended."""
    return [] if task.status in TERMINAL else [MoveTask(task.id, task.status, Status.CANCELLED, reason)]


def link_tasks(plan: PlanFile, family: Family) -> list[Action]:
    """Each subtask gets one task; a second one, and what is for no subtask of the plan any more, ends."""
    actions: list[Action] = []
    names = [subtask.id for subtask in plan.subtasks]
    for name in names:
        chosen = pick_task(plan, name, family)
        if chosen is None:
            continue
        if plan.tasks.get(name) != chosen.id:
            actions.append(LinkTask(name, chosen.id))
        for other in family.made_for[name]:
            if other.id != chosen.id:
                actions += cancel_task(other, f"{chosen.id} is the task of subtask `{name}`")
    known = set(names)
    for task in family.tasks.values():
        if task.subtask and task.subtask not in known:
            actions += cancel_task(task, f"{plan.id} has no subtask `{task.subtask}` any more")
    return actions


def complete_recovered(family: Family) -> list[Action]:
    """What a completed recovery was for is completed; a recovery that nothing needs any more ends."""
    actions: list[Action] = []
    for recovered, recoveries in family.recoveries.items():
        task = family.tasks.get(recovered)
        if task is None:
            continue
        done = [other.id for other in recoveries if other.status is Status.COMPLETED]
        if task.status is Status.FAILED and done:
            actions.append(MoveTask(task.id, task.status, Status.COMPLETED, task.reason, min(done)))
        elif task.status in (Status.COMPLETED, Status.CANCELLED, Status.REJECTED):
            for other in recoveries:
                actions += cancel_task(other, f"{task.id} is {task.status}")
    return actions


def fail_given_up(family: Family, clock: Clock) -> list[Action]:
    """Tasks that were released or are out of time become failed."""
    actions: list[Action] = []
    for task in family.tasks.values():
        if not task.subtask:
            continue
        if task.status is Status.RELEASED:
            reason = task.reason if names_failure(task.reason) else state_failure(Failure.RELEASED, task.reason)
        elif minutes := minutes_over(task, clock):
            reason = state_failure(Failure.BUDGET, f"{minutes} of {task.budget_minutes} minutes")
        else:
            continue
        actions.append(MoveTask(task.id, task.status, Status.FAILED, reason))
    return actions


def minutes_over(task: Task, clock: Clock) -> int:
    """For how many minutes a task has run, when that is more than its budget; else 0. A person is not timed."""
    started = clock.started.get(task.id)
    if started is None or task.status not in ACTIVE or task.delegation.mode is Mode.HUMAN:
        return 0
    minutes = (clock.now - started).total_seconds() / 60
    return max(int(minutes), 1) if minutes > task.budget_minutes else 0
