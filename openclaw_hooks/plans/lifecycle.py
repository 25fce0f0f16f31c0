"""Who may move a plan from which status to which, and the moves that people make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans.model import PlanStatus
from openclaw_hooks.plans.validate import require_sound

if TYPE_CHECKING:
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import Approval

# Completed and aborted are final. A draft starts by itself only when nobody has to approve it.
PLAN_MOVES: Final[dict[PlanStatus, tuple[PlanStatus, ...]]] = {
    PlanStatus.DRAFT: (PlanStatus.APPROVED, PlanStatus.EXECUTING, PlanStatus.ABORTED),
    PlanStatus.APPROVED: (PlanStatus.EXECUTING, PlanStatus.ABORTED),
    PlanStatus.EXECUTING: (PlanStatus.COMPLETED, PlanStatus.ABORTED),
    PlanStatus.COMPLETED: (),
    PlanStatus.ABORTED: (),
}


def require_plan_move(plan: PlanFile, new: PlanStatus) -> None:
    """Raises RefusedError, which names the moves there are, unless the plan may become `new`."""
    allowed = [status for status in PLAN_MOVES[plan.status] if _is_open(plan, status)]
    if new not in allowed:
        hint = f"allowed from here: {', '.join(allowed) or 'nothing; make a new plan'}"
        raise RefusedError(f"{plan.id} is {plan.status} and cannot become {new}", hint)


def _is_open(plan: PlanFile, new: PlanStatus) -> bool:
    starts_itself = plan.status is PlanStatus.DRAFT and new is PlanStatus.EXECUTING
    return not (starts_itself and plan.requires_approval)


def approve_plan(plan: PlanFile, approval: Approval) -> PlanFile:
    """The plan as approved; raises RefusedError when it is no draft, OpenclawError when it cannot run."""
    require_plan_move(plan, PlanStatus.APPROVED)
    require_sound(plan.subtasks)
    return replace(plan, status=PlanStatus.APPROVED, approval=approval)


def abort_plan(plan: PlanFile, reason: str) -> PlanFile:
    """The plan as aborted, whose unfinished tasks `advance` cancels; raises RefusedError when it has ended."""
    require_plan_move(plan, PlanStatus.ABORTED)
    return replace(plan, status=PlanStatus.ABORTED, reason=reason)
