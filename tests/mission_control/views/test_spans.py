from __future__ import annotations

from openclaw_hooks.mission_control.views.spans import REVIEW, WORK, Segment, is_late, trace_spans
from openclaw_hooks.tasks.model import Delegation, Mode
from tests.mission_control.views.scenes import Story, at, make_task


def test_claim_and_run_are_one_stretch_of_work_and_review_another() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    for minutes, status in ((10, "claimed"), (12, "running"), (40, "pending_review"), (100, "completed")):
        story.move(minutes, "aaaaaa", status)

    span = story.scene(200).spans["T-aaaaaa"]

    assert not span.open_kind
    assert span.segments == (Segment(at(10), at(40), WORK), Segment(at(40), at(100), REVIEW))
    assert (span.born, span.started, span.ended, span.minutes) == (at(0), at(10), at(100), 30)
    assert span.completions == ((at(100), True),)


def test_work_that_goes_on_ends_at_the_moment_that_was_asked_about() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    story.move(10, "aaaaaa", "claimed")
    story.move(20, "aaaaaa", "released")
    story.move(50, "aaaaaa", "claimed")

    span = story.scene(65).spans["T-aaaaaa"]

    assert span.segments[-1] == Segment(at(50), at(65), WORK)
    assert (span.minutes, span.active_since, span.open_kind, span.ended) == (25, at(50), WORK, 0)


def test_a_task_that_is_taken_off_the_board_is_worked_on_no_longer() -> None:
    from openclaw_hooks.mission_control.reading.history_cache import HistoryChange, HistoryCommit

    story = Story()
    story.make(0, make_task("aaaaaa"))
    story.move(10, "aaaaaa", "claimed")
    gone = HistoryCommit("f" * 12, at(30), "ada", "gone", (HistoryChange("T-aaaaaa", {}, None),))

    span = trace_spans((gone, *reversed(story.commits)), at(99))["T-aaaaaa"]

    assert not span.open_kind
    assert span.segments == (Segment(at(10), at(30), WORK),)
    assert not span.open_kind


def test_a_status_of_another_version_is_no_work_and_no_end() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    change = story.commits[0].changes[0]
    odd = type(change)("T-aaaaaa", {"status": "queued"}, {"status": "<b>odd</b>"})
    commit = type(story.commits[0])("e" * 12, at(5), "ada", "odd", (odd,))

    span = trace_spans((commit, *story.commits), at(9))["T-aaaaaa"]

    assert (span.segments, span.ended, span.since) == ((), 0, at(5))


def test_late_is_what_the_engine_calls_over_budget() -> None:
    task = make_task("aaaaaa", "running", budget_minutes=30)
    assert not is_late(task, at(0), at(30))
    assert is_late(task, at(0), at(31))
    assert not is_late(make_task("bbbbbb", "queued", budget_minutes=30), at(0), at(31))
    person = make_task("cccccc", "running", budget_minutes=30, delegation=Delegation(mode=Mode.HUMAN))
    assert not is_late(person, at(0), at(3000))
    assert not is_late(task, 0, at(31))
