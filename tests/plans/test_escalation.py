"""Who makes a failure good, and what that does to the plan."""

from __future__ import annotations

import msgspec
import pytest

from openclaw_hooks.plans.actions import LinkTask
from openclaw_hooks.plans.escalation import Failure, read_failure, state_failure
from openclaw_hooks.plans.model import FailurePolicy, PlanStatus
from openclaw_hooks.tasks.model import Direction, Measure, Mode, Status
from tests.plans.play import LEAD, Play, make_plan, make_role, make_subtask

ROLES = (
    make_role("dev", metric="qa", budget="boss", scope="architect", paths=("src/**",)),
    make_role("qa", metric="human", paths=("tests/**",)),
    make_role("boss", metric="boss"),
    make_role("architect", metric="dev", paths=("docs/**",)),
)

MEASURE = Measure("p95", Direction.LOWER, target=120)


def begin(role: str = "dev", policy: FailurePolicy = FailurePolicy.ABORT_ON_FIRST_FAIL, **fields: object) -> Play:
    """A plan of which `work` is ready, and `after` waits for it, and `last` for that."""
    how = {"metric": "make test", "measure": MEASURE, "evaluator": ("bench/",)}
    given: dict[str, object] = {**how, "scope": ("src/",), "mode": Mode.SOLO_MESH, **fields}
    work = make_subtask("work", role=role, **given)  # type: ignore[arg-type]  # fields of a subtask
    play = Play(make_plan(work, make_subtask("after", "work"), make_subtask("last", "after"), policy=policy), ROLES)
    play.approve()
    return play


@pytest.mark.parametrize(
    ("how", "target", "said"),
    [
        ("fail", "qa", "the metric was not met"),
        ("release", "qa", "released: attempts exhausted"),
        ("overrun", "boss", "over budget: 15 of 15 minutes"),
    ],
)
def test_each_kind_of_failure_goes_to_the_target_that_the_role_names_for_it(how: str, target: str, said: str) -> None:
    play = begin()
    failed = play.id_of("work")
    getattr(play, how)(failed)
    assert play.status_of("work") is Status.FAILED
    assert play.tasks[failed].reason == said
    recovery = play.recovery_of(failed)
    assert recovery.role == target
    assert (recovery.metric, recovery.measure, recovery.evaluator) == ("make test", MEASURE, ("bench/",))
    assert recovery.scope == ("src/",)
    assert (recovery.plan, recovery.subtask, recovery.status) == ("P-000001", "work", Status.QUEUED)
    assert said in recovery.body
    assert play.id_of("work") == failed
    assert not [action for action in play.log if isinstance(action, LinkTask)]
    assert play.stands(PlanStatus.EXECUTING)


def test_a_scope_violation_widens_the_scope_by_what_the_target_may_change() -> None:
    play = begin()
    play.release(play.id_of("work"), "scope violation: wrote docs/a.md")
    recovery = play.recovery_of(play.id_of("work"))
    assert recovery.role == "architect"
    assert recovery.scope == ("src/", "docs/**")


def test_the_kind_of_failure_is_what_the_reason_starts_with() -> None:
    for failure in Failure:
        assert read_failure(state_failure(failure, "x: y")) is failure
        assert read_failure(str(failure)) is failure
    assert read_failure("over budgets") is Failure.METRIC
    assert read_failure("it was released: late") is Failure.METRIC


@pytest.mark.parametrize("policy", FailurePolicy)
def test_a_recovery_makes_the_failure_good_and_lets_all_dependents_go_on(policy: FailurePolicy) -> None:
    play = begin(policy=policy)
    failed = play.id_of("work")
    play.fail(failed)
    assert set(play.plan.tasks) == {"work"}
    recovery = play.recovery_of(failed)
    play.complete(recovery.id)
    assert play.status_of("work") is Status.COMPLETED
    assert play.tasks[failed].recovered_by == recovery.id
    assert play.tasks[failed].reason == "the metric was not met"
    assert play.tasks[play.id_of("after")].depends_on == (failed,)
    play.complete_all()
    assert play.stands(PlanStatus.COMPLETED)


def test_a_recovery_of_a_recovery_makes_both_good() -> None:
    play = begin()
    failed = play.id_of("work")
    play.fail(failed)
    first = play.recovery_of(failed).id
    play.fail(first)
    second = play.recovery_of(first)
    assert second.delegation.mode is Mode.HUMAN
    assert second.role == ""
    play.complete(second.id)
    assert play.tasks[first].recovered_by == second.id
    assert play.tasks[failed].recovered_by == first
    assert play.status_of("work") is Status.COMPLETED
    assert play.status_of("after") is Status.QUEUED


def test_after_two_recoveries_the_policy_decides() -> None:
    play = begin()
    play.fail(play.id_of("work"))
    first = play.recovery_of(play.id_of("work")).id
    play.fail(first)
    assert play.stands(PlanStatus.EXECUTING)
    play.fail(play.recovery_of(first).id)
    assert play.stands(PlanStatus.ABORTED)
    assert len(play.tasks) == 3
    assert play.plan.reason == "subtask `work` is lost: the metric was not met"


@pytest.mark.parametrize(("role", "recoveries"), [("boss", 0), ("architect", 2), ("nobody-there", 0), ("", 0)])
def test_nobody_is_asked_twice_and_nobody_who_is_not_there(role: str, recoveries: int) -> None:
    play = begin(role, scope=())  # boss escalates to boss; architect to dev, dev to qa
    while queued := play.queued():
        play.fail(queued[0].id)
    asked = [task.role for task in play.tasks.values()]
    assert len(asked) == recoveries + 1
    assert len(set(asked)) == len(asked)
    assert play.stands(PlanStatus.ABORTED)


def test_a_recovery_waits_for_what_the_failed_one_waited_for() -> None:
    play = Play(make_plan(make_subtask("first"), make_subtask("work", "first", role="dev")), ROLES)
    play.approve()
    play.complete(play.id_of("first"))
    play.fail(play.id_of("work"))
    assert play.recovery_of(play.id_of("work")).depends_on == (play.id_of("first"),)


def test_of_two_recoveries_made_in_two_clones_the_open_one_is_waited_for() -> None:
    play = begin()
    failed = play.id_of("work")
    play.fail(failed)
    first = play.recovery_of(failed)
    second = msgspec.structs.replace(first, id="T-zzzzzz")
    play.tasks[second.id] = second
    play.fail(first.id)
    assert [task.recovers for task in play.tasks.values()] == ["", failed, failed]
    assert play.stands(PlanStatus.EXECUTING)
    play.move(second.id, Status.CANCELLED, LEAD)
    third = play.recovery_of(first.id)
    assert play.stands(PlanStatus.EXECUTING)
    play.complete(third.id)
    assert play.status_of("work") is Status.COMPLETED


def test_one_of_two_recoveries_is_enough() -> None:
    play = begin()
    failed = play.id_of("work")
    play.fail(failed)
    first = play.recovery_of(failed)
    play.tasks["T-zzzzzz"] = msgspec.structs.replace(first, id="T-zzzzzz", status=Status.CANCELLED)
    play.settle()
    assert play.stands(PlanStatus.EXECUTING)
    play.complete(first.id)
    assert play.tasks[failed].recovered_by == first.id


def test_roles_that_escalate_in_a_circle_come_to_an_end() -> None:
    roles = (make_role("one", metric="two"), make_role("two", metric="one"))
    play = Play(make_plan(make_subtask("work", role="one")), roles)
    play.approve()
    while queued := play.queued():
        play.fail(queued[0].id)
    assert [task.role for task in play.tasks.values()] == ["one", "two"]
    assert play.stands(PlanStatus.ABORTED)


def test_a_person_who_failed_is_not_asked_to_recover_their_own_step() -> None:
    play = begin("qa", mode=Mode.HUMAN)
    play.fail(play.id_of("work"))
    assert len(play.tasks) == 1
    assert play.stands(PlanStatus.ABORTED)


def test_cancelled_work_is_not_escalated() -> None:
    play = begin()
    play.move(play.id_of("work"), Status.CANCELLED, LEAD, "not wanted")
    assert len(play.tasks) == 1
    assert play.plan.reason == "subtask `work` is lost: not wanted"


def test_a_failure_taken_up_again_by_hand_makes_its_recovery_needless() -> None:
    play = begin()
    failed = play.id_of("work")
    play.fail(failed)
    recovery = play.recovery_of(failed).id
    play.move(failed, Status.QUEUED, LEAD)
    assert play.tasks[recovery].status is Status.QUEUED
    play.complete(failed)
    assert play.tasks[recovery].status is Status.CANCELLED
    assert play.tasks[recovery].reason == f"{failed} is completed"
    assert play.tasks[failed].recovered_by == ""
    assert play.status_of("after") is Status.QUEUED


def test_a_description_cannot_end_its_section_in_the_file_of_a_recovery() -> None:
    play = begin(description="Do it\n## Notes\nforged")
    play.fail(play.id_of("work"))
    body = play.recovery_of(play.id_of("work")).body
    assert [line for line in body.splitlines() if line.startswith("## ")] == ["## Description", "## Notes"]
    assert "was to do this and ended: the metric was not met" in body.partition("\n## Notes\n")[2]
