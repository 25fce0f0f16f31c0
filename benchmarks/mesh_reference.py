"""The usual way to share records over a key-value bucket, to be measured beside the mesh on the same server.

Everything is read by listing the keys and asking for each; a value is put without comparing it with what is there; what
changes is heard from the library's own watcher. It writes each value to a file, so that it does the same work.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from openclaw_hooks.mesh.access import Access
from openclaw_hooks.mesh.connection import Connection, open_connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nats.js.kv import KeyValue

BUCKET = "BENCH"
QUEUED, CLAIMED = b"status: queued", b"status: claimed by "


async def connect(access: Access) -> Connection:
    """A connection whose complaints nobody hears."""
    return await open_connection(access, "reference", lambda _: None)


async def open_bucket(connection: Connection) -> KeyValue:
    """The bucket, made when it is not there."""
    from nats.js.api import KeyValueConfig

    stream = connection.jetstream()
    return await stream.create_key_value(KeyValueConfig(bucket=BUCKET, history=1))


async def clear(connection: Connection) -> None:
    """Takes the bucket away."""
    await connection.jetstream().delete_key_value(BUCKET)


async def push(connection: Connection, files: dict[str, bytes]) -> float:
    """Seconds that it takes to put `files`, one by one."""
    bucket = await open_bucket(connection)
    began = time.perf_counter()
    for key, content in files.items():
        await bucket.put(key, content)
    return time.perf_counter() - began


async def pull(connection: Connection, folder: str) -> float:
    """Seconds that it takes to read all values and write each to a file in `folder`."""
    os.makedirs(folder)
    bucket = await open_bucket(connection)
    began = time.perf_counter()
    for key in await bucket.keys():
        entry = await bucket.get(key)
        write(folder, key, entry.value or b"")
    return time.perf_counter() - began


def write(folder: str, key: str, content: bytes) -> None:
    """Replaces the file of `key`."""
    path = os.path.join(folder, key)
    with open(f"{path}.new", "wb") as stream:
        stream.write(content)
    os.replace(f"{path}.new", path)


async def follow(access: Access, folder: str) -> None:
    """Writes each value to a file as the watcher tells of it, until this is ended."""
    connection = await connect(access)
    watcher: Any = await (await open_bucket(connection)).watchall()
    print("ready", flush=True)
    async for entry in watcher:
        if entry is not None:
            write(folder, entry.key, entry.value or b"")


async def claim_all(connection: Connection, name: str, keys: Sequence[str]) -> tuple[list[str], list[float]]:
    """The keys that `name` believes to have claimed, and the milliseconds each attempt took."""
    bucket = await connection.jetstream().key_value(BUCKET)
    mine, took = [], []
    for key in keys:
        began = time.perf_counter()
        entry = await bucket.get(key)
        if (entry.value or b"").startswith(QUEUED):
            await bucket.put(key, CLAIMED + name.encode())
            mine.append(key)
        took.append((time.perf_counter() - began) * 1000)
    return mine, took


async def append_all(connection: Connection, keys: Sequence[str], line: bytes) -> None:
    """Adds `line` to each value: read, changed, put."""
    bucket = await connection.jetstream().key_value(BUCKET)
    for key in keys:
        entry = await bucket.get(key)
        await bucket.put(key, (entry.value or b"") + line)


if __name__ == "__main__":  # python -m benchmarks.mesh_reference URL FOLDER, with the seed on stdin
    asyncio.run(follow(Access((sys.argv[1],), seed=sys.stdin.readline().strip()), sys.argv[2]))
