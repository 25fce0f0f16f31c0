"""The task files that a plan makes: one for each subtask that can begin, one for each failure that somebody is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.plans.actions import Action, CreateTask
from openclaw_hooks.plans.escalation import find_target, make_recovery
from openclaw_hooks.plans.family import find_unanswered
from openclaw_hooks.plans.routing import pick_role, route_subtask
from openclaw_hooks.plans.standing import Stand
from openclaw_hooks.roles.model import HUMAN
from openclaw_hooks.tasks.model import Status, TaskHead
from openclaw_hooks.tasks.sections import set_section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.plans.family import Family
    from openclaw_hooks.plans.model import PlanFile, Subtask
    from openclaw_hooks.plans.standing import Standing
    from openclaw_hooks.roles.model import Role


def create_ready(plan: PlanFile, standings: Mapping[str, Standing], roles: Sequence[Role]) -> list[Action]:
    """A task for each subtask whose dependencies are all completed."""
    return [
        CreateTask(_make_head(plan, subtask, roles), _make_body(subtask))
        for subtask in plan.subtasks
        if standings[subtask.id].stand is Stand.READY
    ]


def create_recoveries(
    plan: PlanFile, standings: Mapping[str, Standing], family: Family, roles: Sequence[Role]
) -> list[Action]:
    """A recovery task for each failure that has none and whose role names somebody to ask."""
    actions: list[Action] = []
    for subtask in plan.subtasks:
        standing = standings[subtask.id]
        if standing.task is None or standing.stand is not Stand.RECOVERING:
            continue
        for failed in find_unanswered(standing.task, family):
            if target := find_target(failed, family.tasks, roles):
                note = f"{failed.id} was to do this and ended: {failed.reason or target.failure}"
                head = make_recovery(failed, target, roles)
                actions.append(CreateTask(head, set_section(_make_body(subtask), "Notes", note)))
    return actions


def _make_head(plan: PlanFile, subtask: Subtask, roles: Sequence[Role]) -> TaskHead:
    role = pick_role(subtask, roles).role
    return TaskHead(
        id="",
        title=subtask.title,
        status=Status.QUEUED,
        depends_on=tuple(plan.tasks[name] for name in subtask.depends_on),
        scope=subtask.scope,
        role="" if role == HUMAN else role,
        delegation=route_subtask(subtask, roles),
        requires_review=subtask.requires_review,
        metric=subtask.metric,
        measure=subtask.measure,
        evaluator=subtask.evaluator,
        budget_minutes=subtask.budget_minutes,
        success_criteria=subtask.success_criteria,
        plan=plan.id,
        subtask=subtask.id,
    )


def _make_body(subtask: Subtask) -> str:
    return set_section("", "Description", subtask.description) if subtask.description.strip() else ""
