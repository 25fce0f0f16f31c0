"""Reading a stream in batches by direct requests: the way that is open to every node, and leaves nothing behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.mesh.connection import UnknownOutcomeError
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from openclaw_hooks.mesh.connection import Connection

BATCH: Final = 500
STREAM_MISSING: Final = 10059  # error code of the server
ANSWER_S: Final = 5.0


class Stored(NamedTuple):
    """A message as a stream keeps it."""

    sequence: int
    subject: str
    payload: bytes


class StreamState(NamedTuple):
    """How a stream stands: when it was made (in the server's own terms), and its first and last sequence."""

    created: str
    first: int
    last: int


async def read_state(connection: Connection, stream: str) -> StreamState | None:
    """How `stream` stands; None when there is none. Raises MeshError."""
    answer = json.loads(await connection.request(f"{connection.api_prefix}.STREAM.INFO.{stream}"))
    error = answer.get("error")
    if error:
        if error.get("err_code") == STREAM_MISSING:
            return None
        raise MeshError(f"the server says nothing about {stream}: {error.get('description', '')}")
    return StreamState(str(answer["created"]), int(answer["state"]["first_seq"]), int(answer["state"]["last_seq"]))


async def read_stored(connection: Connection, stream: str, subject: str, start: int = 1) -> AsyncIterator[Stored]:
    """What `stream` keeps under `subject`, which may be a pattern, from the sequence `start` on; oldest first.

    Raises MeshError when the answers end too early: what came before is true all the same.
    """
    while True:
        found, is_more = await _read_batch(connection, stream, subject, max(start, 1))
        for stored in found:
            yield stored
        if not found or not is_more:
            return
        start = found[-1].sequence + 1


async def _read_batch(connection: Connection, stream: str, subject: str, start: int) -> tuple[list[Stored], bool]:
    request = json.dumps({"seq": start, "batch": BATCH, "next_by_subj": subject}).encode()
    if not connection.is_up:
        raise UnknownOutcomeError("the mesh is out of reach")
    inbox = connection.client.new_inbox()
    answers = await connection.client.subscribe(inbox)
    try:
        await connection.client.publish(f"{connection.api_prefix}.DIRECT.GET.{stream}", request, reply=inbox)
        found: list[Stored] = []
        while True:
            message = await answers.next_msg(timeout=ANSWER_S)
            headers: dict[str, Any] = message.headers or {}
            if "Nats-Sequence" not in headers:  # the end of a batch, nothing found, or nobody who answers
                return found, int(headers.get("Nats-Num-Pending", 0)) > 0
            found.append(Stored(int(headers["Nats-Sequence"]), headers.get("Nats-Subject", ""), message.data))
    except TimeoutError as error:
        raise UnknownOutcomeError(f"{stream}: no whole answer within {ANSWER_S:g} s") from error
    finally:
        await answers.unsubscribe()
