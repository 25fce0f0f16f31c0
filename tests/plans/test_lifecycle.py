from __future__ import annotations

import pytest

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans.lifecycle import PLAN_MOVES, abort_plan, approve_plan, require_plan_move
from openclaw_hooks.plans.model import ENDED, PlanStatus
from openclaw_hooks.tasks.model import Approval
from tests.plans.play import make_plan, make_subtask

APPROVAL = Approval(by="ada", at="2026-11-22T10:00:00Z")


@pytest.mark.parametrize("status", [status for status in PlanStatus if status is not PlanStatus.DRAFT])
def test_only_a_draft_can_be_approved(status: PlanStatus) -> None:
    with pytest.raises(RefusedError, match=f"P-000001 is {status} and cannot become approved"):
        approve_plan(make_plan(make_subtask("a"), status=status), APPROVAL)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_plan_stays_as_it_is(status: PlanStatus) -> None:
    plan = make_plan(make_subtask("a"), status=status)
    assert PLAN_MOVES[status] == ()
    with pytest.raises(RefusedError, match=r"allowed from here: nothing; make a new plan"):
        abort_plan(plan, "too late")


def test_approving_keeps_who_and_when() -> None:
    plan = approve_plan(make_plan(make_subtask("a")), APPROVAL)
    assert (plan.status, plan.approval) == (PlanStatus.APPROVED, APPROVAL)
    assert abort_plan(plan, "not now").reason == "not now"


@pytest.mark.parametrize(
    ("subtasks", "said"),
    [
        ((), "there are no subtasks"),
        ((make_subtask("a", "b"),), "depends on `b`, which does not exist"),
        ((make_subtask("a", "b"), make_subtask("b", "a")), "a -> b -> a"),
        ((make_subtask("a"), make_subtask("a")), "subtask id `a` appears twice"),
    ],
)
def test_a_draft_that_cannot_run_is_not_approved(subtasks: tuple[object, ...], said: str) -> None:
    with pytest.raises(OpenclawError, match=said):
        approve_plan(make_plan(*subtasks), APPROVAL)  # type: ignore[arg-type]  # they are subtasks


def test_a_draft_starts_by_itself_only_without_a_required_approval() -> None:
    require_plan_move(make_plan(make_subtask("a"), requires_approval=False), PlanStatus.EXECUTING)
    with pytest.raises(RefusedError, match=r"allowed from here: approved, aborted"):
        require_plan_move(make_plan(make_subtask("a")), PlanStatus.EXECUTING)
