"""The timer under which patterns run: one for many searches, with the blame on the pattern that was running."""

from __future__ import annotations

import gc
import signal
import time
from _thread import get_ident  # `threading` costs a millisecond more
from typing import TYPE_CHECKING, Any

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

SEARCH_BUDGET_S = 0.05
PATTERN_BUDGET_S = 2.0
TICK_S = 0.01


# A plain pattern with a dozen alternatives gets through some 10 million characters in a second.
SECONDS_PER_CHAR = 2e-7


def guard_texts(texts: Iterable[str | bytes]) -> time_guard:
    """A guard for searching `texts`: the budgets, and on top of them what honest patterns need for long texts."""
    lengths = [len(text) for text in texts]
    longest, total = max(lengths, default=0), sum(lengths)
    return time_guard(SEARCH_BUDGET_S + longest * SECONDS_PER_CHAR, PATTERN_BUDGET_S + total * SECONDS_PER_CHAR)


class PatternTimeout(OpenclawError):  # noqa: N818 - says what happened; "TimeoutError" would say less
    """A search that exceeded its budget; `pattern` is the one that was running."""

    def __init__(self, pattern: str, seconds: float) -> None:
        super().__init__(
            f"pattern `{pattern}` took longer than {seconds * 1000:.0f} ms",
            "rewrite it without nested repetition such as `(a+)+`",
        )
        self.pattern = pattern


class Watch:
    """What the timer needs to know: which search is running, since when, and what each pattern has used."""

    def __init__(self, search_s: float, pattern_s: float) -> None:
        self.search_s = search_s
        self.pattern_s = pattern_s
        self.serial = 0  # a new number for each search: when it changes, the last one ended in time
        self.running: str | None = None
        self.thread = get_ident()
        self.last_tick = time.thread_time()
        self._seen_serial = -1
        self._seen_at = 0.0
        self._used: dict[str, float] = {}

    def tick(self, _signal: int, _frame: FrameType | None) -> None:
        """Runs at each beat of the timer; raises PatternTimeout out of the search that took too long."""
        now = time.thread_time()
        spent, self.last_tick = now - self.last_tick, now
        pattern = self.running
        if pattern is None:
            return
        used = self._used[pattern] = self._used.get(pattern, 0.0) + spent
        if self.serial != self._seen_serial:
            self._seen_serial, self._seen_at = self.serial, now
        late, spent_all = now - self._seen_at >= self.search_s, used >= self.pattern_s
        if late or spent_all:
            # The next beat may already wait: it must not raise once more, on the way out of this search.
            self.running = None
            raise PatternTimeout(pattern, self.search_s if late else self.pattern_s)


_open_watch: Watch | None = None


def open_watch() -> Watch | None:
    """The watch of the guard that is open now in this thread, if one is; signals reach the main thread only."""
    return _open_watch if _open_watch is None or _open_watch.thread == get_ident() else None


def can_interrupt() -> bool:
    """Whether a running search can be stopped here: POSIX, and the main thread."""
    import threading

    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


class time_guard:  # noqa: N801 - reads as the `with` statement it is
    """Searches inside stop with PatternTimeout after `search_s` each, and after `pattern_s` for one pattern in all.

    Costs a few system calls, however many searches run inside. An inner guard leaves the outer one's budgets in force.
    The signal handler and the timer that were there before are put back, the timer less the time that has passed.
    """

    def __init__(self, search_s: float = SEARCH_BUDGET_S, pattern_s: float = PATTERN_BUDGET_S) -> None:
        self._watch = Watch(search_s, pattern_s)
        self._is_outermost = False

    def __enter__(self) -> None:
        global _open_watch  # noqa: PLW0603 - a process has one such timer, so it has one watch
        self._is_outermost = _open_watch is None and can_interrupt()
        if not self._is_outermost:
            return
        # A collection would be charged to the pattern, and what is raised inside one is swallowed.
        self._collects = gc.isenabled()
        gc.disable()
        self._started = time.monotonic()
        self._handler: Any = signal.signal(signal.SIGALRM, self._watch.tick)
        _open_watch = self._watch
        tick = min(TICK_S, self._watch.search_s / 2)
        self._timer = signal.setitimer(signal.ITIMER_REAL, tick, tick)

    def __exit__(self, *_exception: object) -> None:
        global _open_watch  # noqa: PLW0603 - see __enter__
        if not self._is_outermost:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        _open_watch = None
        if self._collects:
            gc.enable()
        # None is a handler that C code installed; Python can neither name it nor put it back.
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self._handler is None else self._handler)
        left, interval = self._timer
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - self._started), 1e-6), interval)
