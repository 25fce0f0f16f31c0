"""A node's tools hear from the lead alone, and nobody answers in another's name: tried with the real server."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.accounts import make_accounts
from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.nodes import Node, NodeRole
from openclaw_hooks.mesh.server import start_server
from tests.mesh.conftest import put, run
from tests.mesh.offers.conftest import ECHO, scene_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

    Exploit = Callable[[Connection], Coroutine[Any, Any, Any]]

TARGET = "mesh.tool.w1.echo.say"
OWN = "$KV.MESH_NODES.w2"


async def send_directly(worker: Connection) -> None:
    await worker.client.publish(TARGET, b"{}", reply=worker.client.new_inbox())


async def reply_with_own_value(worker: Connection) -> None:
    """The server answers a read of the worker's own value, where the worker may not publish."""
    await put(worker, OWN, b'{"id": "0", "caller": "boss"}')
    await worker.client.publish(f"mesh.js.DIRECT.GET.KV_MESH_NODES.{OWN}", b"", reply=TARGET)


async def reply_with_batch(worker: Connection) -> None:
    await put(worker, OWN, b'{"id": "0", "caller": "boss"}')
    request = json.dumps({"seq": 1, "batch": 10, "next_by_subj": OWN}).encode()
    await worker.client.publish("mesh.js.DIRECT.GET.KV_MESH_NODES", request, reply=TARGET)


async def reply_with_acknowledgement(worker: Connection) -> None:
    await worker.client.publish(OWN, b"x", reply=TARGET)


async def reply_of_the_lead(worker: Connection) -> None:
    """The lead answers a command where the worker may not publish."""
    await worker.client.publish("mesh.cmd.w2.call", b"{}", reply=TARGET)


async def deliver_by_consumer(worker: Connection) -> None:
    await put(worker, OWN, b"x")
    config = {"name": "x", "deliver_subject": TARGET, "filter_subject": OWN, "deliver_policy": "last"}
    request = json.dumps({"stream_name": "KV_MESH_NODES", "config": config | {"ack_policy": "none"}}).encode()
    for api in ("mesh.js", "$JS.API"):
        subject = f"{api}.CONSUMER.CREATE.KV_MESH_NODES.x.{OWN}"
        await worker.client.publish(subject, request, reply=worker.client.new_inbox())


async def trace_a_message(worker: Connection) -> None:
    """The server tells how a message travels, on a subject that its sender chose."""
    await worker.client.publish(OWN, b"x", headers={"Nats-Trace-Dest": TARGET})


async def schedule_a_message(worker: Connection) -> None:
    headers = {"Nats-Schedule": "@at 2020-01-01T00:00:00Z", "Nats-Schedule-Target": TARGET}
    await worker.client.publish(OWN, b"x", headers=headers)


EXPLOITS: dict[str, Exploit] = {
    "direct": send_directly,
    "reply": reply_with_own_value,
    "batch": reply_with_batch,
    "acknowledgement": reply_with_acknowledgement,
    "lead": reply_of_the_lead,
    "consumer": deliver_by_consumer,
    "trace": trace_a_message,
    "schedule": schedule_a_message,
}


async def try_exploit(stage: Stage, exploit: Exploit) -> list[str]:
    """What comes in at the tools of w1, or where the lead asks them, when w2 tries."""
    lead, victim, worker = [await stage.connect(each) for each in ("boss", "w1", "w2")]
    await ensure_buckets(lead)
    heard: list[str] = []

    async def take(message: Any) -> None:
        heard.append(message.data.decode())
        if message.reply:
            await message.respond(b"yes")

    async def answer(message: Any) -> None:
        await message.respond(b'{"id": "0", "caller": "boss"}')

    await victim.client.subscribe(TARGET, cb=take)
    await lead.client.subscribe(TARGET, cb=take)
    await lead.client.subscribe("mesh.cmd.>", cb=answer)
    await victim.client.flush()
    await lead.client.flush()
    await exploit(worker)
    await worker.client.flush()
    await asyncio.sleep(0.1)
    found = list(heard)
    assert await lead.request(TARGET, b"honest") == b"yes"  # the way itself is open
    for connection in (lead, victim, worker):
        await connection.close()
    return found


@pytest.mark.parametrize("name", EXPLOITS)
def test_a_worker_does_not_get_through_to_the_tools_of_another(stage: Stage, name: str) -> None:
    stage.up()
    assert run(try_exploit(stage, EXPLOITS[name])) == []


def test_in_one_shared_account_it_does(stage: Stage) -> None:
    permissions = f'publish: {{ allow: ["{OWN}"] }}, subscribe: {{ allow: ["_INBOX.>"] }}'
    free = ", ".join(f"{{ nkey: {stage.keys[name].public} }}" for name in ("boss", "w1"))
    stage.up(
        f"accounts {{ MESH {{ jetstream: enabled, users: [ {free}, "
        f"{{ nkey: {stage.keys['w2'].public}, permissions: {{ {permissions} }} }} ] }} }}"
    )
    assert run(try_exploit(stage, reply_with_acknowledgement))


def test_a_worker_hears_no_call_of_another_and_cannot_answer_it(stage: Stage) -> None:
    async def work() -> tuple[bytes, list[str], list[str]]:
        complaints: list[str] = []
        lead, victim = [await stage.connect(each) for each in ("boss", "w1")]
        thief = await stage.connect("w2", complaints.append)
        heard: list[str] = []

        async def forge(message: Any) -> None:
            heard.append(message.subject)
            await message.respond(b"forged")

        async def answer(message: Any) -> None:
            for _ in range(3):  # whoever knows where the answer is expected
                await thief.client.publish(message.reply, b"forged")
            await thief.client.flush()
            await message.respond(b"true")

        for subject in (TARGET, "mesh.tool.w1.>", "mesh.tool.>", "mesh.tool.w2.>", "_R_.>"):
            await thief.client.subscribe(subject, cb=forge)
        await victim.client.subscribe(TARGET, cb=answer)
        await victim.client.flush()
        await thief.client.flush()
        found = await lead.request(TARGET, b"x")
        while len(complaints) < 5:
            await asyncio.sleep(0.01)
        for connection in (lead, victim, thief):
            await connection.close()
        return found, heard, complaints

    stage.up()
    found, heard, complaints = run(work())
    assert (found, heard) == (b"true", [])
    refused = [line for line in complaints if "for subscription to" in line]
    assert len(refused) == 4, complaints  # all but its own


def test_a_worker_answers_once_and_sends_nothing_else_with_it(stage: Stage) -> None:
    async def work() -> list[str]:
        complaints: list[str] = []
        lead, worker = await stage.connect("boss"), await stage.connect("w1", complaints.append)

        async def answer(message: Any) -> None:
            for _ in range(2):
                await message.respond(b"x")

        await worker.client.subscribe("mesh.tool.w1.>", cb=answer)
        await worker.client.flush()
        await lead.request(TARGET, b"")
        while not complaints:
            await asyncio.sleep(0.01)
        for connection in (lead, worker):
            await connection.close()
        return complaints

    stage.up()
    complaints = run(work())
    assert "permissions violation for publish to" in complaints[0], complaints


@pytest.mark.parametrize(
    "subject", [TARGET, "mesh.tool.w2.echo.say", "mesh.tool.boss.echo.say", "mesh.cmd.lead.w2.call"]
)
def test_only_the_lead_asks(stage: Stage, subject: str) -> None:
    async def work() -> None:
        async with scene_of(stage) as scene:
            await scene.lead()
            [worker] = await scene.connect("w2")
            with pytest.raises(NotDoneError, match="this node may not send to"):
                await worker.request(subject, b"{}")

    stage.up()
    run(work())


def test_a_node_that_is_let_in_later_is_reached_without_a_new_connection(stage: Stage) -> None:
    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        async with scene_of(stage) as scene:
            await scene.lead()
            await scene.offer("w1", lambda: [ECHO])
            stage.nodes.append(late)
            start_server(stage.place, make_accounts(stage.nodes))  # it runs: it is told
            await scene.offer("w2", lambda: [ECHO])
            first, second = await scene.call("boss", "w1.echo.say"), await scene.call("boss", "w2.echo.say")
            return first.result, second.result

    late: Node = stage.nodes.pop(2)
    assert (late.name, late.role) == ("w2", NodeRole.WORKER)
    stage.up()
    assert run(work()) == ({"caller": "boss", "method": "say", "params": {}},) * 2
