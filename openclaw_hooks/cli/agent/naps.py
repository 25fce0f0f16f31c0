"""Waiting for something to do: asleep until the board changes, a while is over, or a signal says to end."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import contextmanager
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

    While `is_busy` an interrupt is not ours to hold back: a run heeds the first one itself, the next ends all.
    """

    def __init__(self) -> None:
        self.rung = 0  # the number of the signal
        self.is_busy = False
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)

    def ring(self, number: int, frame: FrameType | None) -> None:
        """A signal came."""
        if self.is_busy and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.rung = number
        os.write(self._writing, b"!")

    def sleep(self, seconds: float) -> None:
        """Nothing for so long, or until a signal comes."""
        if not self.rung:
            select.select([self._reading], [], [], seconds)

    def close(self) -> None:
        """Ends the use of it."""
        os.close(self._reading)
        os.close(self._writing)


@contextmanager
def open_bell() -> Iterator[Bell]:
    """A bell that rings for interrupts and for the word of the system to end, while the block lasts."""
    bell = Bell()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number in SIGNALS:
            signal.signal(number, bell.ring)
        yield bell
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
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
