"""Writing keys by compare-and-swap: a write is done, was not done, or is said to be unknown, and never done twice.

A write without an answer may be done later, even after it was read that it is not (the server may have been stopped).
So it carries an id of its own, and is sent again as it was: of the two, the server takes one. Which write followed a
revision can be read from the bucket's history.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.mesh.connection import REQUEST_S, NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.pages import WRITE_HEADER
from openclaw_hooks.mesh.replica.streams import read_all, read_from, read_key
from openclaw_hooks.mesh.wire.keys import bucket_of

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry

LEASES = "MESH_LEASES"
LEAD_KEY = "lead"  # of the lease on leading; the others have ids of tasks
SETTLE_S = 10.0  # how long an unknown outcome is looked into
RETRY_S = 0.1
CATCH_UP_TRIES = 20
STALE = 10071  # another revision than the expected one; error code of the server
EXPECT_HEADER = "Nats-Expected-Last-Subject-Sequence"


class StaleError(MeshError):
    """The key is at another revision than the writer thought; `current` is what it holds, None when it holds nothing."""

    def __init__(self, key: str, current: Entry | None) -> None:
        self.key = key
        self.current = current
        self.revision = current.revision if current else 0
        super().__init__(f"{key} is at revision {self.revision} by now")


class Write(NamedTuple):
    """New content of a key that is at `revision`, 0 for one that was never written.

    `mark` is the id of an attempt that may have been sent already, and is not to be done beside this one.
    """

    key: str
    content: bytes
    revision: int
    mark: str = ""


async def put(connection: Connection, key: str, content: bytes, revision: int) -> int:
    """The new revision of the task or plan `key`, which was at `revision` (0: never written).

    Raises StaleError, NotDoneError when it was not written, UnknownOutcomeError when nobody could tell for 10 s.
    """
    return await write_key(connection, find_bucket(key), Write(key, content, revision))


async def put_lease(connection: Connection, task: str, content: bytes, revision: int) -> int:
    """The new revision of the lease on `task`; raises as `put` does."""
    return await write_key(connection, LEASES, Write(task, content, revision))


async def read_leases(connection: Connection) -> list[Entry]:
    """The leases on tasks: key, revision and bytes; raises MeshError for a node that is no lead."""
    return [entry for entry in await read_all(connection, LEASES) if bucket_of(entry.key)]


def find_bucket(key: str) -> str:
    """The bucket of `key`; raises MeshError for what is no id of a task or plan."""
    bucket = bucket_of(key)
    if not bucket:
        raise MeshError(f"{key[:80]!r} is no id of a task or plan")
    return bucket


async def write_key(
    connection: Connection, bucket: str, write: Write, timeout_s: float = REQUEST_S, settle_s: float = SETTLE_S
) -> int:
    """The new revision of a key of `bucket`; raises as `put` does."""
    unknown = UnknownOutcomeError("an attempt before got no answer")
    if not write.mark:
        write = write._replace(mark=secrets.token_hex(8))
        try:
            return await _send(connection, bucket, write, timeout_s)
        except UnknownOutcomeError as error:
            unknown = error
    deadline = time.monotonic() + settle_s
    while time.monotonic() < deadline:
        try:
            return await _settle(connection, bucket, write, timeout_s)
        except (NotDoneError, UnknownOutcomeError):  # of this look at it; the first attempt may yet be done
            await asyncio.sleep(RETRY_S)
    raise unknown


async def _send(connection: Connection, bucket: str, write: Write, timeout_s: float) -> int:
    headers = {EXPECT_HEADER: str(write.revision), WRITE_HEADER: write.mark}
    answer = json.loads(
        await connection.request(f"$KV.{bucket}.{write.key}", write.content, timeout_s=timeout_s, headers=headers)
    )
    error = answer.get("error")
    if not error:
        return int(answer["seq"])
    if error.get("err_code") != STALE:
        raise NotDoneError(f"the server refuses {write.key}: {error.get('description', 'no reason given')}")
    raise StaleError(write.key, await _read_at_least(connection, bucket, write.key, str(error.get("description"))))


async def _read_at_least(connection: Connection, bucket: str, key: str, refusal: str) -> Entry | None:
    """What `key` holds, at least at the revision that the server's `refusal` ends with.

    In a cluster a value may be read where that revision has not arrived.
    """
    wanted = refusal.rpartition(" ")[2]
    entry = await read_key(connection, bucket, key)
    for _ in range(CATCH_UP_TRIES):
        if not wanted.isdecimal() or (entry.revision if entry else 0) >= int(wanted):
            break
        await asyncio.sleep(RETRY_S)
        entry = await read_key(connection, bucket, key)
    return entry


async def _settle(connection: Connection, bucket: str, write: Write, timeout_s: float) -> int:
    """The revision that its mark got, however often it is sent; raises StaleError when another write came first."""
    follower = await read_from(connection, bucket, write.revision + 1, write.key)
    if follower is None:  # not done, or not yet: a second attempt cannot be done beside the first
        try:
            return await _send(connection, bucket, write, timeout_s)
        except StaleError:
            follower = await read_from(connection, bucket, write.revision + 1, write.key)
            if follower is None:
                raise NotDoneError(f"what came before {write.key} cannot be read yet") from None
    if follower and follower.write == write.mark:
        return follower.revision
    raise StaleError(write.key, await read_key(connection, bucket, write.key))
