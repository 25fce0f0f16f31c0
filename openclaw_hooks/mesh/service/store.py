"""The lead's way to the buckets: writes by compare-and-swap, tasks before plans, and events for whoever listens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.replica.batches import put_many
from openclaw_hooks.mesh.replica.streams import read_key
from openclaw_hooks.mesh.replica.writes import LEASES, StaleError, Write, find_bucket, put, put_lease
from openclaw_hooks.mesh.wire.keys import TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.mesh.sync_log import SyncLog

MANY = 8  # from so many on they go in batches


class Store:
    """What the service writes to and reads from, over the connection of this node."""

    def __init__(self, connection: Connection, log: SyncLog) -> None:
        self._connection = connection
        self._log = log
        self._sending: set[asyncio.Task[None]] = set()

    async def put_all(self, changes: Mapping[str, tuple[int, bytes]]) -> dict[str, int]:
        """The new revisions of those of `changes` (key -> revision before, content) that were not stale.

        Raises UnknownOutcomeError when nobody can tell of one of them, NotDoneError when one was refused.
        """
        writes = [Write(key, content, revision) for key, (revision, content) in changes.items()]
        revisions: dict[str, int] = {}
        for some in (
            [w for w in writes if find_bucket(w.key) == TASKS],
            [w for w in writes if find_bucket(w.key) != TASKS],
        ):
            written = await (self._put_batch(some) if len(some) >= MANY else self._put_each(some))
            revisions.update(written)
            if len(written) < len(some):
                break  # plans say what became of tasks: not before these are there
        return revisions

    async def _put_each(self, writes: Sequence[Write]) -> dict[str, int]:
        results = await asyncio.gather(*(self._put_one(write) for write in writes), return_exceptions=True)
        failures = [one for one in results if isinstance(one, BaseException)]
        if failures:
            raise next((one for one in failures if isinstance(one, UnknownOutcomeError)), failures[0])
        return {write.key: one for write, one in zip(writes, results, strict=True) if isinstance(one, int) and one}

    async def _put_one(self, write: Write) -> int:
        try:
            return await put(self._connection, write.key, write.content, write.revision)
        except StaleError:
            return 0

    async def _put_batch(self, writes: Sequence[Write]) -> dict[str, int]:
        written = await put_many(self._connection, writes)
        if written.unknown:
            raise UnknownOutcomeError(next(iter(written.unknown.values())))
        if written.refused:
            raise NotDoneError(next(iter(written.refused.values())))
        return written.revisions

    async def put_lease(self, task: str, lease: MeshLease, revision: int) -> int:
        """The new revision of the lease on `task`; 0 when it was stale."""
        try:
            return await put_lease(self._connection, task, msgspec.json.encode(lease), revision)
        except StaleError:
            return 0

    async def read(self, key: str) -> tuple[int, bytes | None]:
        """The revision and value that the server has of `key`."""
        entry = await read_key(self._connection, find_bucket(key), key)
        return (entry.revision, entry.content) if entry else (0, None)

    async def read_lease(self, task: str) -> tuple[int, bytes | None]:
        """The revision and value that the server has of the lease on `task`."""
        entry = await read_key(self._connection, LEASES, task)
        return (entry.revision, entry.content) if entry else (0, None)

    def publish(self, events: Sequence[tuple[str, bytes]]) -> None:
        """Tells everybody what happened (subject and payload each); nobody waits for it."""
        if not events:
            return
        task = asyncio.create_task(self._publish(events))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _publish(self, events: Sequence[tuple[str, bytes]]) -> None:
        try:
            for subject, payload in events:
                await self._connection.client.publish(subject, payload)
        except Exception as error:  # what happened can be read from the board
            self._log.complain("event not sent", str(error))
