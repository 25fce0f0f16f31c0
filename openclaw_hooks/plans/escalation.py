"""Who makes a failure good: the recovery task for the target that the role of the failed one names."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.roles.model import HUMAN
from openclaw_hooks.tasks.model import Delegation, Mode, Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Task

MAX_LEVELS: Final = 2  # a recovery of a recovery is the last


class Failure(StrEnum):
    """Why work failed; the value starts the `reason` of a task file, so that whoever reads it later knows."""

    METRIC = "failed"
    SCOPE = "scope violation"
    BUDGET = "over budget"
    RELEASED = "released"


class Target(NamedTuple):
    """Who is to make a failure good: the id of a role, or `human`."""

    name: str
    failure: Failure


def state_failure(failure: Failure, detail: str) -> str:
    """The `reason` of a task that failed so."""
    return f"{failure}: {detail}" if detail else str(failure)


def read_failure(reason: str) -> Failure:
    """The kind of failure that a `reason` starts with; a metric that was not met when it names none."""
    return next((failure for failure in Failure if _starts(reason, failure)), Failure.METRIC)


def names_failure(reason: str) -> bool:
    """Whether a `reason` starts with a kind of failure."""
    return any(_starts(reason, failure) for failure in Failure)


def _starts(reason: str, failure: Failure) -> bool:
    return reason == failure or reason.startswith(f"{failure}:")


def find_target(task: Task, tasks: Mapping[str, Task], roles: Sequence[Role]) -> Target | None:
    """Who is asked when `task` has failed, or None: its role names nobody, or everybody was asked.

    Nobody is asked twice in one chain of recoveries, and a chain has at most MAX_LEVELS of them.
    """
    asked = _asked(task, tasks)
    role = next((role for role in roles if role.id == task.role), None)
    if role is None or len(asked) > MAX_LEVELS:
        return None
    failure = read_failure(task.reason)
    match failure:
        case Failure.SCOPE:
            name = role.escalation.on_scope_violation
        case Failure.BUDGET:
            name = role.escalation.on_budget_exceeded
        case Failure.METRIC | Failure.RELEASED:
            name = role.escalation.on_metric_failure
    if name in asked or not (name == HUMAN or any(role.id == name for role in roles)):
        return None
    return Target(name, failure)


def make_recovery(task: Task, target: Target, roles: Sequence[Role]) -> TaskHead:
    """The head of the task that makes `task` good, without id and time; the same metric, evaluator and criteria hold.

    After a scope violation the scope is widened by what the target may change; a person has no bounds then.
    """
    why = f"{task.id} ({task.role}) ended: {task.reason or target.failure}"
    scope = task.scope
    if target.failure is Failure.SCOPE:
        wider = next((role.scope_paths for role in roles if role.id == target.name), ())
        scope = tuple(dict.fromkeys((*scope, *wider))) if wider else ()
    is_human = target.name == HUMAN
    return TaskHead(
        id="",
        title=task.title,
        status=Status.QUEUED,
        priority=task.priority,
        labels=task.labels,
        depends_on=task.depends_on,
        scope=scope,
        role="" if is_human else target.name,
        delegation=Delegation(mode=Mode.HUMAN if is_human else Mode.SOLO_MESH, reason=f"escalated: {why}"),
        requires_review=task.requires_review,
        metric=task.metric,
        measure=task.measure,
        evaluator=task.evaluator,
        budget_minutes=task.budget_minutes,
        success_criteria=task.success_criteria,
        plan=task.plan,
        subtask=task.subtask,
        recovers=task.id,
    )


def _asked(task: Task, tasks: Mapping[str, Task]) -> list[str]:
    """Who worked on this so far: the role of `task`, of the task that it recovers, and so on."""
    asked = []
    seen: set[str] = set()
    current: Task | None = task
    while current is not None and current.id not in seen:
        seen.add(current.id)
        asked.append(HUMAN if current.delegation.mode is Mode.HUMAN else current.role)
        current = tasks.get(current.recovers)
    return asked
