"""What a node may do is what the server lets it do: the three ways around permissions, tried and refused."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.accounts import make_accounts
from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.nodes import Node, NodeRole
from tests.mesh.conftest import make_bucket, put, run

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

    Exploit = Callable[[Connection, str], Coroutine[Any, Any, None]]

TASK = "$KV.MESH_TASKS.T-1"
OWN = "$KV.MESH_NODES.w1"


async def overwrite_by_reply(worker: Connection, prefix: str) -> None:
    """The server sends what the worker wrote to the reply subject, as an answer to the worker's own read."""
    await put(worker, OWN, b"forged")
    await worker.client.publish(f"{prefix}.DIRECT.GET.KV_MESH_NODES.{OWN}", b"", reply=TASK)


async def overwrite_by_acknowledgement(worker: Connection, prefix: str) -> None:
    """The same with the acknowledgement of a write."""
    await worker.client.publish(OWN, b"forged", reply=TASK)


async def approve_by_reply(worker: Connection, prefix: str) -> None:
    """The server says what only a person may say."""
    await put(worker, OWN, b"forged")
    for subject in ("mesh.cmd.human.approve", "mesh.cmd.human.ada.approve"):
        await worker.client.publish(f"{prefix}.DIRECT.GET.KV_MESH_NODES.{OWN}", b"", reply=subject)


async def deliver_by_consumer(worker: Connection, prefix: str) -> None:
    """A consumer of the worker's own key delivers where the worker may not publish."""
    await put(worker, OWN, b"forged")
    config = {"name": "x", "deliver_subject": "mesh.cmd.human.approve", "filter_subject": OWN, "deliver_policy": "last"}
    request = json.dumps({"stream_name": "KV_MESH_NODES", "config": config | {"ack_policy": "none"}}).encode()
    for api in dict.fromkeys((prefix, "$JS.API")):
        subject = f"{api}.CONSUMER.CREATE.KV_MESH_NODES.x.{OWN}"  # a request without a reply subject is not looked at
        await worker.client.publish(subject, request, reply=worker.client.new_inbox())


EXPLOITS = {
    "reply": overwrite_by_reply,
    "acknowledgement": overwrite_by_acknowledgement,
    "approval": approve_by_reply,
    "consumer": deliver_by_consumer,
}


async def try_exploit(stage: Stage, exploit: Exploit, prefix: str) -> tuple[bytes, list[bytes]]:
    """The task behind an exploit, and what came in as a person's word."""
    lead, worker = await stage.connect("boss"), await stage.connect("w1")
    tasks = await make_bucket(lead, "MESH_TASKS")
    nodes = await make_bucket(lead, "MESH_NODES")
    await tasks.put("T-1", b"the lead's")
    approvals: list[bytes] = []

    async def take(message: Any) -> None:
        approvals.append(message.data)

    for subject in ("mesh.cmd.human.approve", "mesh.cmd.human.ada.approve"):  # consumers deliver to exact interest only
        await lead.client.subscribe(subject, cb=take)
    await lead.client.flush()
    await exploit(worker, prefix)
    await worker.client.flush()
    for _ in range(40):  # the server may still be at it
        value = (await tasks.get("T-1")).value
        if value != b"the lead's" or approvals:
            break
        await asyncio.sleep(0.01)
    assert (await nodes.get("w1")).value == b"forged", "the exploit did not even begin"
    await worker.close()
    await lead.close()
    return value or b"", approvals


@pytest.mark.parametrize("name", EXPLOITS)
def test_a_worker_gets_nowhere_with_what_permissions_do_not_check(stage: Stage, name: str) -> None:
    stage.up()
    assert run(try_exploit(stage, EXPLOITS[name], "mesh.js")) == (b"the lead's", [])


@pytest.mark.parametrize("name", EXPLOITS)
def test_in_one_shared_account_the_same_permissions_do_not_hold(stage: Stage, name: str) -> None:
    allowed = [OWN, "$JS.API.DIRECT.GET.KV_MESH_NODES.>", "$JS.API.CONSUMER.CREATE.KV_MESH_NODES.>"]
    permissions = f'publish: {{ allow: {json.dumps(allowed)} }}, subscribe: {{ allow: ["_INBOX.>"] }}'
    stage.up(
        "accounts { MESH { jetstream: enabled, users: [ "
        f"{{ nkey: {stage.keys['boss'].public} }}, "
        f"{{ nkey: {stage.keys['w1'].public}, permissions: {{ {permissions} }} }} ] }} }}"
    )
    value, approvals = run(try_exploit(stage, EXPLOITS[name], "$JS.API"))
    assert value != b"the lead's" or approvals


async def put_until_told(bucket: Any, updates: Any, value: bytes) -> Any:
    """What a subscriber hears of a write; a first one may be missed, as what hears by core subscriptions has to expect."""
    for _ in range(10):
        await bucket.put("T-1", value)
        with suppress(TimeoutError):
            return await updates.next_msg(timeout=2)
    raise AssertionError("no write was told")


def test_a_worker_reads_follows_asks_and_proposes(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        tasks = await make_bucket(lead, "MESH_TASKS")
        await make_bucket(lead, "MESH_IN")
        await tasks.put("T-1", b"one")

        async def answer(message: Any) -> None:
            await message.respond(message.subject.encode())

        await lead.client.subscribe("mesh.cmd.*.claim", cb=answer)
        await lead.client.flush()
        assert (await (await worker.jetstream().key_value("MESH_TASKS")).get("T-1")).value == b"one"
        updates = await worker.client.subscribe("mesh.kv.>")
        await worker.client.flush()
        update = await put_until_told(tasks, updates, b"two")
        assert (update.subject, update.data) == ("mesh.kv.T-1", b"two")
        assert int((update.headers or {})["Nats-Sequence"]) >= 2
        assert await worker.request("mesh.cmd.w1.claim", b"T-1") == b"mesh.cmd.w1.claim"
        assert (await put(worker, "$KV.MESH_IN.w1.a", b"a task"))["seq"] == 1
        await worker.close()
        await lead.close()

    stage.up()
    run(work())


def test_a_worker_reads_many_values_at_once(stage: Stage) -> None:
    async def work() -> list[bytes]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        tasks = await make_bucket(lead, "MESH_TASKS")
        for number in range(3):
            await tasks.put(f"T-{number}", str(number).encode())
        inbox = worker.client.new_inbox()
        answers = await worker.client.subscribe(inbox)
        request = json.dumps({"batch": 10, "seq": 1, "next_by_subj": "$KV.MESH_TASKS.>"}).encode()
        await worker.client.publish("mesh.js.DIRECT.GET.KV_MESH_TASKS", request, reply=inbox)
        found = [(await answers.next_msg(timeout=5)).data for _ in range(4)]
        await worker.close()
        await lead.close()
        return found

    stage.up()
    assert run(work()) == [b"0", b"1", b"2", b""]  # the last one says that there are no more


def test_what_a_person_says_arrives_with_the_name_of_their_node(stage: Stage) -> None:
    async def work() -> None:
        lead, person = await stage.connect("boss"), await stage.connect("ada")

        async def answer(message: Any) -> None:
            await message.respond(message.subject.encode())

        await lead.client.subscribe("mesh.cmd.human.>", cb=answer)
        await lead.client.flush()
        assert await person.request("mesh.cmd.human.approve", b"T-1") == b"mesh.cmd.human.ada.approve"
        await person.close()
        await lead.close()

    stage.up()
    run(work())


@pytest.mark.parametrize(
    "subject",
    [
        TASK,
        "mesh.kv.T-1",
        "mesh.events.task.T-1",
        "mesh.cmd.w2.claim",
        "mesh.cmd.boss.claim",
        "mesh.cmd.human.approve",
        "mesh.cmd.human.w1.approve",
        "mesh.cmd.ada.approve",
        "$KV.MESH_IN.w2.a",
        "$KV.MESH_NODES.w2",
        "$KV.MESH_TOOLS.w2.a",
        "$KV.MESH_LEASES.T-1",
        "mesh.js.DIRECT.GET.KV_MESH_IN.$KV.MESH_IN.w2.a",
        "mesh.js.DIRECT.GET.KV_MESH_IN",
        "mesh.js.DIRECT.GET.KV_MESH_LEASES.$KV.MESH_LEASES.T-1",
        "mesh.js.STREAM.MSG.GET.KV_MESH_IN",
        "mesh.js.STREAM.MSG.GET.KV_MESH_TASKS",
        "mesh.js.STREAM.DELETE.KV_MESH_TASKS",
        "mesh.js.STREAM.PURGE.KV_MESH_TASKS",
        "mesh.js.STREAM.CREATE.KV_MINE",
        "$JS.API.STREAM.NAMES",
        "$JS.API.DIRECT.GET.KV_MESH_TASKS.$KV.MESH_TASKS.T-1",
        "$JS.API.INFO",
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.ACCOUNT.PING.CONNZ",
    ],
)
def test_a_worker_is_told_no_at_once(stage: Stage, subject: str) -> None:
    async def work() -> tuple[str, list[str]]:
        lead = await stage.connect("boss")
        for bucket in ("MESH_TASKS", "MESH_IN", "MESH_NODES", "MESH_TOOLS", "MESH_LEASES"):
            await make_bucket(lead, bucket)
        tasks = await lead.jetstream().key_value("MESH_TASKS")
        await tasks.put("T-1", b"the lead's")
        heard: list[str] = []

        async def take(message: Any) -> None:
            heard.append(message.subject)

        for pattern in ("mesh.>", "$KV.MESH_IN.>", "$KV.MESH_NODES.>", "$KV.MESH_TOOLS.>", "$KV.MESH_LEASES.>"):
            await lead.client.subscribe(pattern, cb=take)
        await lead.client.flush()
        worker = await stage.connect("w1")
        with pytest.raises(NotDoneError) as refused:
            await worker.request(subject, b"{}", timeout_s=10)
        await lead.client.flush()
        await worker.close()
        await lead.close()
        return refused.value.message, heard

    stage.up()
    assert run(work(), 8) == (f"this node may not send to {subject}", [])


@pytest.mark.parametrize("subject", ["$KV.MESH_IN.w2.>", "$KV.>", "mesh.cmd.>", ">", "_R_.>", "$JS.API.>"])
def test_a_worker_cannot_listen_in(stage: Stage, subject: str) -> None:
    async def work() -> tuple[list[str], int]:
        complaints: list[str] = []
        lead, worker, other = [
            await stage.connect(name, complaints.append if name == "w1" else None) for name in ("boss", "w1", "w2")
        ]
        await make_bucket(lead, "MESH_IN")
        heard = await worker.client.subscribe(subject)
        await worker.client.flush()
        await put(other, "$KV.MESH_IN.w2.a", b"a proposal")
        await worker.client.flush()
        while not complaints:
            await asyncio.sleep(0.01)
        found = heard.pending_msgs
        for connection in (lead, worker, other):
            await connection.close()
        return complaints, found

    stage.up()
    complaints, found = run(work())
    assert found == 0
    assert "permissions violation for subscription to" in complaints[0]


def test_without_other_nodes_nothing_is_exported() -> None:
    text = make_accounts([Node("boss", NodeRole.LEAD, "U" + "A" * 55, "")])
    assert "exports" not in text  # an export that names no account would be open to every account


def test_accounts_are_the_same_text_for_the_same_nodes(stage: Stage) -> None:
    assert make_accounts(stage.nodes) == make_accounts(list(stage.nodes))
    assert stage.keys["w1"].seed not in make_accounts(stage.nodes)
