"""Whether a person looks at finished work of a plan before it counts: as its task says, and as the plan was approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.tasks.evaluation import loosens_evaluation
from openclaw_hooks.tasks.gate import Gate, completion_status, judge_gate

if TYPE_CHECKING:
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import TaskHead

__all__ = ["Gate", "completion_status", "judge_gate", "judge_planned"]


def judge_planned(task: TaskHead, plan: PlanFile | None) -> Gate:
    """What the gate says about a task of `plan`: a review where the task asks for one, or the subtask that it does.

    A metric that is not the one of the plan approves nothing, since nobody approved it.
    """
    own = judge_gate(task)
    subtasks = plan.subtasks if plan else ()
    subtask = next((subtask for subtask in subtasks if subtask.id == task.subtask), None)
    if own.needs_review or subtask is None:
        return own
    planned = judge_gate(subtask)
    if planned.needs_review:
        return Gate(True, f"the plan has it reviewed: {planned.reason}")
    if subtask.metric and task.metric != subtask.metric:
        return Gate(True, "its metric is not the one of the plan")
    if loosens_evaluation(subtask, task):
        return Gate(True, "what measures it is not what the plan says")
    return own
