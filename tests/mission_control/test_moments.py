"""Moments that clocks and files got wrong."""

from __future__ import annotations

import pytest

from openclaw_hooks.mission_control.moments import LAST, read_stamp, show_moment


@pytest.mark.parametrize(
    ("digits", "seconds"),
    [("1795348800", 1_795_348_800), ("99999999999999", LAST), ("9" * 5000, LAST), ("-5", 0), ("", 0), ("²", 0)],
)
def test_what_git_says_is_a_moment_that_a_calendar_has(digits: str, seconds: int) -> None:
    assert read_stamp(digits) == seconds
    assert show_moment(read_stamp(digits)) == show_moment(seconds)


@pytest.mark.parametrize("seconds", [0.0, -1e300, float("nan")])
def test_what_is_no_moment_is_shown_as_nothing(seconds: float) -> None:
    assert show_moment(seconds) == ""


def test_a_moment_beyond_the_calendar_is_shown_as_its_end() -> None:
    assert show_moment(float("inf")) == "9999-12-31 23:59"
    assert show_moment(1_795_363_200.9) == "2026-11-22 16:00"
