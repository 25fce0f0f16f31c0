"""What could not be done is left alone for a while, twice as long each time, or until it has changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_S: Final = 30.0
LONGEST_S: Final = 3_600.0


class _Pause(NamedTuple):
    seen: object
    seconds: float
    end: float


class Pauses:
    """Pauses by name; `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[str, _Pause] = {}

    def is_over(self, name: str, seen: object) -> bool:
        """Whether `name` may be tried: it was not in vain so far, it is not as it was, or its pause has passed."""
        pause = self._pauses.get(name)
        return pause is None or pause.seen != seen or self._clock() >= pause.end

    def add(self, name: str, seen: object) -> None:
        """It was tried in vain while it was as `seen`."""
        before = self._pauses.get(name)
        seconds = min(before.seconds * 2, LONGEST_S) if before and before.seen == seen else FIRST_S
        self._pauses[name] = _Pause(seen, seconds, self._clock() + seconds)
