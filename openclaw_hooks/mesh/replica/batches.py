"""Writing many keys at once: in batches that the server takes whole or not at all, each key by compare-and-swap."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.pages import WRITE_HEADER
from openclaw_hooks.mesh.replica.streams import read_from, read_keys, stream_state
from openclaw_hooks.mesh.replica.writes import (
    EXPECT_HEADER,
    RETRY_S,
    STALE,
    StaleError,
    Write,
    find_bucket,
    write_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry

MAX_BATCH = 500  # the server takes 1,000; half of it keeps others waiting half as long
MAX_BATCH_BYTES = 4 << 20
ATTEMPTS = 4
SINGLE_AT_ONCE = 64


class Written(NamedTuple):
    """What became of each key: its new revision, what it holds in place of what was expected, or why it was refused.

    Keys of which nobody can tell are in `unknown`.
    """

    revisions: dict[str, int]
    stale: dict[str, Entry | None]
    refused: dict[str, str]
    unknown: dict[str, str]


async def put_many(
    connection: Connection, writes: Iterable[Write], on_progress: Callable[[int], None] | None = None
) -> Written:
    """What became of `writes` of tasks and plans, each key once; `on_progress` hears how many are through.

    Raises MeshError when the mesh is out of reach before anything was sent; what happens later is in the answer.
    """
    sorted_out: dict[str, list[Write]] = {}
    for write in {write.key: write for write in writes}.values():
        sorted_out.setdefault(find_bucket(write.key), []).append(write)
    writer = _Writer(connection, on_progress)
    for bucket, some in sorted_out.items():
        is_atomic = (await stream_state(connection, bucket)).is_atomic
        for batch in _part(some):
            await (writer.write_batch(bucket, batch) if is_atomic else writer.write_single(bucket, batch))
    return writer.written


def _part(writes: Sequence[Write]) -> Iterator[list[Write]]:
    batch: list[Write] = []
    size = 0
    for write in writes:
        if batch and (len(batch) == MAX_BATCH or size + len(write.content) > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(write)
        size += len(write.content)
    if batch:
        yield batch


class _Writer:
    """Writes batches and keeps what became of them."""

    def __init__(self, connection: Connection, on_progress: Callable[[int], None] | None) -> None:
        self.written = Written({}, {}, {}, {})
        self._connection = connection
        self._on_progress = on_progress

    async def write_batch(self, bucket: str, batch: list[Write]) -> None:
        """Writes `batch` whole, without those of its keys that are stale; one by one when that fails too often."""
        mark, left = secrets.token_hex(8), ""
        for _ in range(ATTEMPTS):
            try:
                batch = await self._attempt(bucket, batch, mark)
            except UnknownOutcomeError:
                left = mark  # in what is left of it: an attempt that may yet be done
                batch = await self._look_again(bucket, batch, mark)
            except NotDoneError:  # this batch was refused; each of its keys may not be
                break
            if not batch:
                break
        await self.write_single(bucket, [write._replace(mark=left) for write in batch])
        if self._on_progress:
            self._on_progress(sum(len(part) for part in self.written))

    async def write_single(self, bucket: str, writes: Sequence[Write]) -> None:
        """Writes each for itself, several at a time."""
        slots = asyncio.Semaphore(SINGLE_AT_ONCE)

        async def write_one(write: Write) -> None:
            async with slots:
                await self._write_one(bucket, write)

        await asyncio.gather(*(write_one(write) for write in writes))

    async def _write_one(self, bucket: str, write: Write) -> None:
        try:
            self.written.revisions[write.key] = await write_key(self._connection, bucket, write)
        except StaleError as error:
            self.written.stale[write.key] = error.current
        except UnknownOutcomeError as error:
            self.written.unknown[write.key] = error.message
        except MeshError as error:
            self.written.refused[write.key] = error.message

    async def _attempt(self, bucket: str, batch: list[Write], mark: str) -> list[Write]:
        """What is left to write after `batch` was sent: nothing, or what is not stale."""
        answer = await self._send(bucket, batch, mark)
        error = answer.get("error")
        if error and error.get("err_code") == STALE:
            return await self._sort_out(bucket, batch, mark)
        if error:
            raise NotDoneError(f"the server refuses a batch: {error.get('description', 'no reason given')}")
        if answer.get("count") != len(batch):  # a server that knows nothing of batches takes what it gets
            raise UnknownOutcomeError("the server does not say what it took")
        first = int(answer["seq"]) - len(batch) + 1
        self.written.revisions.update((write.key, first + number) for number, write in enumerate(batch))
        return []

    async def _send(self, bucket: str, batch: list[Write], mark: str) -> dict[str, Any]:
        connection, name = self._connection, secrets.token_hex(8)
        if not connection.is_up:
            raise NotDoneError("the mesh is out of reach")
        for number, write in enumerate(batch, 1):
            headers = {
                "Nats-Batch-Id": name,
                "Nats-Batch-Sequence": str(number),
                EXPECT_HEADER: str(write.revision),
                WRITE_HEADER: mark,
            }
            subject = f"$KV.{bucket}.{write.key}"
            if number < len(batch):
                await connection.client.publish(subject, write.content, headers=headers)
        headers["Nats-Batch-Commit"] = "1"
        answer: dict[str, Any] = json.loads(await connection.request(subject, write.content, headers=headers))
        return answer

    async def _sort_out(self, bucket: str, batch: list[Write], mark: str) -> list[Write]:
        """Those of `batch` that are at the revision that was expected; notes what the others hold."""
        current = await read_keys(self._connection, bucket, [write.key for write in batch])
        fresh = []
        for write in batch:
            entry = current.get(write.key)
            if (entry.revision if entry else 0) == write.revision:
                fresh.append(write)
            elif entry and entry.write == mark:  # of an attempt before, whose answer was lost
                self.written.revisions[write.key] = entry.revision
            elif (follower := await read_from(self._connection, bucket, write.revision + 1, write.key)) and (
                follower.write == mark
            ):
                self.written.revisions[write.key] = follower.revision
            else:
                self.written.stale[write.key] = entry
        return fresh

    async def _look_again(self, bucket: str, batch: list[Write], mark: str) -> list[Write]:
        """What is left of a batch without an answer, which may have been taken."""
        await asyncio.sleep(RETRY_S)
        try:
            return await self._sort_out(bucket, batch, mark)
        except MeshError:
            return batch
