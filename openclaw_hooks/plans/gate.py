"""Whether a person approves finished work before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.tasks.model import Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.plans.model import Subtask
    from openclaw_hooks.tasks.model import TaskHead


class Gate(NamedTuple):
    """Whether a review is needed, and why."""

    needs_review: bool
    reason: str


def judge_gate(task: TaskHead | Subtask) -> Gate:
    """What the gate says about finished work.

    | mode | with a metric | without |
    |---|---|---|
    | solo_mesh, collab_mesh | none: the metric is the approval | review |
    | soul, human | review | review |
    | local, auto | none | none |

    `requires_review` overrides the table. `auto` is left only on tasks that belong to no plan.
    """
    if task.requires_review is not None:
        return Gate(task.requires_review, f"`requires_review: {str(task.requires_review).lower()}`")
    mode = task.delegation.mode
    match mode:
        case Mode.SOLO_MESH | Mode.COLLAB_MESH:
            if task.metric:
                return Gate(False, f"{mode} with a metric: the metric is the approval")
            return Gate(True, f"{mode} without a metric")
        case Mode.SOUL | Mode.HUMAN:
            return Gate(True, f"mode {mode} is always reviewed")
        case Mode.LOCAL | Mode.AUTO:
            return Gate(False, f"mode {mode}: whoever does it says when it is done")


def completion_status(task: TaskHead) -> Status:
    """Where a task goes when the work on it is finished."""
    return Status.PENDING_REVIEW if judge_gate(task).needs_review else Status.COMPLETED
