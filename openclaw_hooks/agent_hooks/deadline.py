"""Answers before the host's timeout does, because a hook that the host gives up on lets the act run."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "OPENCLAW_HOOK_DEADLINE"
DEFAULT_S = 8.0
SHORT_S = {"SessionEnd": 1.0}  # Claude Code gives all hooks of this event 1.5 s together
LEAST_S, MOST_S = 0.05, 590.0


def choose_deadline(given: str, event: str) -> float:
    """The seconds of this call: `given`, else OPENCLAW_HOOK_DEADLINE, else by event; nonsense is ignored."""
    for text in (given, os.environ.get(VARIABLE, "")):
        try:
            seconds = float(text)
        except ValueError:
            continue
        if seconds == seconds:  # not NaN
            return min(max(seconds, LEAST_S), MOST_S)
    return SHORT_S.get(event, DEFAULT_S)


def start_deadline(seconds: float, give_up: Callable[[], None]) -> None:
    """Call `give_up`, which must end the process, once `seconds` have passed.

    By a signal and by a thread: the signal also ends a search of `re`, which holds the interpreter lock, and the
    thread also fires on Windows and while `regexes.time_guard` has the timer for itself.
    """
    from _thread import start_new_thread

    def wait() -> None:
        time.sleep(seconds)
        give_up()

    start_new_thread(wait, ())
    try:
        # `signal` would import `enum`: 5 ms.
        from _signal import ITIMER_REAL, SIGALRM, setitimer, signal  # type: ignore[import-not-found]  # no stub
    except ImportError:
        return
    signal(SIGALRM, lambda number, frame: give_up())
    setitimer(ITIMER_REAL, seconds)
