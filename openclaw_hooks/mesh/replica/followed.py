"""What a node knows of one bucket that it follows: up to which write everything, and what to think of a message."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.replica.streams import Epoch, StreamState, parse_stamp, read_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry


MAX_SHORTFALLS = 5


class Sign(StrEnum):
    """What a message of the server says about the bucket."""

    NEXT = "next"  # the write after the last one that we know
    KNOWN = "known"
    GAP = "gap"  # others were missed before it
    ODD = "odd"  # not of the bucket as we know it


class Followed:
    """A bucket and how far it is known: everything up to `epoch.last`; `is_sure` says that nothing speaks against it."""

    def __init__(self, bucket: str, seen: Epoch | None) -> None:
        self.bucket = bucket
        self.epoch = seen or Epoch()
        self.is_read = False  # since this process began
        self.is_sure = False
        self.is_halted = False  # by its owner, until it is asked again
        self.shortfalls = 0  # looks in a row that did not come as far as the server said it is
        self.revisions: dict[str, int] = {}  # of every key, also of those that are nobody's
        self.unsettled: dict[str, Entry] = {}  # what could not be taken over: it is offered again

    def judge(self, entry: Entry, before: int) -> Sign:
        """What to think of `entry`, heard from the server, whose key was at `before` until then."""
        if not self.is_sure:
            return Sign.KNOWN if self.is_halted else Sign.GAP
        known = self.revisions.get(entry.key, 0)
        if entry.revision == self.epoch.last + 1:
            return Sign.NEXT if before == known else Sign.ODD
        if entry.revision > self.epoch.last:
            return Sign.GAP
        # Sequences of a bucket that was made anew begin at 1 again, but its writes are later.
        return Sign.KNOWN if parse_stamp(entry.stamp) <= parse_stamp(self.epoch.stamp) else Sign.ODD

    def advance(self, entry: Entry) -> None:
        """Notes that everything up to `entry` is known."""
        self.epoch = self.epoch._replace(last=entry.revision, stamp=entry.stamp)

    def reach(self, state: StreamState, entries: Sequence[Entry]) -> None:
        """Notes how far `entries`, oldest first, came of a bucket that was at `state` before they were read.

        A server of a cluster may give pages before it has all that their leader has. But where what was written last
        was purged, nothing comes however often it is asked for.
        """
        new, newest = state.epoch, entries[-1] if entries else None
        if newest and newest.revision > self.epoch.last:
            self.epoch = Epoch(new.created, newest.revision, newest.stamp)
        is_all = self.epoch.last >= new.last or not state.is_clustered
        if new.last >= self.epoch.last and is_all:
            self.epoch = new
        self.epoch = self.epoch._replace(created=new.created)
        self.shortfalls = 0 if is_all else self.shortfalls + 1

    @property
    def is_short(self) -> bool:
        """Whether more of it is to be had at once."""
        return 0 < self.shortfalls <= MAX_SHORTFALLS

    def pick_news(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those of `entries` that are newer than what is known of their keys, the newest of each."""
        news: dict[str, Entry] = {}
        for entry in entries:
            if entry.revision > self.revisions.get(entry.key, 0):
                news.pop(entry.key, None)
                news[entry.key] = entry
        return list(news.values())

    def forget(self) -> None:
        """Starts from nothing: the bucket is another one."""
        self.epoch = Epoch()
        self.is_read = False
        self.revisions.clear()
        self.unsettled.clear()


async def is_same_life(connection: Connection, bucket: str, old: Epoch, new: Epoch) -> bool:
    """Whether the bucket that is at `new` has all that it had at `old`: it was not made anew, and no older copy of it.

    A copy that was written on may have more than the bucket had; then the write that was last tells them apart.
    """
    if not old.created:
        return True
    if old.created != new.created or new.last < old.last:
        return False
    if not old.stamp or not new.stamp:
        return True
    if old.last == new.last:
        return old.stamp == new.stamp
    entry = await read_from(connection, bucket, old.last)
    return entry is None or entry.revision != old.last or entry.stamp == old.stamp
