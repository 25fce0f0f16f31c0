"""What a metric prints: its numbers, and the end of its output, read while it runs and in bounded memory."""

from __future__ import annotations

import math
import re
from typing import Final

LONGEST_LINE: Final = 4096  # bytes; what is longer is no line of a metric
MOST_NAMES: Final = 64
TAIL_BYTES: Final = 4000

# A name as in tasks/model.py, then anything up to the end of the line.
_LINE = re.compile(rb"[ \t]*METRIC[ \t]+([A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t]*=[ \t]*(.*?)[ \t\r]*")
_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class MetricReader:
    """Takes the output of a metric in pieces of any size; the last line of a name counts.

    A line whose number cannot be read, is NaN or has no end makes its name unknown: what stood there before was taken back.
    `values` has the numbers that are known, `unreadable` what stands where there should be one.
    """

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.unreadable: dict[str, str] = {}
        self._line = bytearray()
        self._is_long = False
        self._tail = bytearray()

    def take(self, chunk: bytes) -> None:
        """More of the output."""
        self._tail += chunk[-TAIL_BYTES:]
        del self._tail[:-TAIL_BYTES]
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            self._extend(piece)
            self._end_line()
        self._extend(rest)

    def finish(self) -> None:
        """The output has ended; a last line without a line end is one all the same."""
        self._end_line()

    def tail(self) -> str:
        """The end of the output, from the beginning of a line on, as text without control characters."""
        text = bytes(self._tail)
        if len(text) == TAIL_BYTES and b"\n" in text:
            text = text[text.index(b"\n") + 1 :]
        shown = text.decode("utf-8", "replace").replace("\r\n", "\n")
        return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)

    def _extend(self, piece: bytes) -> None:
        room = LONGEST_LINE - len(self._line)
        self._line += piece[:room]
        self._is_long = self._is_long or len(piece) > room

    def _end_line(self) -> None:
        if not self._is_long and (match := _LINE.fullmatch(self._line)):
            self._note(match[1].decode(), match[2])
        self._line.clear()
        self._is_long = False

    def _note(self, name: str, written: bytes) -> None:
        if len(self.values) + len(self.unreadable) >= MOST_NAMES and name not in {**self.values, **self.unreadable}:
            return
        number = read_number(written)
        if number is None:
            self.values.pop(name, None)
            self.unreadable[name] = written[:40].decode("utf-8", "replace")
        else:
            self.unreadable.pop(name, None)
            self.values[name] = number


def read_number(written: bytes) -> float | None:
    """The finite number that is written there in decimal or scientific notation, and nothing else; None otherwise."""
    if not _NUMBER.fullmatch(written):
        return None
    number = float(written)
    return number if math.isfinite(number) else None
