from __future__ import annotations

import pytest
from msgspec.structs import replace

from openclaw_hooks.tasks.gate import loosens_gate
from openclaw_hooks.tasks.model import Delegation, Measure, Mode, Status, TaskHead


def make(mode: Mode, metric: str = "", requires_review: bool | None = None) -> TaskHead:
    return TaskHead(
        id="T-000001",
        title="A",
        status=Status.QUEUED,
        metric=metric,
        delegation=Delegation(mode=mode),
        requires_review=requires_review,
    )


REVIEWED = make(Mode.SOLO_MESH)
MEASURED = make(Mode.SOLO_MESH, "make test")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (REVIEWED, make(Mode.LOCAL)),
        (REVIEWED, make(Mode.SOLO_MESH, "true")),
        (REVIEWED, make(Mode.SOLO_MESH, requires_review=False)),
        (MEASURED, make(Mode.SOLO_MESH, "true")),
        (MEASURED, make(Mode.LOCAL, "")),
        (make(Mode.AUTO, "make test"), make(Mode.AUTO)),
        (make(Mode.HUMAN, "make test"), make(Mode.SOLO_MESH, "make test")),
        (MEASURED, replace(MEASURED, measure=Measure("n"))),
        (replace(MEASURED, evaluator=("bench/",)), MEASURED),
        (MEASURED, replace(MEASURED, evaluator=("!Makefile",))),
    ],
)
def test_a_review_or_a_metric_that_goes_loosens_the_gate(old: TaskHead, new: TaskHead) -> None:
    assert loosens_gate(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (REVIEWED, REVIEWED),
        (MEASURED, MEASURED),
        (MEASURED, make(Mode.SOLO_MESH)),
        (MEASURED, replace(MEASURED, evaluator=("bench/",))),
        (MEASURED, make(Mode.LOCAL, "make test")),
        (make(Mode.LOCAL), make(Mode.LOCAL, "make test")),
        (make(Mode.LOCAL), make(Mode.AUTO)),
        (REVIEWED, make(Mode.HUMAN)),
        (make(Mode.LOCAL), make(Mode.LOCAL, requires_review=True)),
    ],
)
def test_the_same_or_more_looks_loosen_nothing(old: TaskHead, new: TaskHead) -> None:
    assert not loosens_gate(old, new)
