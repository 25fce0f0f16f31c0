"""Which approvals a plan may build on: with signatures, nothing that came from elsewhere unsigned counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.gate import judge_gate
from openclaw_hooks.plans.model import PlanStatus
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.signers import Policy
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import Approval, Task

STARTED = (PlanStatus.APPROVED, PlanStatus.EXECUTING)


def trusted_tasks(edit: Edit, plan: PlanFile, tasks: Mapping[str, Task]) -> dict[str, Task] | None:
    """`tasks` as the plan may see them: a completed one whose review lacks a valid signature is still under review.

    None when the plan itself was started without the approval that the policy asks for; what is wrong is reported.
    """
    from openclaw_hooks.board.signers import read_policy
    from openclaw_hooks.settings import Approvals

    policy = read_policy(edit.board.repo)
    if policy.mode is not Approvals.SIGNED:
        return dict(tasks)
    if plan.status in STARTED and plan.requires_approval:
        problem = _find_problem(edit, ("plan", plan.id, plan_path(plan.id)), plan.approval, policy)
        if problem:
            edit.reports.append(f"plan {plan.id} does not go on: {problem}")
            return None
    return {task_id: _as_trusted(edit, task, policy) for task_id, task in tasks.items()}


def _as_trusted(edit: Edit, task: Task, policy: Policy) -> Task:
    from msgspec.structs import replace

    if task.status is not Status.COMPLETED or task.recovered_by or not judge_gate(task).needs_review:
        return task
    problem = _find_problem(edit, ("task", task.id, task_path(task.id)), task.approval, policy)
    if not problem:
        return task
    edit.reports.append(f"task {task.id} counts as not reviewed: {problem}")
    return replace(task, status=Status.PENDING_REVIEW)


def _find_problem(edit: Edit, what: tuple[str, str, str], approval: Approval | None, policy: Policy) -> str:
    from openclaw_hooks.board.approvals import Subject, verify_approval
    from openclaw_hooks.board.content_hash import Kind

    kind, name, path = what
    try:
        verified = verify_approval(
            edit.board.repo, Subject(Kind(kind), name, edit.content(path)), approval, policy=policy
        )
    except OpenclawError as error:
        return str(error)
    return "" if verified.ok else verified.reason
