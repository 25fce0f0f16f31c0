"""What a plan makes happen, as values, and what the plan and its tasks are once it has happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, assert_never

import msgspec

from openclaw_hooks.tasks.model import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.plans.model import PlanFile, PlanStatus
    from openclaw_hooks.tasks.model import Status, TaskHead


class Clock(NamedTuple):
    """What time it is, and when the work on a task began, by its id; both with a time zone."""

    now: datetime
    started: Mapping[str, datetime] = {}

    @property
    def stamp(self) -> str:
        """Now, as it is written into files."""
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class CreateTask(NamedTuple):
    """Make a task file; `head` has neither id nor time until `settle` gives it both."""

    head: TaskHead
    body: str


class MoveTask(NamedTuple):
    """Give a task another status, and with it these values of `reason` and `recovered_by`."""

    task: str
    old: Status
    new: Status
    reason: str
    recovered_by: str = ""

    def changes(self) -> dict[str, object]:
        """The fields of the task file that get new values."""
        changes: dict[str, object] = {"status": self.new, "reason": self.reason}
        return {**changes, "recovered_by": self.recovered_by} if self.recovered_by else changes


class LinkTask(NamedTuple):
    """Write down which task is that of a subtask."""

    subtask: str
    task: str


class SetPlanStatus(NamedTuple):
    """Give the plan another status, and the reason for it."""

    old: PlanStatus
    new: PlanStatus
    reason: str


Action = CreateTask | MoveTask | LinkTask | SetPlanStatus


def apply_action(plan: PlanFile, tasks: dict[str, Task], action: Action) -> PlanFile:
    """The plan after `action`; `tasks` is brought up to date in place. A new task has to have its id."""
    match action:
        case CreateTask(head, body):
            fields = {name: getattr(head, name) for name in head.__struct_fields__}
            tasks[head.id] = Task(**fields, body=body)
            return plan if head.recovers else _link(plan, head.subtask, head.id)
        case MoveTask():
            tasks[action.task] = msgspec.structs.replace(tasks[action.task], **action.changes())
            return plan
        case LinkTask(subtask, task):
            return _link(plan, subtask, task)
        case SetPlanStatus(_, new, reason):
            return msgspec.structs.replace(plan, status=new, reason=reason)
        case _:
            assert_never(action)


def _link(plan: PlanFile, subtask: str, task: str) -> PlanFile:
    return msgspec.structs.replace(plan, tasks={**plan.tasks, subtask: task})
