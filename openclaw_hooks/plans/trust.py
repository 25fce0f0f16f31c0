"""Which approvals a plan may build on: with signatures, nothing that came from elsewhere unsigned counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.gate import judge_planned
from openclaw_hooks.plans.model import ENDED, PlanStatus
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.approving.signers import Policy
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import Approval, Task

STARTED = (PlanStatus.APPROVED, PlanStatus.EXECUTING)


def trusted_tasks(edit: Edit, plan: PlanFile, tasks: Mapping[str, Task]) -> dict[str, Task] | None:
    """`tasks` as the plan may see them: a completed one whose review lacks a valid signature is still under review.

    None when the plan itself was started without the approval that the policy asks for; what is wrong is reported.
    """
    from openclaw_hooks.settings import Approvals

    policy = edit.policy
    if policy.mode is not Approvals.SIGNED:
        return dict(tasks)
    if _needs_approval(edit, plan):
        problem = _find_problem(edit, ("plan", plan.id, plan_path(plan.id)), plan.approval, policy)
        if problem:
            edit.reports.append(f"plan {plan.id} does not go on: {problem}")
            return None
    problems = {task.id: _judge_review(edit, plan, task, policy) for task in tasks.values()}
    return {task.id: _as_trusted(edit, task, problems, tasks) for task in tasks.values()}


def _needs_approval(edit: Edit, plan: PlanFile) -> bool:
    """Whether a plan goes on only with an approval: a started one, unless its template lets it start by itself.

    That the plan's own file says so is not enough: whoever changes an approved plan can write that too.
    """
    if plan.requires_approval or plan.status in ENDED:
        return plan.status in STARTED
    from openclaw_hooks.plans.templates import load_templates

    templates = load_templates(edit.board.repo.top or None)
    return not any(template.id == plan.template and not template.requires_approval for template in templates)


def _judge_review(edit: Edit, plan: PlanFile, task: Task, policy: Policy) -> str:
    """Why the review of a completed task does not count; empty when it does, and when none is needed."""
    if task.status is not Status.COMPLETED or not judge_planned(task, plan).needs_review:
        return ""
    return _find_problem(edit, ("task", task.id, task_path(task.id)), task.approval, policy)


def _as_trusted(edit: Edit, task: Task, problems: Mapping[str, str], tasks: Mapping[str, Task]) -> Task:
    from msgspec.structs import replace

    if not problems[task.id] or _is_recovered(task, problems, tasks):
        return task
    edit.reports.append(f"task {task.id} counts as not reviewed: {problems[task.id]}")
    return replace(task, status=Status.PENDING_REVIEW)


def _is_recovered(task: Task, problems: Mapping[str, str], tasks: Mapping[str, Task]) -> bool:
    """Whether a task was made good by one that counts; a chain of them ends where a review is."""
    seen = set()
    while task.recovered_by and task.id not in seen:
        seen.add(task.id)
        recovery = tasks.get(task.recovered_by)
        if recovery is None or recovery.status is not Status.COMPLETED:
            return False
        if (recovery.recovers, recovery.subtask) != (task.id, task.subtask):
            return False
        if not problems[recovery.id]:
            return True
        task = recovery
    return False


def _find_problem(edit: Edit, what: tuple[str, str, str], approval: Approval | None, policy: Policy) -> str:
    from openclaw_hooks.board.approving.approvals import Subject, verify_approval
    from openclaw_hooks.board.approving.content_hash import Kind

    kind, name, path = what
    try:
        verified = verify_approval(
            edit.board.repo, Subject(Kind(kind), name, edit.content(path)), approval, policy=policy
        )
    except OpenclawError as error:
        return str(error)
    return "" if verified.ok else verified.reason
