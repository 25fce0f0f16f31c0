"""How a plan ends: what its failure policy makes of the subtasks that are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.plans.model import FailurePolicy, PlanStatus
from openclaw_hooks.plans.standing import ALIVE, Stand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.plans.standing import Standing


class End(NamedTuple):
    """How a plan ends, and why."""

    status: PlanStatus
    reason: str


def judge_end(plan: PlanFile, standings: Mapping[str, Standing]) -> End | None:
    """The end of a plan, or None while it goes on. A subtask counts as lost only when no recovery is left.

    - completed: every subtask is completed, whatever the policy.
    - abort_on_first_fail: aborted as soon as a subtask is lost.
    - abort_on_critical_fail: aborted as soon as a critical subtask is lost, or blocked by one that is.
    - otherwise everything that can run is run to its end, and then the plan is aborted, with what is missing in
      the reason: `completed` never means that something was left out.
    """
    if all(standing.stand is Stand.COMPLETED for standing in standings.values()):
        return End(PlanStatus.COMPLETED, "")
    for subtask in plan.subtasks:
        standing = standings[subtask.id]
        if _aborts(plan.failure_policy, standing.stand, subtask.critical):
            kind = "critical subtask" if subtask.critical else "subtask"
            why = f": {standing.reason}" if standing.reason else ""
            return End(PlanStatus.ABORTED, f"{kind} `{subtask.id}` is {standing.stand}{why}")
    if any(standing.stand in ALIVE for standing in standings.values()):
        return None
    return End(PlanStatus.ABORTED, _list_missing(standings))


def _aborts(policy: FailurePolicy, stand: Stand, critical: bool) -> bool:
    match policy:
        case FailurePolicy.CONTINUE_BEST_EFFORT:
            return False
        case FailurePolicy.ABORT_ON_FIRST_FAIL:
            return stand is Stand.LOST
        case FailurePolicy.ABORT_ON_CRITICAL_FAIL:
            return critical and stand in (Stand.LOST, Stand.BLOCKED)


def _list_missing(standings: Mapping[str, Standing]) -> str:
    done = sum(standing.stand is Stand.COMPLETED for standing in standings.values())
    parts = [f"{done} of {len(standings)} subtasks completed"]
    for stand in (Stand.LOST, Stand.BLOCKED):
        names = ", ".join(f"`{name}`" for name, standing in standings.items() if standing.stand is stand)
        parts += [f"{stand}: {names}"] if names else []
    return "; ".join(parts)
