"""What the gate says of a task as the board has it, with the plan that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.plans.gate import Gate, judge_planned

if TYPE_CHECKING:
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.tasks.model import Task


def judge_gate_on(work: Work, task: Task) -> Gate:
    """What the gate says, by the task and by its plan; what was changed in a plan after its approval, nobody approved."""
    from openclaw_hooks.board.approving.content_hash import Kind, content_hash
    from openclaw_hooks.board.snapshot import plan_path
    from openclaw_hooks.plans.store import parse_plan

    content = work.edit.snapshot.plans.get(task.plan)
    if content is None or not task.subtask:
        return judge_planned(task, None)
    path = plan_path(task.plan)
    try:
        plan = parse_plan(path, content)
        if plan.approval and content_hash(Kind.PLAN, content, path) != plan.approval.hash:
            return Gate(True, f"{plan.id} was changed after its approval")
    except DocumentError:  # what is wrong with it is reported where the plan does not go on
        return Gate(True, f"{task.plan} cannot be read")
    return judge_planned(task, plan)
