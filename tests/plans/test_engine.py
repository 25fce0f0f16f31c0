"""How plans go on: no path by which one stalls, runs ahead or makes a task twice."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from openclaw_hooks.plans.actions import CreateTask, SetPlanStatus
from openclaw_hooks.plans.engine import advance, settle
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, PlanStatus
from openclaw_hooks.plans.standing import Stand, judge_subtasks
from openclaw_hooks.tasks.model import Delegation, Direction, Measure, Mode, Status, Task
from tests.plans.play import ANY, HUMAN, OWNER, Play, begin, diamond, make_plan, make_role, make_subtask


def test_nothing_happens_before_a_person_has_approved() -> None:
    play = Play(make_plan(make_subtask("a")))
    play.settle()
    assert play.stands(PlanStatus.DRAFT)
    assert play.tasks == {}


def test_a_plan_that_needs_no_approval_starts_by_itself() -> None:
    play = Play(make_plan(make_subtask("a"), requires_approval=False))
    play.settle()
    assert play.stands(PlanStatus.EXECUTING)
    assert play.status_of("a") is Status.QUEUED


def test_a_subtask_gets_its_task_when_all_that_it_depends_on_is_completed() -> None:
    play = diamond(FailurePolicy.CONTINUE_BEST_EFFORT)
    assert set(play.plan.tasks) == {"top", "alone"}
    play.complete(play.id_of("top"))
    assert set(play.plan.tasks) == {"top", "alone", "left", "right"}
    play.complete(play.id_of("left"))
    assert "bottom" not in play.plan.tasks
    play.complete(play.id_of("right"))
    assert play.tasks[play.id_of("bottom")].depends_on == (play.id_of("left"), play.id_of("right"))


def test_a_task_carries_what_the_plan_says_and_names_both() -> None:
    subtask = make_subtask(
        "a",
        mode=Mode.AUTO,
        description="do it well",
        metric="make test",
        measure=Measure("gas", Direction.LOWER, min_gain=10),
        evaluator=("gas/",),
        scope=("contracts/A.sol",),
        success_criteria=("works",),
        budget_minutes=7,
        requires_review=True,
    )
    roles = (make_role("solidity-dev", paths=("contracts/**",)),)
    play = Play(make_plan(subtask), roles)
    play.approve()
    task = play.tasks[play.id_of("a")]
    assert (task.plan, task.subtask, task.title) == ("P-000001", "a", "do a")
    assert (task.role, task.delegation.mode) == ("solidity-dev", Mode.COLLAB_MESH)
    assert task.delegation.reason
    assert (task.metric, task.scope, task.success_criteria) == ("make test", ("contracts/A.sol",), ("works",))
    assert (task.measure, task.evaluator) == (Measure("gas", Direction.LOWER, min_gain=10), ("gas/",))
    assert (task.budget_minutes, task.requires_review) == (7, True)
    assert task.body == "## Description\n\ndo it well\n"
    assert task.created == "2026-11-22T10:00:00Z"


def test_the_role_of_a_step_for_a_person_is_no_role_of_its_task() -> None:
    play = Play(make_plan(make_subtask("a", mode=Mode.AUTO, role="human")))
    play.approve()
    task = play.tasks[play.id_of("a")]
    assert (task.role, task.delegation.mode) == ("", Mode.HUMAN)


@pytest.mark.parametrize("mode", [Mode.HUMAN, Mode.LOCAL, Mode.SOUL, Mode.COLLAB_MESH, Mode.SOLO_MESH])
def test_steps_of_every_mode_are_tasks_that_can_be_completed(mode: Mode) -> None:
    delegation = Delegation(mode=mode, soul="poet" if mode is Mode.SOUL else "")
    play = Play(make_plan(make_subtask("a", delegation=delegation), make_subtask("b", "a")))
    play.approve()
    play.complete(play.id_of("a"))
    assert play.status_of("b") is Status.QUEUED


def test_work_under_review_holds_its_dependents_back_until_a_person_approves() -> None:
    play = begin("a", "b", mode=Mode.COLLAB_MESH)
    play.start(play.id_of("a"))
    play.move(play.id_of("a"), Status.PENDING_REVIEW, OWNER)
    assert "b" not in play.plan.tasks
    play.move(play.id_of("a"), Status.QUEUED, HUMAN, "not yet")
    assert "b" not in play.plan.tasks
    play.complete(play.id_of("a"))
    assert play.status_of("b") is Status.QUEUED


def test_a_budget_is_over_only_after_its_last_minute_and_never_for_a_person_or_a_waiting_task() -> None:
    play = Play(make_plan(make_subtask("a"), make_subtask("person", mode=Mode.HUMAN), make_subtask("c")))
    play.approve()
    for name in ("a", "person"):
        play.start(play.id_of(name))
    play.now += timedelta(minutes=15)
    play.settle()
    assert play.status_of("a") is Status.RUNNING
    play.now += timedelta(seconds=1)
    play.settle()
    assert play.status_of("a") is Status.FAILED
    assert play.status_of("person") is Status.RUNNING
    assert play.status_of("c") is Status.QUEUED


def test_a_claimed_task_counts_its_minutes_too() -> None:
    play = begin("a")
    play.move(play.id_of("a"), Status.CLAIMED, ANY)
    play.started[play.id_of("a")] = play.now
    play.now += timedelta(hours=1)
    play.settle()
    assert play.tasks[play.id_of("a")].reason == "over budget: 60 of 15 minutes"


def test_two_plans_of_one_template_share_no_task() -> None:
    tasks: dict[str, Task] = {}
    plays = [Play(make_plan(make_subtask("test"), make_subtask("b", "test"), id=name), (), tasks) for name in IDS]
    for play in plays:
        play.approve()
    first, second = plays
    assert first.id_of("test") != second.id_of("test")
    first.fail(first.id_of("test"))
    assert first.stands(PlanStatus.ABORTED)
    assert second.status_of("test") is Status.QUEUED
    second.complete_all()
    assert second.stands(PlanStatus.COMPLETED)


IDS = ("P-000001", "P-000002")


def test_two_clones_that_advance_one_plan_end_up_with_one_task() -> None:
    here, there = (Play(make_plan(make_subtask("a"), make_subtask("b", "a"))) for _ in range(2))
    for play in (here, there):
        play.approve()
    merged = Play(here.plan, (), {**here.tasks, **there.tasks})
    merged.settle()
    assert merged.status_of("a") is Status.QUEUED
    assert merged.tasks[there.id_of("a")].status is Status.CANCELLED
    assert merged.tasks[there.id_of("a")].reason == f"{here.id_of('a')} is the task of subtask `a`"


def test_of_two_tasks_for_one_subtask_the_completed_one_counts() -> None:
    here, there = (Play(make_plan(make_subtask("a"), make_subtask("b", "a"))) for _ in range(2))
    for play in (here, there):
        play.approve()
    there.complete(there.id_of("a"))
    merged = Play(here.plan, (), {**here.tasks, **there.tasks})
    merged.settle()
    assert merged.id_of("a") == there.id_of("a")
    assert merged.tasks[here.id_of("a")].status is Status.CANCELLED
    assert merged.id_of("b") == there.id_of("b")


def test_a_task_made_before_its_plan_knew_is_adopted_and_not_made_again() -> None:
    play = begin("a")
    task = play.id_of("a")
    play.plan = msgspec.structs.replace(play.plan, tasks={})
    play.settle()
    assert play.plan.tasks == {"a": task}
    assert len(play.tasks) == 1


def test_a_proposal_for_a_plan_is_not_taken_for_its_task() -> None:
    forged = Task(id="T-zzzzzz", title="x", status=Status.PROPOSED, plan="P-000001", subtask="a")
    play = Play(make_plan(make_subtask("a")), (), {forged.id: forged})
    play.approve()
    assert play.id_of("a") != forged.id


def test_a_missing_task_file_is_waited_for_and_not_made_again() -> None:
    play = begin("a", "b")
    missing = play.tasks.pop(play.id_of("a"))
    play.settle()
    assert play.tasks == {}
    assert play.stands(PlanStatus.EXECUTING)
    standing = judge_subtasks(play.plan, play.tasks, ())["a"]
    assert standing == (Stand.OPEN, None, f"the file of {missing.id} is missing")
    play.tasks[missing.id] = missing
    play.complete_all()
    assert play.stands(PlanStatus.COMPLETED)


def test_standings_say_what_each_subtask_waits_for() -> None:
    play = diamond(FailurePolicy.CONTINUE_BEST_EFFORT)
    found = judge_subtasks(play.plan, play.tasks, ())
    assert [(name, standing.stand, standing.reason) for name, standing in found.items()] == [
        ("top", Stand.OPEN, ""),
        ("left", Stand.WAITING, "waits for `top`"),
        ("right", Stand.WAITING, "waits for `top`"),
        ("bottom", Stand.WAITING, "waits for `left`, `right`"),
        ("alone", Stand.OPEN, ""),
    ]


def test_the_actions_of_one_step_name_no_task_that_another_one_makes() -> None:
    play = Play(make_plan(make_subtask("a"), make_subtask("b"), status=PlanStatus.APPROVED))
    actions = advance(play.plan, {}, (), play.clock)
    assert [type(action) for action in actions] == [SetPlanStatus, CreateTask, CreateTask]
    assert all(action.head.id == "" for action in actions if isinstance(action, CreateTask))


def test_advancing_changes_nothing_that_it_was_given() -> None:
    play = begin("a", "b")
    plan, tasks = play.plan, dict(play.tasks)
    done = {name: msgspec.structs.replace(task, status=Status.COMPLETED) for name, task in tasks.items()}
    before = dict(done)
    advance(plan, done, (), play.clock)
    settled = settle(plan, done, (), play.clock, play.new_id)
    assert done == before
    assert plan == play.plan
    assert set(settled.plan.tasks) == {"a", "b"}
    assert settle(settled.plan, settled.tasks, (), play.clock, play.new_id).actions == ()


def plan_of(count: int) -> PlanFile:
    return make_plan(*(make_subtask(f"s{number}") for number in range(count)), status=PlanStatus.APPROVED)


def test_a_plan_of_a_thousand_subtasks_settles_without_comparing_all_with_all() -> None:
    play = Play(plan_of(1000))
    play.settle()
    assert len(play.tasks) == 1000
