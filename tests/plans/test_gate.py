from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.plans.gate import completion_status, judge_gate, judge_planned
from openclaw_hooks.tasks.model import Delegation, Measure, Mode, Status, TaskHead
from tests.plans.play import make_plan, make_subtask

if TYPE_CHECKING:
    from openclaw_hooks.plans.model import PlanFile

TABLE = [
    (Mode.SOLO_MESH, "make test", False),
    (Mode.SOLO_MESH, "", True),
    (Mode.COLLAB_MESH, "make test", False),
    (Mode.COLLAB_MESH, "", True),
    (Mode.SOUL, "make test", True),
    (Mode.SOUL, "", True),
    (Mode.HUMAN, "make test", True),
    (Mode.HUMAN, "", True),
    (Mode.LOCAL, "make test", False),
    (Mode.LOCAL, "", False),
    (Mode.AUTO, "make test", False),
    (Mode.AUTO, "", False),
]


def make(mode: Mode, metric: str, requires_review: bool | None = None) -> TaskHead:
    return TaskHead(
        id="T-000001",
        title="A",
        status=Status.RUNNING,
        metric=metric,
        delegation=Delegation(mode=mode),
        requires_review=requires_review,
    )


def test_the_table_has_every_mode() -> None:
    assert {mode for mode, _, _ in TABLE} == set(Mode)


@pytest.mark.parametrize(("mode", "metric", "needs_review"), TABLE)
def test_the_gate_is_the_table_unless_the_task_says_otherwise(mode: Mode, metric: str, needs_review: bool) -> None:
    gate = judge_gate(make(mode, metric))
    assert gate.needs_review is needs_review
    assert str(mode) in gate.reason
    assert completion_status(make(mode, metric)) is (Status.PENDING_REVIEW if needs_review else Status.COMPLETED)
    for declared in (True, False):
        assert judge_gate(make(mode, metric, declared)) == (declared, f"`requires_review: {str(declared).lower()}`")


REVIEWED = make_plan(make_subtask("a", mode=Mode.SOLO_MESH))
MEASURED = make_plan(make_subtask("a", mode=Mode.SOLO_MESH, metric="make test"))
FROZEN = make_plan(make_subtask("a", mode=Mode.SOLO_MESH, metric="make test", evaluator=("bench/",)))


@pytest.mark.parametrize(
    ("plan", "task", "reason"),
    [
        (REVIEWED, make(Mode.LOCAL, ""), "the plan has it reviewed"),
        (REVIEWED, make(Mode.SOLO_MESH, "true"), "the plan has it reviewed"),
        (REVIEWED, make(Mode.SOLO_MESH, "", requires_review=False), "the plan has it reviewed"),
        (MEASURED, make(Mode.SOLO_MESH, "true"), "not the one of the plan"),
        (MEASURED, make(Mode.LOCAL, ""), "not the one of the plan"),
        (MEASURED, make(Mode.HUMAN, "make test"), "always reviewed"),
        (FROZEN, make(Mode.SOLO_MESH, "make test"), "what measures it is not what the plan says"),
        (MEASURED, replace(make(Mode.SOLO_MESH, "make test"), measure=Measure("n")), "not what the plan says"),
    ],
)
def test_a_task_is_looked_at_where_its_plan_says_so(plan: PlanFile, task: TaskHead, reason: str) -> None:
    gate = judge_planned(replace(task, plan=plan.id, subtask="a"), plan)
    assert gate.needs_review
    assert reason in gate.reason


def test_a_task_as_its_plan_has_it_passes_as_planned() -> None:
    task = replace(make(Mode.SOLO_MESH, "make test"), plan=MEASURED.id, subtask="a")
    assert not judge_planned(task, MEASURED).needs_review
    assert judge_planned(replace(task, subtask=""), REVIEWED) == judge_gate(task) == judge_planned(task, None)
