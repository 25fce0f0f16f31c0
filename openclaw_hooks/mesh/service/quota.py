"""How much a node may have written: the disk that all share is not for one of them to fill."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# Buckets keep 64 versions of each value. A result of 10 KB for each of 3,000 tasks, moved four times, comes to this.
MAX_BYTES: Final = 128 << 20
PERIOD_S: Final = 3600.0  # in which so much comes back


class Quota:
    """What is left to each node of `MAX_BYTES`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, float]] = {}  # bytes, and when that was so

    def is_used_up(self, node: str) -> bool:
        """Whether nothing is left to `node` for now."""
        return self._read(node) >= MAX_BYTES

    def charge(self, node: str, size: int) -> None:
        """Takes `size` bytes from what is left to `node`."""
        self._used[node] = (self._read(node) + size, self._clock())

    def _read(self, node: str) -> float:
        used, since = self._used.get(node, (0.0, 0.0))
        return max(used - (self._clock() - since) * MAX_BYTES / PERIOD_S, 0.0)
