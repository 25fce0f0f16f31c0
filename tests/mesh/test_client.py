"""What a node puts into subjects and headers does not make another deaf."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.client import read_headers
from tests.mesh.conftest import run

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage


async def write_raw(connection: Connection, words: bytes) -> None:
    """Sends protocol lines that the library would not."""
    transport: Any = connection.client._transport
    transport.write(words)
    await connection.client.flush()


def headed(subject: bytes, headers: bytes, payload: bytes) -> bytes:
    """The protocol lines of a message with any bytes for headers."""
    return b"HPUB %s %d %d\r\n%s%s\r\n" % (subject, len(headers), len(headers) + len(payload), headers, payload)


@pytest.mark.parametrize(
    "words",
    [
        b"PUB mesh.cmd.w1.\xff\xfe 2\r\nhi\r\n",
        b"PUB mesh.cmd.w1.a\x0bb 2\r\nhi\r\n",
        b"PUB mesh.cmd.w1.a\x0cb 2\r\nhi\r\n",
        b"PUB mesh.cmd.w1.a\x00b 2\r\nhi\r\n",
        headed(b"mesh.cmd.w1.a", b"NATS/1.0 \xff\xff\xff \xff\r\n\r\n", b"hi"),
        headed(b"mesh.cmd.w1.a", b"NATS/1.0\r\n\xff: \xff\r\n\r\n", b"hi"),
        headed(b"mesh.cmd.w1.a\x0b", b"NATS/1.0\r\nA: b\r\n\r\n", b"hi"),
        headed(b"mesh.cmd.w1.a", b"xx", b"hi"),
    ],
)
def test_a_worker_cannot_make_the_lead_deaf(stage: Stage, words: bytes) -> None:
    async def work() -> tuple[list[bytes], list[str]]:
        told: list[str] = []
        lead, worker = await stage.connect("boss", told.append), await stage.connect("w1")
        heard: list[bytes] = []
        is_ready, is_done = asyncio.Event(), asyncio.Event()

        async def take(message: Any) -> None:
            if message.data == b"begin":
                is_ready.set()
                return
            heard.append(message.data)
            if message.data == b"end":
                is_done.set()

        await lead.client.subscribe("mesh.cmd.>", cb=take)
        await lead.client.flush()
        while not is_ready.is_set():  # what is sent in the first moments of a server may not arrive
            await worker.client.publish("mesh.cmd.w1.begin", b"begin")
            await worker.client.flush()
            await asyncio.sleep(0.01)
        await write_raw(worker, words)
        await worker.client.publish("mesh.cmd.w1.claim", b"end")
        await asyncio.wait_for(is_done.wait(), 3)
        troubles = list(told)
        await worker.close()
        await lead.close()
        return heard, troubles

    stage.up()
    heard, troubles = run(work())
    assert (heard[0][-2:], heard[1:], troubles) == (b"hi", [b"end"], [])


def test_the_last_header_of_a_name_counts_which_is_the_servers() -> None:
    block = b"NATS/1.0 204 EOB\r\nNats-Sequence: 9\r\nno colon\r\nNats-Sequence: 4\r\nKey: a\x0b \r\n\r\n"
    assert read_headers(block) == {"Status": "204", "Description": "EOB", "Nats-Sequence": "4", "Key": "a\x0b"}


@pytest.mark.parametrize("block", [b"", b"x", b"NATS/1.0\r\n\r\n", b"NATS/1.0 x\r\n\r\n", b"\xff\r\n\xff"])
def test_what_holds_no_header_gives_none(block: bytes) -> None:
    assert read_headers(block) is None
