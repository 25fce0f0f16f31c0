"""Whether a person looks at finished work before it counts, as the task says; and which edits of it take that away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from openclaw_hooks.tasks.evaluation import loosens_evaluation
from openclaw_hooks.tasks.model import Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.tasks.model import Delegation, Measure, TaskHead

# What the gate is judged by.
GATE_FIELDS = ("requires_review", "delegation", "metric", "measure", "evaluator")
# What keeps the work on a task within bounds.
BOUND_FIELDS = ("scope", "role")


class Gated(Protocol):
    """A task, or a subtask of a plan."""

    @property
    def requires_review(self) -> bool | None:
        """Whether a person approves; None: as the gate says."""

    @property
    def delegation(self) -> Delegation:
        """Who is to do it."""

    @property
    def metric(self) -> str:
        """The command whose success says that it is done."""

    @property
    def measure(self) -> Measure | None:
        """The number that the command prints."""

    @property
    def evaluator(self) -> tuple[str, ...]:
        """Globs of the files that measure the work."""


class Gate(NamedTuple):
    """Whether a review is needed, and why."""

    needs_review: bool
    reason: str


def judge_gate(task: Gated) -> Gate:
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


def loosens_gate(old: Gated, new: Gated) -> bool:
    """Whether `new` may be finished without what `old` asks for: a person's review, or the success of its metric."""
    if judge_gate(new).needs_review:
        return False
    return judge_gate(old).needs_review or loosens_evaluation(old, new)


def widens_bounds(old: TaskHead, new: TaskHead) -> bool:
    """Whether work under `new` may touch files that `old` keeps it from: another scope than a part of it, another role."""
    is_narrower = bool(new.scope) and set(new.scope) <= set(old.scope)
    return bool(old.scope and not is_narrower) or bool(old.role and new.role != old.role)


def completion_status(task: TaskHead) -> Status:
    """Where a task goes when the work on it is finished."""
    return Status.PENDING_REVIEW if judge_gate(task).needs_review else Status.COMPLETED
