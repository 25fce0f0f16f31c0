"""What a plan makes happen, written to the board: tasks made and moved, the plan's own file kept up to date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.account import inherit_attempts
from openclaw_hooks.plans.actions import Action, CreateTask, LinkTask, MoveTask, SetPlanStatus
from openclaw_hooks.plans.engine import Clock, settle
from openclaw_hooks.plans.family import own_tasks
from openclaw_hooks.plans.store import edit_plan, parse_plan
from openclaw_hooks.tasks.markdown import read_body
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.plans.claims import Claims
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Task

PLAN_KEYS = ("status", "reason", "approval", "tasks")  # what happens to a plan; all else is what was planned


def advance_plan(edit: Edit, plan_id: str, roles: Sequence[Role], claims: Claims) -> tuple[Action, ...]:
    """Everything that follows for the plan from how its tasks stand, written into `edit`; a broken plan is reported."""
    from openclaw_hooks.plans.trust import trusted_tasks

    try:
        plan = parse_plan(plan_path(plan_id), edit.snapshot.plans[plan_id])
    except DocumentError as error:
        edit.reports.append(f"plan {plan_id} cannot go on: {error}")
        return ()
    tasks = trusted_tasks(edit, plan, own_tasks(plan, edit.tasks_of(plan_id)))
    if tasks is None:
        return ()
    clock = Clock(datetime.fromtimestamp(claims.now(), UTC), started_times(tasks, claims))
    settled = settle(plan, tasks, roles, clock, lambda: edit.new_id("T"))
    for action in settled.actions:
        _carry_out(edit, plan, action)
    write_plan(edit, plan, settled.plan)
    return settled.actions


def write_plan(edit: Edit, before: PlanFile, after: PlanFile) -> None:
    """The plan's file with what has changed in it; every other byte stays."""
    changes = {name: getattr(after, name) for name in PLAN_KEYS if getattr(after, name) != getattr(before, name)}
    if changes:
        path = plan_path(after.id)
        edit.put(path, edit_plan(edit.content(path), changes))
    if before.status != after.status:
        why = f": {after.reason}" if after.reason else ""
        edit.say(f"plan {after.id} {before.status} -> {after.status} ({edit.actor.name}){why}")


def started_times(tasks: Mapping[str, Task], claims: Claims) -> dict[str, datetime]:
    """When the work on each active task began: when its claim was made."""
    times = {}
    for task in tasks.values():
        lease = claims.read(task.id) if task.status in ACTIVE else None
        if lease and lease.made:
            times[task.id] = datetime.fromisoformat(lease.made)
    return times


def _read_text(edit: Edit, task: str) -> str:
    """The text of a task's file, empty where it cannot be read."""
    path = task_path(task)
    try:
        return read_body(path, edit.content(path))
    except OpenclawError:
        return ""


def _carry_out(edit: Edit, plan: PlanFile, action: Action) -> None:
    match action:
        case CreateTask(head, body):
            edit.add_task(head, inherit_attempts(body, _read_text(edit, head.recovers)) if head.recovers else body)
        case MoveTask(task, old, _, reason):
            if edit.snapshot.tasks[task].status is old:  # not where the plan may not see a status that is not approved
                why = f"recovered by {action.recovered_by}" if action.recovered_by else reason
                edit.put_task(task, action.changes(), why)
        case LinkTask() | SetPlanStatus():
            pass  # in the plan's own file, once for all of them
