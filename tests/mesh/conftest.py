"""A real server per test, and proof that it is gone afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.access import LEAD_PREFIX, Access
from openclaw_hooks.mesh.accounts import API_PREFIX, make_accounts
from openclaw_hooks.mesh.config import make_url, read_settings
from openclaw_hooks.mesh.connection import Connection, open_connection
from openclaw_hooks.mesh.keys import make_key
from openclaw_hooks.mesh.nodes import Node, NodeRole
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.server import Started, start_server

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

NODES = {"boss": NodeRole.LEAD, "w1": NodeRole.WORKER, "w2": NodeRole.WORKER, "ada": NodeRole.HUMAN}
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def list_processes(words: str) -> list[int]:
    """The ids of living processes whose command line holds `words`."""
    listed = subprocess.run(["ps", "-axww", "-o", "pid=,stat=,command="], check=True, capture_output=True, text=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if len(row) == 3 and words in row[2] and not row[1].startswith("Z")]


def kill_leftovers(folder: str) -> list[int]:
    """Kills what runs with a file of `folder` on its command line, by id; what that was."""
    found = list_processes(f"nats-server -c {folder}")
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5  # those that are no children of ours cannot be waited for otherwise
    while set(found) & set(list_processes(f"nats-server -c {folder}")) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


class Stage:
    """A place for a mesh, with the keys of one lead, two workers and a person."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(str(folder))
        self.keys = {name: make_key() for name in NODES}
        self.nodes = [Node(name, role, self.keys[name].public, "2026-01-01T00:00:00Z") for name, role in NODES.items()]
        self.children: list[subprocess.Popen[bytes]] = []

    def up(self, accounts: str = "") -> Started:
        """Starts the server, or finds it running."""
        started = start_server(self.place, accounts or make_accounts(self.nodes))
        if started.child:
            self.children.append(started.child)
        return started

    def kill(self) -> None:
        """Ends the server with SIGKILL."""
        self.children[-1].kill()
        self.children[-1].wait()

    def access(self, name: str) -> Access:
        """How the node `name` connects."""
        prefix = LEAD_PREFIX if NODES.get(name) is NodeRole.LEAD else API_PREFIX
        key = self.keys.get(name) or make_key()
        return Access((make_url(read_settings(self.place)),), seed=key.seed, api_prefix=prefix)

    async def connect(self, name: str, log: Callable[[str], None] | None = None, **options: Any) -> Connection:
        """A connection of the node `name`; what it complains about goes to `log`."""
        return await open_connection(self.access(name), name, log or (lambda _: None), **options)

    def clean(self) -> None:
        """Ends every server of this place."""
        kill_leftovers(self.place.folder)
        for child in self.children:
            child.wait()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A place without a server yet; whatever a test starts there is gone afterwards."""
    made = Stage(tmp_path / "common" / "openclaw" / "nats")
    yield made
    made.clean()
    assert list_processes(f"nats-server -c {made.place.folder}") == []


def run(work: Coroutine[Any, Any, Any], timeout_s: float = 30) -> Any:
    """What `work` comes to; fails when it hangs."""
    return asyncio.run(asyncio.wait_for(work, timeout_s))


async def make_bucket(lead: Connection, bucket: str, **options: Any) -> Any:
    """A bucket as the mesh has them."""
    from nats.js.api import KeyValueConfig, RePublish

    republish = RePublish(src=f"$KV.{bucket}.>", dest="mesh.kv.>") if bucket == "MESH_TASKS" else None
    return await lead.jetstream().create_key_value(
        KeyValueConfig(bucket=bucket, history=64, direct=True, republish=republish, **options)
    )


async def put(connection: Connection, subject: str, payload: bytes) -> Any:
    """The acknowledgement of a write."""
    import json

    answer = json.loads(await connection.request(subject, payload))
    assert "error" not in answer, answer
    return answer
