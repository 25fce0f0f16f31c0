"""What a task says of how it is measured: texts, files, and which edits take something away."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.evaluation import check_evaluation, loosens_evaluation, parse_measure, show_measure
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import Direction, Measure, Status, TaskHead

TASK = TaskHead(
    id="T-4kf2mz",
    title="Make it fast",
    status=Status.QUEUED,
    metric="sh bench.sh",
    measure=Measure("p95", Direction.LOWER, min_gain=0.5, target=120, unit="ms"),
    evaluator=("bench/", "!bench/notes.md"),
)
PATH = f"tasks/{TASK.id}.md"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("p95:lower", Measure("p95", Direction.LOWER)),
        ("score:higher:0.5", Measure("score", Direction.HIGHER, target=0.5)),
        (" loss.val-2:lower:-1e-3 ", Measure("loss.val-2", Direction.LOWER, target=-0.001)),
    ],
)
def test_a_measure_is_read_from_one_text(text: str, measure: Measure) -> None:
    assert parse_measure(text) == measure


@pytest.mark.parametrize("text", ["", "p95", "p95:", ":lower", "p95:less", "p 95:lower", "1a:lower", "a:lower:1:2"])
def test_a_text_that_says_no_measure_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(OpenclawError, match="says no measure") as caught:
        parse_measure(text)
    assert "p95:lower:120" in str(caught.value)


@pytest.mark.parametrize("target", ["soon", "nan", "inf", "-Infinity", ""])
def test_a_target_that_is_no_number_is_refused(target: str) -> None:
    with pytest.raises(OpenclawError, match="is no number"):
        parse_measure(f"p95:lower:{target}")


def test_a_task_file_holds_a_measure_and_reads_it_back_typed() -> None:
    content = new_task_text(TASK, "Text.\n")
    assert b"measure:\n  name: p95\n  direction: lower\n" in content
    task = parse_task(PATH, content)
    assert (task.measure, task.evaluator) == (TASK.measure, TASK.evaluator)
    assert TASK.measure is not None
    whole = content.replace(b"name: p95", b"name: yes").replace(b"target: 120.0", b"target: 120  # ms")
    assert parse_task(PATH, whole).measure == replace(TASK.measure, name="yes")
    assert parse_task(PATH, edit_task(whole, {"measure": None, "evaluator": ()})).measure is None


def test_an_unknown_key_of_a_measure_is_an_error_with_its_line() -> None:
    content = new_task_text(TASK, "").replace(b"min_gain", b"min_gian")
    with pytest.raises(OpenclawError, match=r"T-4kf2mz.md:9: unknown key `measure.min_gian`"):
        parse_task(PATH, content)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metric": ""}, "nothing prints `METRIC p95="),
        ({"measure": Measure("p95", target=math.nan)}, "`target` is nan"),
        ({"measure": Measure("p95", min_gain=math.inf)}, "`min_gain` is inf"),
        ({"evaluator": ("bench/", "[")}, "evaluator: glob"),
    ],
)
def test_an_evaluation_that_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    check_evaluation(TASK)
    check_evaluation(replace(TASK, measure=None, metric=""))
    with pytest.raises(OpenclawError, match=said):
        check_evaluation(replace(TASK, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": "true"},
        {"measure": None},
        {"measure": Measure("p95", Direction.HIGHER, min_gain=0.5, target=120, unit="ms")},
        {"measure": Measure("p95", Direction.LOWER, target=120, unit="ms")},
        {"measure": Measure("p99", Direction.LOWER, min_gain=0.5, target=120, unit="ms")},
        {"evaluator": ()},
        {"evaluator": ("bench/",)},
        {"evaluator": ("bench/", "!bench/notes.md", "!bench/run.sh")},
        {"evaluator": ("!bench/notes.md", "bench/")},
    ],
)
def test_another_measure_or_less_that_is_frozen_loosens(changes: dict[str, object]) -> None:
    assert loosens_evaluation(TASK, replace(TASK, **changes))


@pytest.mark.parametrize(
    "changes", [{}, {"title": "Other"}, {"evaluator": (*TASK.evaluator, "data/")}, {"scope": ("src/",)}]
)
def test_the_same_and_more_that_is_frozen_loosen_nothing(changes: dict[str, object]) -> None:
    assert not loosens_evaluation(TASK, replace(TASK, **changes))


def test_where_nothing_is_measured_yet_nothing_is_loosened() -> None:
    assert not loosens_evaluation(replace(TASK, metric="", measure=None, evaluator=()), TASK)


def test_a_measure_is_shown_in_words() -> None:
    assert TASK.measure is not None
    assert show_measure(TASK.measure) == "`p95`, lower is better, by more than 0.5 ms, until 120 ms"
    assert show_measure(Measure("score")) == "`score`, higher is better"
