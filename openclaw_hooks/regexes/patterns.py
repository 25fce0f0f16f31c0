"""Compiling and searching the patterns of rules and roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.regexes.guard import SEARCH_BUDGET_S, Watch, can_interrupt, open_watch, time_guard

if TYPE_CHECKING:
    from collections.abc import Iterator

# `re` looks for signals once in some thousand starting points, and some of its loops run to the end of the text from
# each. Windows keep the time between two looks short on a minified file; `$` then also matches at a window's end.
WINDOW = 50_000
OVERLAP = 2_000


class PatternError(OpenclawError):
    """A pattern that does not compile, or that cannot be run safely here; `position` is 0-based, or -1."""

    def __init__(self, message: str, hint: str = "", position: int = -1) -> None:
        super().__init__(message, hint)
        self.position = position


class LineMatch(NamedTuple):
    """The first match in a line: the line's 1-based number and text, the match in it, and its start in the whole text."""

    number: int
    line: str
    match: re.Match[str]
    offset: int


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """`pattern` compiled; raises PatternError with the position of what is wrong."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # "possible nested set" is no reason to disturb a commit
            return re.compile(pattern, flags)
    except re.error as error:
        position = -1 if error.pos is None else error.pos
        where = "" if position < 0 else f" at position {position + 1}"
        raise PatternError(f"bad pattern `{pattern}`: {error.msg}{where}", position=position) from error
    except (RecursionError, OverflowError) as error:
        raise PatternError(f"bad pattern `{pattern[:60]}...`: nested too deeply or too large") from error


def search_lines(pattern: re.Pattern[str], text: str, timeout_s: float = SEARCH_BUDGET_S) -> Iterator[LineMatch]:
    r"""The first match in each line of `text` that has one; lines end at `\n`.

    Runs under the guard that is open, or opens one of `timeout_s` for the whole text. The search is over before the
    first match is handed out, so what the caller does between two matches is never timed. Raises PatternTimeout.
    """
    if (watch := open_watch()) is not None:
        return iter(_search_lines(pattern, text, watch))
    _refuse_unguarded(pattern)
    with time_guard(timeout_s, timeout_s):
        return iter(_search_lines(pattern, text, open_watch()))


def search_text(pattern: re.Pattern[str], text: str, timeout_s: float = SEARCH_BUDGET_S) -> re.Match[str] | None:
    """The first match anywhere in `text`, under the same guarantee as `search_lines`."""
    if open_watch() is None:
        _refuse_unguarded(pattern)
    with time_guard(timeout_s, timeout_s):
        watch = open_watch()
        _begin(watch, pattern)
        try:
            return _search(pattern, text)
        finally:
            _end(watch)


def _search_lines(pattern: re.Pattern[str], text: str, watch: Watch | None) -> list[LineMatch]:
    found: list[LineMatch] = []
    search = pattern.search
    offset = 0
    _begin(watch, pattern)
    try:
        for number, line in enumerate(text.split("\n"), 1):
            match = search(line) if len(line) <= WINDOW else _search(pattern, line)
            if match is not None:
                found.append(LineMatch(number, line, match, offset + match.start()))
            offset += len(line) + 1
    finally:
        _end(watch)
    return found


def _search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    if len(text) <= WINDOW:
        return pattern.search(text)
    for start in range(0, len(text), WINDOW - OVERLAP):
        if match := pattern.search(text, start, start + WINDOW):
            return match
    return None


def _begin(watch: Watch | None, pattern: re.Pattern[str]) -> None:
    if watch is not None:
        watch.serial += 1
        watch.running = pattern.pattern


def _end(watch: Watch | None) -> None:
    if watch is not None:
        watch.running = None


_judged: dict[re.Pattern[str], str] = {}


def _refuse_unguarded(pattern: re.Pattern[str]) -> None:
    if can_interrupt():
        return
    if pattern not in _judged:
        from openclaw_hooks.regexes.backtracking import find_nested_repeat

        _judged[pattern] = find_nested_repeat(pattern.pattern, pattern.flags)
    if _judged[pattern]:
        raise PatternError(
            f"pattern `{pattern.pattern}` is not run: {_judged[pattern]},"
            " and nothing could stop it off the main thread or on Windows",
            "rewrite it without nested repetition such as `(a+)+`",
        )
