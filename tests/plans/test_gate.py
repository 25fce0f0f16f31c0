from __future__ import annotations

import pytest

from openclaw_hooks.plans.gate import completion_status, judge_gate
from openclaw_hooks.tasks.model import Delegation, Mode, Status, TaskHead

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
