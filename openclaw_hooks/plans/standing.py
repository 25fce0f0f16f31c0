"""How far each subtask of a plan is: read from the task files, the recoveries and what it depends on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.plans.escalation import find_target
from openclaw_hooks.plans.family import gather_family, own_tasks, pick_task
from openclaw_hooks.plans.waves import assign_waves
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.plans.family import Family
    from openclaw_hooks.plans.model import PlanFile, Subtask
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Task


class Stand(StrEnum):
    """How far a subtask is."""

    WAITING = "waiting"  # something that it depends on is still to come
    READY = "ready"  # nothing is missing but its task file
    OPEN = "open"
    RECOVERING = "recovering"  # failed, and a recovery task is under way or about to be made
    COMPLETED = "completed"
    LOST = "lost"  # failed or cancelled, and nobody is left to make it good
    BLOCKED = "blocked"  # depends, at whatever distance, on one that is lost


ALIVE: Final = frozenset({Stand.WAITING, Stand.READY, Stand.OPEN, Stand.RECOVERING})
_DECIDED: Final = frozenset({Stand.COMPLETED, Stand.LOST, Stand.RECOVERING})


class Standing(NamedTuple):
    """How far a subtask is, its task file (None: there is none yet), and why it cannot go on."""

    stand: Stand
    task: Task | None
    reason: str


def judge_subtasks(plan: PlanFile, tasks: Mapping[str, Task], roles: Sequence[Role]) -> dict[str, Standing]:
    """How far each subtask is, in the order of the plan; those in a cycle are left out."""
    family = gather_family(own_tasks(plan, tasks))
    subtasks = {subtask.id: subtask for subtask in plan.subtasks}
    judged: dict[str, Standing] = {}
    for name in (name for wave in assign_waves(plan.subtasks) for name in wave):
        task = pick_task(plan, name, family)
        if task is None and name in plan.tasks:  # absent is not deleted: another clone may still bring it
            judged[name] = Standing(Stand.OPEN, None, f"the file of {plan.tasks[name]} is missing")
        elif task is None:
            judged[name] = _judge_unmade(subtasks[name], judged)
        else:
            judged[name] = _judge_made(subtasks[name], task, _judge_task(task, family, roles), judged)
    return {name: judged[name] for name in subtasks if name in judged}


def _judge_task(task: Task, family: Family, roles: Sequence[Role], seen: frozenset[str] = frozenset()) -> Stand:
    """How far a task is, its recoveries considered."""
    if task.status is Status.COMPLETED:
        return Stand.COMPLETED
    if task.status in (Status.CANCELLED, Status.REJECTED) or task.id in seen:
        return Stand.LOST
    if task.status not in (Status.FAILED, Status.RELEASED):
        return Stand.OPEN
    recoveries = family.recoveries.get(task.id, [])
    if not recoveries:
        return Stand.RECOVERING if find_target(task, family.tasks, roles) else Stand.LOST
    stands = [_judge_task(recovery, family, roles, seen | {task.id}) for recovery in recoveries]
    return Stand.LOST if all(stand is Stand.LOST for stand in stands) else Stand.RECOVERING


def _judge_made(subtask: Subtask, task: Task, stand: Stand, judged: Mapping[str, Standing]) -> Standing:
    if stand in _DECIDED:
        return Standing(stand, task, task.reason)
    if reason := _blocking(subtask, judged):
        return Standing(Stand.BLOCKED, task, reason)
    return Standing(stand, task, "")


def _judge_unmade(subtask: Subtask, judged: Mapping[str, Standing]) -> Standing:
    if reason := _blocking(subtask, judged):
        return Standing(Stand.BLOCKED, None, reason)
    waiting = [f"`{name}`" for name in subtask.depends_on if not _is_done(name, judged)]
    if waiting:
        return Standing(Stand.WAITING, None, f"waits for {', '.join(waiting)}")
    return Standing(Stand.READY, None, "")


def _blocking(subtask: Subtask, judged: Mapping[str, Standing]) -> str:
    """Which dependency blocks a subtask for good; empty when none does."""
    for name in subtask.depends_on:
        if name in judged and judged[name].stand in (Stand.LOST, Stand.BLOCKED):
            return f"depends on `{name}`, which is {judged[name].stand}"
    return ""


def _is_done(name: str, judged: Mapping[str, Standing]) -> bool:
    return name in judged and judged[name].stand is Stand.COMPLETED
