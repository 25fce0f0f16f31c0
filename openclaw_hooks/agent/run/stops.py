"""Why a run that is under way is to stop: a person says so, or its lease is gone."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

STOPPED: Final = "stopped"
LOST: Final = "lost"
FAILED: Final = "failed"
LOOK_S: Final = 1.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stops:
    """What was asked so far, from whichever thread: a word for the agent's report, and why. A lost lease outweighs the rest."""

    def __init__(self) -> None:
        self.reason = ""
        self.why = ""
        self._find_loss: Callable[[], str] | None = None
        self._looked = 0.0

    def stop(self, why: str) -> None:
        """A person wants the run to stop."""
        if not self.reason:
            self.reason, self.why = STOPPED, why

    def lose(self, why: str) -> None:
        """The lease is somebody else's by now."""
        if self.reason != LOST:
            self.reason, self.why = LOST, why

    def look_out(self, find_loss: Callable[[], str]) -> None:
        """While something is under way, `find_loss` is asked every few seconds: it says why the lease is gone."""
        self._find_loss = find_loss

    def ask(self) -> str:
        """Why whatever is under way is to be killed; empty while it may go on."""
        now = time.monotonic()
        if self._find_loss and not self.is_lost and now - self._looked >= LOOK_S:
            self._looked = now
            if why := self._find_loss():
                self.lose(why)
        return self.reason

    def fail(self, why: str) -> None:
        """No attempt can be made at all."""
        if not self.reason:
            self.reason, self.why = FAILED, why

    @property
    def is_lost(self) -> bool:
        """Whether nothing may be completed any more."""
        return self.reason == LOST


@contextmanager
def heed_signals(stops: Stops) -> Iterator[None]:
    """Makes the first interrupt (or word of the system to end) a wish to stop; the second one is as without us.

    Only the main thread of a program is told of signals: in others nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def heed(number: int, frame: FrameType | None) -> None:
        stops.stop(f"by {signal.Signals(number).name}")
        for one, handler in before.items():
            signal.signal(one, handler)

    try:
        for number in SIGNALS:
            signal.signal(number, heed)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
