"""Whole lines out of pieces, however long the lines are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE: Final = 4 << 20  # an event with a whole file in it is far smaller


class Lines:
    """Lines of a stream without their ends; of one longer than `max_bytes` nothing comes but its count in `skipped`."""

    def __init__(self, max_bytes: int = MAX_LINE) -> None:
        self.max_bytes = max_bytes
        self.skipped = 0
        self._begun = bytearray()
        self._is_skipping = False

    def add(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that `chunk` ends."""
        first, *rest = chunk.split(b"\n")
        self._extend(first)
        if not rest:
            return
        yield from self._take()
        for line in rest[:-1]:
            if len(line) <= self.max_bytes:
                yield line
            else:
                self.skipped += 1
        self._extend(rest[-1])

    def end(self) -> Iterator[bytes]:
        """The last line, where nothing ended it."""
        if self._begun or self._is_skipping:
            yield from self._take()

    def _extend(self, piece: bytes) -> None:
        if self._is_skipping:
            return
        self._begun += piece
        if len(self._begun) > self.max_bytes:
            self._begun.clear()
            self._is_skipping = True

    def _take(self) -> Iterator[bytes]:
        if self._is_skipping:
            self._is_skipping = False
            self.skipped += 1
        else:
            line = bytes(self._begun)
            self._begun.clear()
            yield line
