from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from openclaw_hooks.regexes import (
    PatternError,
    PatternTimeout,
    compile_pattern,
    search_lines,
    search_text,
    time_guard,
)

HOSTILE = "a" * 40 + "b"


@pytest.mark.parametrize(
    ("pattern", "text"), [("(a+)+$", HOSTILE), ("(x+x+)+y", "x" * 60), ("[a-z]+1", "a" * 2_000_000)]
)
def test_runaway_pattern_stops_in_milliseconds_and_is_named(pattern: str, text: str) -> None:
    started = time.process_time()
    with pytest.raises(PatternTimeout) as caught:
        search_lines(compile_pattern(pattern), text)
    assert time.process_time() - started < 1
    assert caught.value.pattern == pattern
    assert f"pattern `{pattern}` took longer than 50 ms" in str(caught.value)


def test_whole_text_search_stops_too() -> None:
    with pytest.raises(PatternTimeout):
        search_text(compile_pattern("(a+)+$"), HOSTILE)


def test_one_guard_around_many_searches_names_the_guilty_pattern() -> None:
    good, bad = compile_pattern("TODO"), compile_pattern("(a|aa)+$")
    with time_guard():
        for _ in range(100):
            search_lines(good, "one\ntwo\n")
        with pytest.raises(PatternTimeout) as caught:
            search_lines(bad, HOSTILE)
    assert caught.value.pattern == "(a|aa)+$"


def test_many_searches_that_are_each_quick_never_time_out() -> None:
    pattern = compile_pattern("x{3}")
    with time_guard(search_s=0.05, pattern_s=60):
        started = time.process_time()
        while time.process_time() - started < 0.3:
            search_lines(pattern, "abc\n" * 50)


def test_pattern_that_is_slow_on_many_texts_uses_up_its_own_budget() -> None:
    slow = compile_pattern("(?:.*x){4}y")
    with pytest.raises(PatternTimeout) as caught, time_guard(search_s=5, pattern_s=0.1):
        search_many(slow, ["x" * 60] * 10_000)
    assert caught.value.pattern == slow.pattern


def search_many(pattern: re.Pattern[str], texts: list[str]) -> None:
    for text in texts:
        search_lines(pattern, text)


def test_time_spent_between_searches_is_not_the_patterns() -> None:
    with time_guard():
        search_lines(compile_pattern("a"), "a")
        started = time.process_time()
        while time.process_time() - started < 0.15:
            pass
        assert search_text(compile_pattern("a"), "a")


def test_guard_puts_back_the_handler_and_the_timer_that_were_there() -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: rang.append(number))
    handler = signal.getsignal(signal.SIGALRM)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with time_guard():
            search_lines(compile_pattern("a"), "b")
        assert signal.getsignal(signal.SIGALRM) is handler
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.1
        deadline = time.monotonic() + 2
        while not rang and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rang == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_timer_is_off_after_a_timeout() -> None:
    with pytest.raises(PatternTimeout):
        search_lines(compile_pattern("(a+)+$"), HOSTILE)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def in_thread(pattern: str, text: str) -> list[object]:
    outcome: list[object] = []

    def search() -> None:
        try:
            outcome.extend(found.number for found in search_lines(compile_pattern(pattern), text))
        except PatternError as error:
            outcome.append(str(error))

    thread = threading.Thread(target=search)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    return outcome


def test_exponential_pattern_is_refused_where_no_timer_can_stop_it() -> None:
    (said,) = in_thread("(a+)+$", HOSTILE)
    assert "pattern `(a+)+$` is not run" in str(said)
    assert in_thread("a$", "x\na\nba") == [2, 3]


def test_guard_held_by_the_main_thread_does_not_license_other_threads() -> None:
    with time_guard():
        (said,) = in_thread("(a+)+$", HOSTILE)
    assert "is not run" in str(said)


def test_matches_carry_line_number_text_and_offset() -> None:
    found = list(search_lines(compile_pattern("b+"), "abb\nc\nb b"))
    assert [(match.number, match.line, match.offset, match.match[0]) for match in found] == [
        (1, "abb", 1, "bb"),
        (3, "b b", 6, "b"),
    ]


def test_pattern_cannot_reach_over_a_line_end() -> None:
    assert list(search_lines(compile_pattern(r"a\s+b"), "a\nb")) == []
    assert [found.number for found in search_lines(compile_pattern("^b$"), "a\nb\nc")] == [2]


def test_match_far_into_a_very_long_line_is_found() -> None:
    line = "x" * 49_990 + "needle in hay" + "y" * 100_000
    (found,) = search_lines(compile_pattern("needle in hay"), line)
    assert found.offset == 49_990


def test_bad_pattern_names_its_position() -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern("ab[")
    assert str(caught.value) == "bad pattern `ab[`: unterminated character set at position 3"
    assert caught.value.position == 2


def test_flags_are_honoured() -> None:
    assert search_text(compile_pattern("todo", re.IGNORECASE), "a TODO")
