"""The one function by which plans go on: what has to happen, given a plan and how its tasks are now.

| what the files say | what follows |
|---|---|
| the plan is approved, or a draft that needs no approval | it executes |
| every dependency of a subtask is completed | its task file is made, queued |
| a task is claimed or running for longer than its budget | failed, `over budget`; a person's step is not timed |
| a task is released | failed, `released`: whoever had it gave up |
| a task failed | a recovery task for the target that its role names, at most two in a row; the policy waits for them |
| a recovery is completed | what it recovers is completed, `recovered_by` it, and so on up |
| failed, cancelled or rejected, and nobody left to ask | lost: the policy decides, what depends on it is blocked |
| an unfinished task of a blocked subtask | cancelled: a dependency that is lost does not come back |
| the plan has ended | what is unfinished is cancelled |
| two tasks for one subtask, made in two clones | one is kept, a completed one first; the other is cancelled |

A subtask has no task file before all that it depends on is completed, so a blocked one mostly has none to cancel.
How plans end is said in `failure.judge_end`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from openclaw_hooks.plans.actions import Action, Clock, CreateTask, SetPlanStatus, apply_action
from openclaw_hooks.plans.births import create_ready, create_recoveries
from openclaw_hooks.plans.failure import judge_end
from openclaw_hooks.plans.family import gather_family, own_tasks
from openclaw_hooks.plans.model import ENDED, PlanStatus
from openclaw_hooks.plans.repairs import cancel_task, complete_recovered, fail_given_up, link_tasks
from openclaw_hooks.plans.standing import Stand, judge_subtasks
from openclaw_hooks.plans.validate import find_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Task

__all__ = ["Clock", "Settled", "advance", "settle"]


class Settled(NamedTuple):
    """A plan with nothing left to do for now, its own tasks by id, and the actions that led there, ids filled in."""

    plan: PlanFile
    tasks: dict[str, Task]
    actions: tuple[Action, ...]


def advance(plan: PlanFile, tasks: Mapping[str, Task], roles: Sequence[Role], clock: Clock) -> tuple[Action, ...]:
    """All that has to happen now, in this order; nothing once it has happened.

    No action refers to a task that another one of them makes, so ids can be given to new tasks afterwards.
    """
    own = own_tasks(plan, tasks)
    actions: list[Action] = []
    while step := _next_actions(plan, own, roles, clock):
        actions += step
        for action in step:
            plan = apply_action(plan, own, _with_id(action, f"new {len(own)}", clock))
    return tuple(actions)


def settle(
    plan: PlanFile, tasks: Mapping[str, Task], roles: Sequence[Role], clock: Clock, new_id: Callable[[], str]
) -> Settled:
    """The plan and its tasks after all that `advance` says; `new_id` gives each new task an id that nobody has."""
    own = own_tasks(plan, tasks)
    done: list[Action] = []
    for action in advance(plan, own, roles, clock):
        done.append(_with_id(action, new_id(), clock) if isinstance(action, CreateTask) else action)
        plan = apply_action(plan, own, done[-1])
    return Settled(plan, own, tuple(done))


def _with_id(action: Action, task_id: str, clock: Clock) -> Action:
    if not isinstance(action, CreateTask):
        return action
    return action._replace(head=msgspec.structs.replace(action.head, id=task_id, created=clock.stamp))


def _next_actions(plan: PlanFile, own: Mapping[str, Task], roles: Sequence[Role], clock: Clock) -> list[Action]:
    """The actions that come first; those that build on them come when they are done."""
    if plan.status in ENDED:
        reason = f"{plan.id} is {plan.status}" + (f": {plan.reason}" if plan.reason else "")
        is_aborted = plan.status is PlanStatus.ABORTED  # else tasks that people added to the plan may go on
        ending = [task for task in own.values() if task.subtask or is_aborted]
        return [move for task in ending for move in cancel_task(task, reason)]
    if plan.status is PlanStatus.DRAFT and plan.requires_approval:
        return []
    if fault := find_fault(plan.subtasks):  # a merge can bring together what is sound only apart
        return [SetPlanStatus(plan.status, PlanStatus.ABORTED, fault.message)]
    if plan.status is not PlanStatus.EXECUTING:
        return [SetPlanStatus(plan.status, PlanStatus.EXECUTING, "")]
    family = gather_family(own)
    # One kind at a time: a task that two of them name would be moved twice.
    repairs = link_tasks(plan, family) or complete_recovered(family) or fail_given_up(family, clock)
    if repairs:
        return repairs
    standings = judge_subtasks(plan, own, roles)
    if end := judge_end(plan, standings):
        return [SetPlanStatus(plan.status, end.status, end.reason)]
    blocked = [standing for standing in standings.values() if standing.stand is Stand.BLOCKED]
    return [
        *(move for found in blocked if found.task for move in cancel_task(found.task, found.reason)),
        *create_recoveries(plan, standings, family, roles),
        *create_ready(plan, standings, roles),
    ]
