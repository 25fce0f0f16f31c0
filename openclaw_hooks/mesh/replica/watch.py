"""Following the buckets of the board: told of each write, and looking by itself for what it was not told.

What the server tells makes it fast, and may be lost; the look every few seconds makes it complete. Nothing of a bucket
that was made anew, or put back to an older copy, is taken over before its owner was asked.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.followed import Followed, Sign, is_same_life
from openclaw_hooks.mesh.replica.pages import read_entry
from openclaw_hooks.mesh.replica.streams import read_all, stream_state
from openclaw_hooks.mesh.wire.keys import BUCKETS, bucket_of
from openclaw_hooks.mesh.wire.subjects import REPUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nats.aio.msg import Msg

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry
    from openclaw_hooks.mesh.replica.streams import Epoch

LOOK_S = 3.0  # one small request per bucket; a lost message is made good for after this time
RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)
MAX_HEARD = 20_000  # messages that wait to be taken over; what is more is read again
MAX_TOLD = 1_000  # keys that are named in the log


class Listener(Protocol):
    """Who is told. Both may be told the same twice, and what raises is told again at the next look."""

    async def on_changes(self, bucket: str, entries: Sequence[Entry]) -> None:
        """Takes over keys of tasks or plans, each newer than before; a content of None is a deletion."""

    async def on_epoch(self, bucket: str, old: Epoch, new: Epoch) -> bool:
        """Whether to go on with a bucket that is not the one it was: all of it is told then, by `on_changes`.

        Until it is true, nothing of the bucket is told, and it is asked again at each look.
        """


class Watch:
    """Follows the buckets of tasks and plans for `listener`; `seen` is how far each was known when this node last ran."""

    def __init__(
        self,
        connection: Connection,
        listener: Listener,
        log: Callable[[str], None],
        seen: Mapping[str, Epoch] | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        self._connection = connection
        self._listener = listener
        self._log = log
        self._look_s = look_s
        self._followed = {bucket: Followed(bucket, (seen or {}).get(bucket)) for bucket in BUCKETS}
        self._heard: list[Msg] = []
        self._wake = asyncio.Event()
        self._complete = asyncio.Event()
        self._is_due = True
        self._doubts = 0  # how often the connection was back: what was found before may be of another store
        self._failures = 0
        self._last_trouble = ""
        self._looked = 0.0
        self._told: set[str] = set()

    @property
    def epochs(self) -> dict[str, Epoch]:
        """How far each bucket is known, to be kept and given as `seen` to the next watch."""
        return {bucket: followed.epoch for bucket, followed in self._followed.items()}

    @property
    def is_complete(self) -> bool:
        """Whether all that was there at the last look was taken over, and nothing is known to be missing."""
        return self._complete.is_set()

    @property
    def looked_s_ago(self) -> float:
        """How long ago the last complete look was; endless when there was none."""
        return time.monotonic() - self._looked if self._looked else float("inf")

    async def wait_until_complete(self) -> None:
        """Comes back when everything is taken over."""
        await self._complete.wait()

    def look_again(self) -> None:
        """Asks for a look at once."""
        self._is_due = True
        self._wake.set()

    async def take_return(self) -> None:
        """Hears that the connection is back: it may lead to another server, or to an older store."""
        self._doubts += 1
        for followed in self._followed.values():
            followed.is_sure = False
        self._complete.clear()
        self.look_again()

    async def run(self) -> None:
        """Follows until it is cancelled; raises MeshError when the connection does not come back any more."""
        client = self._connection.client
        subscription = await client.subscribe(f"{REPUBLISHED}>", cb=self._hear)
        self._connection.wakes.append(self.take_return)
        try:
            while not self._connection.is_over:
                await self._turn()
            raise MeshError("the connection to the mesh was closed")
        finally:
            self._connection.wakes.remove(self.take_return)
            with suppress(Exception):  # with the connection the subscription is gone
                await subscription.unsubscribe()

    async def _hear(self, message: Msg) -> None:
        if len(self._heard) >= MAX_HEARD:
            self._heard.clear()
            self._is_due = True
        self._heard.append(message)
        self._wake.set()

    async def _turn(self) -> None:
        with suppress(TimeoutError):  # `wait_for` of Python 3.11 may swallow a cancellation
            async with asyncio.timeout(self._pause()):
                await self._wake.wait()
        self._wake.clear()
        try:
            await self._take_heard()
            if self._is_due or time.monotonic() - self._looked >= self._look_s:
                await self._look()
                self._failures, self._last_trouble = 0, ""
        except MeshError as error:
            self._note_failure(error.message)
        except Exception as error:  # it ends for nothing that comes over the wire
            self._note_failure(f"{type(error).__name__}: {error}")

    def _pause(self) -> float:
        if self._failures:
            return RETRY_S[min(self._failures, len(RETRY_S)) - 1]
        return 0 if self._is_due else max(self._looked + self._look_s - time.monotonic(), 0)

    def _note_failure(self, trouble: str) -> None:
        self._failures += 1
        self._is_due = True
        self._complete.clear()
        if trouble != self._last_trouble:
            self._log(f"the mesh could not be read: {trouble}")
        self._last_trouble = trouble

    async def _take_heard(self) -> None:
        heard, self._heard = self._heard, []
        fresh: dict[str, list[Entry]] = {}
        for message in heard:
            headers = message.headers or {}
            followed = self._followed.get(headers.get("Nats-Stream", "").removeprefix("KV_"))
            entry = followed and read_entry(headers, message.data, f"$KV.{followed.bucket}.")
            if not followed or not entry:
                continue
            sign = followed.judge(entry, int(headers.get("Nats-Last-Sequence", "-1")))
            if sign is Sign.NEXT:
                followed.advance(entry)
                followed.revisions[entry.key] = entry.revision
                fresh.setdefault(followed.bucket, []).append(entry)
            elif sign is not Sign.KNOWN:
                self._is_due = True
                followed.is_sure = followed.is_sure and sign is Sign.GAP
        for bucket, entries in fresh.items():
            await self._offer(self._followed[bucket], entries)

    async def _look(self) -> None:
        self._is_due = False
        for followed in self._followed.values():
            await self._look_at(followed)
        if any(followed.is_short for followed in self._followed.values()):
            raise MeshError("the server has not caught up with its leader")
        self._looked = time.monotonic()
        if all(followed.is_sure and not followed.unsettled for followed in self._followed.values()):
            self._complete.set()
        else:
            self._complete.clear()

    async def _look_at(self, followed: Followed) -> None:
        connection, bucket, doubts = self._connection, followed.bucket, self._doubts
        state = await stream_state(connection, bucket)
        new = state.epoch
        if not await is_same_life(connection, bucket, followed.epoch, new):
            followed.is_sure = False
            followed.is_halted = not await self._listener.on_epoch(bucket, followed.epoch, new)
            if followed.is_halted:
                return
            self._log(f"{bucket} is not the one it was, and is read anew")
            followed.forget()
        entries: list[Entry] = []
        if new.last > followed.epoch.last or not followed.is_read:
            entries = await read_all(connection, bucket, followed.epoch.last if followed.is_read else 0)
            after = (await stream_state(connection, bucket)).epoch
            if after.created != new.created or after.last < new.last:
                raise MeshError(f"{bucket} was made anew while it was read")
        news = followed.pick_news(entries)
        followed.revisions.update((entry.key, entry.revision) for entry in news)
        followed.reach(state, entries)
        followed.is_read, followed.is_sure = True, self._doubts == doubts
        await self._offer(followed, [*followed.unsettled.values(), *news])

    async def _offer(self, followed: Followed, entries: Sequence[Entry]) -> None:
        """Tells the listener; what it cannot take is kept for the next look, and nothing else with it."""
        fit = {entry.key: entry for entry in entries if self._is_ours(followed, entry.key)}
        for key in fit:
            followed.unsettled.pop(key, None)
        if not fit:
            return
        try:
            await self._listener.on_changes(followed.bucket, list(fit.values()))
        except Exception as error:
            if len(fit) == 1:
                self._keep(followed, next(iter(fit.values())), error)
                return
            for entry in fit.values():
                await self._offer(followed, [entry])

    def _keep(self, followed: Followed, entry: Entry, error: Exception) -> None:
        followed.unsettled[entry.key] = entry
        self._complete.clear()
        self._tell(f"{entry.key} at revision {entry.revision} could not be taken over: {error}")

    def _is_ours(self, followed: Followed, key: str) -> bool:
        if bucket_of(key) == followed.bucket:
            return True
        self._tell(f"{followed.bucket} has a key that is no id: {key[:80]!r}")
        return False

    def _tell(self, line: str) -> None:
        """Logs `line` once."""
        if line not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(line)
            self._log(line)
