"""A server with the buckets of the mesh, and listeners that keep what they are told."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.replica.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry
    from openclaw_hooks.mesh.replica.streams import Epoch
    from tests.mesh.conftest import Stage


async def open_mesh(stage: Stage, *names: str) -> list[Connection]:
    """The connections of `names` to a server that has the buckets; the first is a lead's."""
    if not stage.children:
        stage.up()
    connections = [await stage.connect(name) for name in names]
    await ensure_buckets(connections[0])
    return connections


async def close_all(*connections: Connection) -> None:
    """Ends them."""
    for connection in connections:
        await connection.close()


async def until(is_so: Callable[[], object], timeout_s: float = 10) -> float:
    """Waits until `is_so`; how many seconds that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < timeout_s, "it never came to that"
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def freeze(stage: Stage) -> None:
    """Stops the server, and comes back when it stands still."""
    pid = stage.children[-1].pid
    os.kill(pid, signal.SIGSTOP)
    while "T" not in subprocess.check_output(["ps", "-o", "stat=", "-p", str(pid)], text=True):
        await asyncio.sleep(0.01)


def key(number: int) -> str:
    """The id of a task."""
    return f"T-{number:06d}"


class Mirror:
    """A listener: what it holds, and what it was told of epochs."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, bytes | None]] = {}
        self.epochs: list[tuple[str, Epoch, Epoch]] = []
        self.goes_on = True
        self.calls = 0
        self.poison: set[str] = set()
        self.log: list[str] = []

    async def on_changes(self, bucket: str, entries: Sequence[Entry]) -> None:
        """Takes them, unless one is poison."""
        self.calls += 1
        if self.poison & {entry.key for entry in entries}:
            raise ValueError("poison")
        for entry in entries:
            assert entry.revision >= self.held.get(entry.key, (0, b""))[0]
            self.held[entry.key] = (entry.revision, entry.content)

    async def on_epoch(self, bucket: str, old: Epoch, new: Epoch) -> bool:
        """Forgets what it holds if it goes on."""
        self.epochs.append((bucket, old, new))
        if self.goes_on:
            self.held = {}
        return self.goes_on


class Following:
    """A watch that runs; a context manager."""

    def __init__(self, connection: Connection, mirror: Mirror, **options: Any) -> None:
        self.watch = Watch(connection, mirror, mirror.log.append, **options)

    async def __aenter__(self) -> Watch:
        """Begins, and comes back when everything is there."""
        self.task = asyncio.ensure_future(self.watch.run())
        await asyncio.wait_for(self.watch.wait_until_complete(), 10)
        return self.watch

    async def __aexit__(self, *_: object) -> None:
        """Ends it."""
        assert not self.task.done(), self.task
        self.task.cancel()
        await asyncio.wait([self.task])
