"""What became of each task in a mesh, as its server tells: every value that a key ever had."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mesh.access import own_access
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.tasks.markdown import parse_task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.sidecar.conftest import Clone


class Value(NamedTuple):
    """A value of a key, with what it says of its task."""

    revision: int
    status: str
    owner: str
    content: bytes


@asynccontextmanager
async def raw_lead(clone: Clone) -> AsyncIterator[Connection]:
    """A connection with the rights of the lead `clone`, and nothing between."""
    connection = await open_connection(own_access(clone.place, clone.top.name), "raw", lambda _: None)
    try:
        yield connection
    finally:
        await connection.close()


async def ask(connection: Connection, subject: str, **query: object) -> Any:
    """What the server answers to a request of its programming interface."""
    return json.loads(await connection.request(f"$JS.API.{subject}", json.dumps(query).encode() if query else b""))


def read_lineage(clone: Clone) -> dict[str, list[Value]]:
    """All values of the tasks in the mesh of the lead `clone`, oldest first, by key."""

    async def read() -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        async with raw_lead(clone) as connection:
            state = (await ask(connection, "STREAM.INFO.KV_MESH_TASKS"))["state"]
            for sequence in range(state["first_seq"], state["last_seq"] + 1):
                answer = await ask(connection, "STREAM.MSG.GET.KV_MESH_TASKS", seq=sequence)
                if "message" in answer:
                    key = answer["message"]["subject"].removeprefix("$KV.MESH_TASKS.")
                    content = base64.b64decode(answer["message"].get("data", ""))
                    found.setdefault(key, []).append(_read_value(key, sequence, content))
        return found

    return asyncio.run(read())


def _read_value(key: str, revision: int, content: bytes) -> Value:
    try:
        task = parse_task(f"{key}.md", content)
    except DocumentError:
        return Value(revision, "none", "", content)
    return Value(revision, task.status.value, task.owner, content)


def count_moves(values: list[Value], status: str) -> int:
    """How often a task came to be `status`."""
    before = ["", *(value.status for value in values)]
    return sum(old != status == new for old, new in pairwise(before))
