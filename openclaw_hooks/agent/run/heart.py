"""The sign of life of a run: a thread that puts off the end of its lease, and says when the lease is gone."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.run.lock import show_alive
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.agent.desk import Desk
    from openclaw_hooks.agent.run.stops import Stops

TICK_S: Final = 1.0
AGAIN_S: Final = 15.0  # after a sign of life that did not come through


class Lifeline(NamedTuple):
    """The lease that is kept alive: of which task, under which token, for how many minutes each time."""

    folder: str
    task: str
    token: str
    minutes: int


@contextmanager
def beat(desk: Desk, line: Lifeline, stops: Stops) -> Iterator[None]:
    """Keeps the lease alive while the block runs; `stops` is told when it is lost.

    Who cannot be reached has taken nothing away: the run goes on, and its end waits for an answer.
    """
    end = threading.Event()
    thread = threading.Thread(target=_beat, args=(desk, line, stops, end), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _beat(desk: Desk, line: Lifeline, stops: Stops, end: threading.Event) -> None:
    pause = line.minutes * 60 / 3
    due = time.monotonic() + pause
    while not stops.is_lost:
        show_alive(line.folder)
        if end.wait(min(TICK_S, pause)):
            return
        if time.monotonic() >= due:
            due = time.monotonic() + (pause if _give_sign(desk, line, stops) else min(AGAIN_S, pause))


def _give_sign(desk: Desk, line: Lifeline, stops: Stops) -> bool:
    try:
        desk.heartbeat(line.task, line.token, line.minutes)
    except LostError as error:
        stops.lose(error.message)
    except OpenclawError as error:
        print(f"no sign of life of {line.task}: {error}", file=sys.stderr)
        return False
    except Exception as error:  # a loop that runs for hours: what goes wrong once is tried again
        print(f"no sign of life of {line.task}: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True
