"""A file that keeps the beginning and the end of what is written to it, in little memory."""

from __future__ import annotations

import os
from typing import Final

_PIECE: Final = 1 << 20


class CappedLog:
    """A log of at most `max_bytes`: the first half of it stays, the second goes round and round until the end sets it right.

    Whoever is killed before that leaves the beginning whole and the rest in rounds.
    """

    def __init__(self, path: str, max_bytes: int) -> None:
        self.written = 0
        max_bytes = max(max_bytes, 256)  # room for the mark between its two halves
        self.head = max_bytes // 2
        self.ring = max_bytes - self.head
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, 0o600) if path else -1

    @property
    def dropped(self) -> int:
        """How many bytes were left out."""
        return max(self.written - self.head - self.ring, 0)

    def write(self, chunk: bytes) -> None:
        """Add `chunk`; a full disk is no reason to stop the program that is being logged."""
        at, self.written = self.written, self.written + len(chunk)
        if self._descriptor < 0:
            return
        chunk_at = 0
        while chunk_at < len(chunk):
            place, room = self._place(at + chunk_at)
            piece = chunk[chunk_at : chunk_at + room]
            try:
                os.pwrite(self._descriptor, piece, place)
            except OSError:
                return
            chunk_at += len(piece)

    def _place(self, position: int) -> tuple[int, int]:
        """Where in the file the byte at `position` goes, and how many after it go there too."""
        if position < self.head:
            return position, self.head - position
        at = (position - self.head) % self.ring
        return self.head + at, self.ring - at

    def close(self) -> None:
        """Put the end of it in order, with a mark where bytes were left out."""
        if self._descriptor < 0:
            return
        try:
            if self.dropped:
                self._unroll()
        except OSError:
            pass  # as it is, nothing in it is lost
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _unroll(self) -> None:
        """The file in order: its end is copied behind it and moved to its place, piece by piece."""
        turn = (self.written - self.head) % self.ring
        mark = f"\n[... {self.dropped:,} bytes left out ...]\n".encode()
        end = self.head + self.ring
        older = self._copy(self.head + turn, self.ring - turn, end)
        newer = self._copy(self.head, turn, end + older)
        os.pwrite(self._descriptor, mark, self.head)
        self._copy(end, older + newer, self.head + len(mark))
        os.ftruncate(self._descriptor, self.head + len(mark) + self.ring)

    def _copy(self, source: int, count: int, target: int) -> int:
        """Moves bytes forward or backward within the file; the ranges overlap only where the target lies before the source."""
        done = 0
        while done < count:
            piece = os.pread(self._descriptor, min(_PIECE, count - done), source + done)
            if not piece:
                break
            os.pwrite(self._descriptor, piece, target + done)
            done += len(piece)
        return done
