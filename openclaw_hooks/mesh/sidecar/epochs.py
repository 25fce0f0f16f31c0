"""How far this node knew each bucket when it last looked: what a bucket that has lost something is told by."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from openclaw_hooks.files import atomic_write
from openclaw_hooks.mesh.replica.streams import Epoch

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 64_000


class Kept(Struct, frozen=True):
    """A bucket as it was last known, and the mark of the last repair that was heard of."""

    created: str = ""
    last: int = 0
    stamp: str = ""
    mark: int = 0


class EpochFile:
    """The buckets by name, kept in a file. A disk that takes nothing costs no more than a repair that is not noticed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept: dict[str, Kept] = {}
        with suppress(OSError, msgspec.MsgspecError, RecursionError), open(path, "rb") as stream:
            self._kept = msgspec.json.decode(stream.read(MAX_BYTES), type=dict[str, Kept])

    def seen(self) -> dict[str, Epoch]:
        """How far each bucket was known."""
        return {bucket: Epoch(kept.created, kept.last, kept.stamp) for bucket, kept in self._kept.items()}

    def mark(self, bucket: str) -> int:
        """The mark of the last repair of `bucket` that was heard of."""
        return self._kept.get(bucket, Kept()).mark

    def keep(self, epochs: Mapping[str, Epoch], marks: Mapping[str, int] = {}) -> None:
        """Notes how far the buckets are known now, and repairs that were taken over."""
        changed = {
            bucket: Kept(*epoch, marks.get(bucket, self.mark(bucket)))
            for bucket, epoch in epochs.items()
            if epoch.created
        }
        if changed.items() <= self._kept.items():
            return
        self._kept |= changed
        with suppress(OSError):
            atomic_write(self._path, msgspec.json.encode(self._kept), 0o600)
