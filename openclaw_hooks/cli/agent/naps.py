"""Waiting for something to do: asleep until the board changes, a while is over, or a signal says to end."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from openclaw_hooks.board.place import Board

LOOK_S: Final = 1.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Bell:
    """Whether the process was told to end, and something to sleep by that wakes up at once when it is.

    A run under way heeds the first interrupt itself, perhaps too late to make a difference: the bell hears it all the
    same. While `is_busy` the next interrupt ends all.
    """

    def __init__(self) -> None:
        self.is_busy = False
        self._rung = 0
        self._reading, self._writing = os.pipe()
        for end in (self._reading, self._writing):
            os.set_blocking(end, False)

    @property
    def rung(self) -> int:
        """The number of the first signal that said to end; 0 for none."""
        with suppress(BlockingIOError):
            for number in os.read(self._reading, 4096):
                if number in SIGNALS and not self._rung:
                    self._rung = number
        return self._rung

    def heed(self, number: int, frame: FrameType | None) -> None:
        """A signal came that no run heeds; its number is in the pipe already."""
        if self.is_busy and number == signal.SIGINT:
            raise KeyboardInterrupt

    def sleep(self, seconds: float) -> None:
        """Nothing for so long, or until a signal comes."""
        select.select([self._reading], [], [], seconds)

    def hang(self) -> int:
        """From now on the number of each signal goes into the pipe, whoever handles it; what was there before."""
        return signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def close(self) -> None:
        """Ends the use of it."""
        os.close(self._reading)
        os.close(self._writing)


@contextmanager
def open_bell() -> Iterator[Bell]:
    """A bell that rings for interrupts and for the word of the system to end, while the block lasts."""
    bell = Bell()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    wakened = bell.hang()
    try:
        for number in SIGNALS:
            signal.signal(number, bell.heed)
        yield bell
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakened)
        bell.close()


def board_mark(board: Board) -> tuple[tuple[int, int, int], ...]:
    """What changes when the board does: times and sizes of a few files, for the price of looking at them."""
    common = board.repo.common_dir
    paths = (
        os.path.join(common, "refs", "heads", "openclaw", "board"),
        os.path.join(common, "packed-refs"),
        os.path.join(common, "reftable", "tables.list"),
        os.path.join(board.top, TASKS_FOLDER),
    )
    return tuple(_look_at(path) for path in paths)


def sleep_until_change(board: Board, bell: Bell, mark: tuple[tuple[int, int, int], ...], most_s: float) -> None:
    """Returns when the board is not as `mark` says any more, after `most_s`, or when the bell rings."""
    end = time.monotonic() + most_s
    while not bell.rung and time.monotonic() < end and board_mark(board) == mark:
        bell.sleep(min(LOOK_S, max(end - time.monotonic(), 0.01)))


def _look_at(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)
