"""How plans end: as their policy says, neither too early nor never, and leaving nothing unfinished."""

from __future__ import annotations

import msgspec
import pytest

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans.actions import MoveTask
from openclaw_hooks.plans.model import FailurePolicy, PlanStatus
from openclaw_hooks.tasks.model import TERMINAL, Mode, Status, Task
from tests.plans.play import LEAD, Play, begin, diamond, make_plan, make_role, make_subtask


def test_an_open_step_of_a_person_keeps_the_plan_going() -> None:
    play = Play(make_plan(make_subtask("a"), make_subtask("person", mode=Mode.HUMAN)))
    play.approve()
    play.complete(play.id_of("a"))
    assert play.stands(PlanStatus.EXECUTING)
    play.complete(play.id_of("person"))
    assert play.stands(PlanStatus.COMPLETED)


@pytest.mark.parametrize("how", ["fail", "release", "overrun"])
def test_no_way_to_give_work_up_leaves_the_plan_hanging(how: str) -> None:
    play = begin("a", "b")
    getattr(play, how)(play.id_of("a"))
    assert play.status_of("a") is Status.FAILED
    assert play.stands(PlanStatus.ABORTED)
    assert play.plan.reason == "0 of 2 subtasks completed; lost: `a`; blocked: `b`"


def test_best_effort_runs_all_that_can_run_and_then_says_what_is_missing() -> None:
    play = diamond(FailurePolicy.CONTINUE_BEST_EFFORT, "left")
    play.complete(play.id_of("top"))
    play.fail(play.id_of("left"))
    assert play.stands(PlanStatus.EXECUTING)
    play.complete_all()
    assert play.stands(PlanStatus.ABORTED)
    assert play.plan.reason == "3 of 5 subtasks completed; lost: `left`; blocked: `bottom`"


def test_the_first_failure_aborts_and_cancels_what_is_queued_and_what_is_under_way() -> None:
    play = diamond(FailurePolicy.ABORT_ON_FIRST_FAIL)
    play.complete(play.id_of("top"))
    play.start(play.id_of("right"))
    play.fail(play.id_of("left"), "no way")
    assert play.stands(PlanStatus.ABORTED)
    assert play.plan.reason == "subtask `left` is lost: no way"
    assert play.status_of("right") is Status.CANCELLED
    assert play.status_of("alone") is Status.CANCELLED
    assert play.status_of("top") is Status.COMPLETED
    assert play.tasks[play.id_of("right")].reason == "P-000001 is aborted: subtask `left` is lost: no way"


def test_only_critical_losses_abort_under_the_policy_of_that_name() -> None:
    play = diamond(FailurePolicy.ABORT_ON_CRITICAL_FAIL, "top")
    play.complete(play.id_of("top"))
    play.fail(play.id_of("left"))
    assert play.stands(PlanStatus.EXECUTING)
    play = diamond(FailurePolicy.ABORT_ON_CRITICAL_FAIL, "top")
    play.fail(play.id_of("top"))
    assert play.plan.reason == "critical subtask `top` is lost: the metric was not met"
    assert play.status_of("alone") is Status.CANCELLED


def test_a_critical_subtask_that_is_blocked_at_any_distance_aborts() -> None:
    play = diamond(FailurePolicy.ABORT_ON_CRITICAL_FAIL, "bottom")
    play.fail(play.id_of("top"))
    assert play.stands(PlanStatus.ABORTED)
    assert play.plan.reason == "critical subtask `bottom` is blocked: depends on `left`, which is blocked"


def test_a_pending_recovery_keeps_even_the_strictest_policy_waiting() -> None:
    roles = (make_role("dev", metric="human"),)
    plan = make_plan(make_subtask("a", role="dev"), make_subtask("b"), policy=FailurePolicy.ABORT_ON_FIRST_FAIL)
    play = Play(plan, roles)
    play.approve()
    play.fail(play.id_of("a"))
    play.complete(play.id_of("b"))
    assert play.stands(PlanStatus.EXECUTING)
    play.fail(play.recovery_of(play.id_of("a")).id)
    assert play.stands(PlanStatus.ABORTED)


def test_abort_cancels_everything_unfinished_and_an_aborted_plan_stays_aborted() -> None:
    play = diamond(FailurePolicy.CONTINUE_BEST_EFFORT)
    play.start(play.id_of("top"))
    play.abort("not wanted")
    assert [play.status_of(name) for name in ("top", "alone")] == [Status.CANCELLED, Status.CANCELLED]
    assert set(play.plan.tasks) == {"top", "alone"}
    with pytest.raises(RefusedError, match="P-000001 is aborted and cannot become approved"):
        play.approve()
    late = msgspec.structs.replace(play.tasks[play.id_of("top")], status=Status.QUEUED)  # as a merge may bring it
    play.tasks[late.id] = late
    play.settle()
    assert play.status_of("top") is Status.CANCELLED


@pytest.mark.parametrize(
    ("subtasks", "said"),
    [
        ((), "there are no subtasks"),
        ((make_subtask("a", "gone"),), "subtask `a` depends on `gone`, which does not exist"),
        ((make_subtask("x"), make_subtask("a", "b"), make_subtask("b", "a")), "circle: a -> b -> a"),
    ],
)
@pytest.mark.parametrize("status", [PlanStatus.APPROVED, PlanStatus.EXECUTING])
def test_a_plan_that_cannot_run_ends_at_once_instead_of_never(
    subtasks: tuple[object, ...], said: str, status: PlanStatus
) -> None:
    play = Play(make_plan(*subtasks, status=status))  # type: ignore[arg-type]  # they are subtasks
    play.settle()
    assert play.stands(PlanStatus.ABORTED)
    assert said in play.plan.reason
    assert play.tasks == {}


def test_an_unfinished_task_of_a_blocked_subtask_is_cancelled() -> None:
    play = begin("a", "b")
    play.complete(play.id_of("a"))
    work = play.tasks[play.id_of("a")]
    play.tasks[work.id] = msgspec.structs.replace(work, status=Status.CANCELLED)  # as a merge may bring it
    play.plan = msgspec.structs.replace(play.plan, subtasks=(*play.plan.subtasks, make_subtask("c")))
    play.settle()
    assert play.status_of("b") is Status.CANCELLED
    assert play.tasks[play.id_of("b")].reason == "depends on `a`, which is lost"
    assert play.status_of("c") is Status.QUEUED


def test_a_subtask_taken_out_of_a_running_plan_ends_its_task() -> None:
    play = diamond(FailurePolicy.CONTINUE_BEST_EFFORT)
    gone = play.id_of("alone")
    kept = tuple(subtask for subtask in play.plan.subtasks if subtask.id != "alone")
    play.plan = msgspec.structs.replace(play.plan, subtasks=kept)
    play.settle()
    assert play.tasks[gone].reason == "P-000001 has no subtask `alone` any more"


def test_a_task_that_people_added_to_a_plan_is_left_alone_until_the_plan_is_aborted() -> None:
    extra = Task(id="T-zzzzzz", title="x", status=Status.QUEUED, plan="P-000001")
    for is_aborted in (False, True):
        play = Play(make_plan(make_subtask("a")), (), {extra.id: extra})
        play.approve()
        if is_aborted:
            play.abort()
        else:
            play.complete(play.id_of("a"))
            assert play.stands(PlanStatus.COMPLETED)
        assert play.tasks[extra.id].status is (Status.CANCELLED if is_aborted else Status.QUEUED)


def test_ended_plans_of_every_policy_leave_only_ended_tasks() -> None:
    for policy in FailurePolicy:
        play = diamond(policy, "top")
        play.move(play.id_of("top"), Status.CANCELLED, LEAD)
        while queued := play.queued():
            play.complete(queued[0].id)
        assert play.stands(PlanStatus.ABORTED)
        assert all(task.status in TERMINAL for task in play.tasks.values())
        moves = [action for action in play.log if isinstance(action, MoveTask)]
        assert all(move.reason for move in moves)
