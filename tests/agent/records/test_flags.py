from __future__ import annotations

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.flags import ESCALATED, MANY, REPEATED, SILENT, find_flags
from openclaw_hooks.tasks.model import Measure
from tests.agent.records.story import begin, discard, keep, row_of

OTHER = ("src/other.py",)


def test_three_discarded_attempts_at_the_same_files_are_one_approach_repeated() -> None:
    assert REPEATED in row_of(begin(), discard(1), discard(2), discard(3)).flags
    assert REPEATED not in row_of(begin(), discard(1), discard(2)).flags
    assert REPEATED not in row_of(begin(), discard(1), discard(2, OTHER), discard(3)).flags
    assert REPEATED not in row_of(begin(), discard(1), discard(2), keep(3), outcome=Outcome.COMPLETED).flags


def test_attempts_without_a_change_neither_repeat_nor_interrupt_an_approach() -> None:
    assert REPEATED not in row_of(begin(), discard(1, ()), discard(2, ()), discard(3, ())).flags
    assert REPEATED in row_of(begin(), discard(1), discard(2, ()), discard(3), discard(4)).flags


@pytest.mark.parametrize(
    ("other", "expected"), [({}, True), ({"agent": "another"}, False), ({"role": "reviewer"}, False)]
)
def test_an_approach_is_followed_over_tasks_of_one_agent_in_one_role(other: dict[str, str], expected: bool) -> None:
    first = row_of(begin("R-000001", **other), discard(1), ended="2026-11-20T10:00:00Z")
    second = row_of(begin("R-000002", task="T-0bbbbb"), discard(1), ended="2026-11-21T10:00:00Z")
    last = row_of(begin("R-000003", task="T-0ccccc"), discard(1))
    assert (REPEATED in find_flags(last, [second, first])) is expected
    assert REPEATED not in find_flags(replace(last, trials=()), [second, first, second])


def test_a_row_does_not_count_itself_twice_nor_what_came_later() -> None:
    row = row_of(begin(), discard(1), discard(2))
    later = row_of(begin("R-000009"), discard(1), ended="2026-12-01T10:00:00Z")
    assert REPEATED not in find_flags(row, [row, later])


def test_more_than_three_attempts_are_many_unless_a_figure_is_improved() -> None:
    four = [event for n in range(1, 5) for event in discard(n, (f"src/{n}.py",))]
    assert MANY in row_of(begin(), four).flags
    assert MANY not in row_of(begin(), four[: 3 * len(four) // 4]).flags
    assert MANY not in row_of(begin(measure=Measure("speed")), four).flags


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.RELEASED, True),
        (Outcome.OVER_BUDGET, True),
        (Outcome.STOPPED, False),
        (Outcome.LOST, False),
        (Outcome.COMPLETED, False),
    ],
)
def test_who_gives_up_after_one_attempt_did_not_try(outcome: Outcome, expected: bool) -> None:
    assert (ESCALATED in row_of(begin(), discard(1), outcome=outcome).flags) is expected
    assert ESCALATED not in row_of(begin(), discard(1), discard(2), outcome=outcome).flags


@pytest.mark.parametrize(("text", "expected"), [("", True), ("  done.  \n", True), ("x" * 19, True), ("x" * 20, False)])
def test_final_words_that_say_nothing_are_flagged(text: str, expected: bool) -> None:
    assert (SILENT in row_of(begin(), discard(1), discard(2, text=text)).flags) is expected


def test_who_was_killed_is_not_blamed_for_being_silent() -> None:
    assert SILENT not in row_of(begin(), discard(1, text="", killed="budget", code=None)).flags
