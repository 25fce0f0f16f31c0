"""Random plans with random outcomes: every run ends, in order, with nothing lost and as its policy says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.plans.actions import CreateTask
from openclaw_hooks.plans.escalation import MAX_LEVELS
from openclaw_hooks.plans.gate import completion_status
from openclaw_hooks.plans.model import ENDED, FailurePolicy, PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.standing import Stand, judge_subtasks
from openclaw_hooks.roles.model import HUMAN, Role
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL, Mode, Status
from tests.plans.play import HUMAN as PERSON
from tests.plans.play import LEAD, OWNER, Play, make_plan, make_role, make_subtask

if TYPE_CHECKING:
    from openclaw_hooks.tasks.model import Task

ROLE_NAMES = ("ada", "bob", "cem")
OUTCOMES = ("complete", "complete", "complete", "fail", "release", "overrun", "cancel", "reject", "requeue", "claim")
MODES = (Mode.LOCAL, Mode.SOLO_MESH, Mode.HUMAN, Mode.AUTO)


@dataclass(frozen=True)
class Step:
    """Somebody does `outcome` to one of the open tasks."""

    which: int
    outcome: str


@st.composite
def plans(draw: st.DrawFn) -> PlanFile:
    """Up to eight subtasks, each depending on some before it."""
    subtasks: list[Subtask] = []
    for number in range(draw(st.integers(1, 8))):
        before = [subtask.id for subtask in subtasks]
        chosen = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        subtasks.append(
            make_subtask(
                f"s{number}",
                *chosen,
                mode=draw(st.sampled_from(MODES)),
                role=draw(st.sampled_from(("", *ROLE_NAMES))),
                metric=draw(st.sampled_from(("", "make test"))),
                critical=draw(st.booleans()),
            )
        )
    order = draw(st.permutations(subtasks))
    return make_plan(*order, policy=draw(st.sampled_from(FailurePolicy)), requires_approval=draw(st.booleans()))


TARGETS = st.sampled_from(("", HUMAN, *ROLE_NAMES, "nobody-there"))


@st.composite
def role_lists(draw: st.DrawFn) -> tuple[Role, ...]:
    """Roles that escalate to anybody, in circles too."""
    return tuple(make_role(name, draw(TARGETS), draw(TARGETS), draw(TARGETS)) for name in ROLE_NAMES)


steps = st.lists(st.builds(Step, st.integers(0, 20), st.sampled_from(OUTCOMES)), max_size=30)


def take(play: Play, step: Step) -> None:
    """One move by somebody, if there is anything to move; then what must hold after every move."""
    movable = [task for task in play.tasks.values() if task.status not in TERMINAL]
    if step.outcome == "requeue":
        movable = [task for task in play.tasks.values() if task.status is Status.FAILED]
    if not movable:
        return
    task = movable[step.which % len(movable)]
    match step.outcome:
        case "requeue":
            play.move(task.id, Status.QUEUED, LEAD)
        case "cancel":
            play.move(task.id, Status.CANCELLED, LEAD)
        case "claim":
            claim(play, task)
        case "reject":
            finish(play, task, Status.FAILED if step.which % 2 else Status.QUEUED)
        case "overrun":
            claim(play, task)
            if play.tasks[task.id].status in ACTIVE:
                play.now += timedelta(minutes=task.budget_minutes + 1)
                play.settle()
        case "fail" | "release":
            claim(play, task)
            if play.tasks[task.id].status in ACTIVE:
                new = Status.FAILED if step.outcome == "fail" else Status.RELEASED
                play.move(task.id, new, OWNER, "it did not work")
        case _:
            finish(play, task, Status.COMPLETED)


def claim(play: Play, task: Task) -> None:
    """A node takes the task, unless it is finished and under review."""
    if task.status in (Status.QUEUED, Status.RELEASED):
        play.start(task.id)


def finish(play: Play, task: Task, verdict: Status) -> None:
    """A node finishes the task; where a review is due a person decides on `verdict`."""
    claim(play, task)
    if play.tasks[task.id].status in ACTIVE:
        play.move(task.id, completion_status(task), OWNER)
    if play.tasks[task.id].status is Status.PENDING_REVIEW:
        play.move(task.id, verdict, PERSON)


def check_order(play: Play) -> None:
    """No task was made before everything that its subtask depends on was completed."""
    for action in play.log:
        if isinstance(action, CreateTask) and not action.head.recovers:
            assert all(play.tasks[name].status is Status.COMPLETED for name in action.head.depends_on)


def check_recoveries(play: Play) -> None:
    """At most two recoveries in a row, and nobody is asked twice."""
    for task in play.tasks.values():
        asked, current = [], task
        while True:
            asked.append(HUMAN if current.delegation.mode is Mode.HUMAN else current.role)
            if not current.recovers:
                break
            current = play.tasks[current.recovers]
        assert len(asked) <= MAX_LEVELS + 1
        assert len(set(asked)) == len(asked)


def check_end(play: Play) -> None:
    """The end is the one that the policy asks for, and it leaves nothing behind."""
    plan = play.plan
    stands = {name: standing.stand for name, standing in judge_subtasks(plan, play.tasks, play.roles).items()}
    assert all(task.status in TERMINAL for task in play.tasks.values())
    is_complete = all(stand is Stand.COMPLETED for stand in stands.values())
    assert (plan.status is PlanStatus.COMPLETED) == is_complete
    if is_complete:
        return
    assert plan.status is PlanStatus.ABORTED
    assert plan.reason
    if plan.failure_policy is FailurePolicy.CONTINUE_BEST_EFFORT:  # whatever did not run was lost, or behind a loss
        lost = {name for name, stand in stands.items() if stand is not Stand.COMPLETED}
        for subtask in plan.subtasks:
            assert subtask.id not in lost or subtask.id in plan.tasks or lost & set(subtask.depends_on)


@settings(max_examples=400)
@given(plans(), role_lists(), steps)
def test_every_run_ends_in_order_and_as_its_policy_says(
    plan: PlanFile, roles: tuple[Role, ...], taken: list[Step]
) -> None:
    play = Play(plan, roles)
    play.settle()
    assert bool(play.tasks) == (not plan.requires_approval)
    if play.plan.status is PlanStatus.DRAFT:
        play.approve()
    completed: set[str] = set()
    for step in taken:
        take(play, step)
        check_order(play)
        done = {task.id for task in play.tasks.values() if task.status is Status.COMPLETED}
        assert completed <= done
        completed = done
        if play.plan.status in ENDED:
            check_end(play)
    for _ in range(200):  # from here on everybody does their part
        if play.plan.status in ENDED:
            break
        take(play, Step(0, "complete"))
    check_order(play)
    check_recoveries(play)
    check_end(play)


@given(plans(), role_lists(), steps, st.integers(0, 30))
def test_an_abort_at_any_moment_leaves_nothing_unfinished_and_no_completed_work_lost(
    plan: PlanFile, roles: tuple[Role, ...], taken: list[Step], moment: int
) -> None:
    play = Play(plan, roles)
    play.settle()
    for step in taken[:moment]:
        take(play, step)
    completed = {task.id for task in play.tasks.values() if task.status is Status.COMPLETED}
    if play.plan.status in ENDED:
        return
    play.abort("the goal changed")
    assert play.plan.reason == "the goal changed"
    assert all(task.status in TERMINAL for task in play.tasks.values())
    assert {task.id for task in play.tasks.values() if task.status is Status.COMPLETED} == completed


@given(plans(), role_lists(), steps)
def test_the_engine_never_moves_the_tasks_of_another_plan(
    plan: PlanFile, roles: tuple[Role, ...], taken: list[Step]
) -> None:
    first = Play(plan, roles)
    first.settle()
    second = Play(make_plan(*plan.subtasks, id="P-000002", requires_approval=False), roles, first.tasks)
    second.settle()
    before = {task.id: task for task in first.tasks.values() if task.plan == "P-000002"}
    assert not set(first.plan.tasks.values()) & set(second.plan.tasks.values())
    for step in taken:
        own = Play(first.plan, roles, {name: task for name, task in first.tasks.items() if name not in before})
        take(own, step)
        first.plan = own.plan
        first.tasks.update(own.tasks)
        first.settle()
    assert {name: first.tasks[name] for name in before} == before


@given(plans(), role_lists(), steps, steps, st.lists(st.booleans(), min_size=1, max_size=20))
def test_two_clones_that_went_on_alone_and_were_merged_still_come_to_an_end(
    plan: PlanFile, roles: tuple[Role, ...], taken: list[Step], elsewhere: list[Step], sides: list[bool]
) -> None:
    here = Play(msgspec.structs.replace(plan, requires_approval=False), roles)
    if sides[0]:
        here.settle()
    there = Play(here.plan, roles, dict(here.tasks))
    for play, moves in ((here, taken), (there, elsewhere)):
        play.settle()
        for step in moves[:8]:
            take(play, step)
    merged = Play(here.plan if sides[0] else there.plan, roles, {**there.tasks, **here.tasks})
    merged.now = max(here.now, there.now)
    for number, task in enumerate(there.tasks.values()):  # a field that both changed keeps the value of either
        if sides[number % len(sides)]:
            merged.tasks[task.id] = task
    completed = [task.id for task in merged.tasks.values() if task.status is Status.COMPLETED]
    merged.settle()
    for _ in range(200):
        if merged.plan.status in ENDED:
            break
        take(merged, Step(0, "complete"))
    assert merged.plan.status in ENDED
    assert all(task.status in TERMINAL for task in merged.tasks.values())
    assert all(merged.tasks[name].status is Status.COMPLETED for name in completed)
