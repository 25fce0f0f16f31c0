"""Events: the latest, and all that follow, also those that were told while the connection was away."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.accounts import EVENTS
from openclaw_hooks.mesh.buckets import ensure_buckets, make_event_stream
from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.offers.direct import read_state
from openclaw_hooks.mesh.offers.event_log import choose_subject, follow_events, read_latest
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.wire.events import Event, encode_event
from openclaw_hooks.mesh.wire.subjects import event_subject
from tests.mesh.conftest import put, run

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.offers.event_log import Told
    from tests.mesh.conftest import Stage

ONE, TWO = "T-00000a", "T-00000b"


async def tell(lead: Connection, *names: str, kind: str = "task", what: str = "queued") -> None:
    """Events, as the lead tells them: nobody waits for an acknowledgement."""
    for name in names:
        await lead.client.publish(
            event_subject(kind, name), encode_event(Event("2026-01-31T12:00:00Z", kind, name, what))
        )
    await lead.client.flush()


async def take(followed: Any, count: int) -> list[Told]:
    """The next `count` events."""
    return [await asyncio.wait_for(anext(followed), 15) for _ in range(count)]


def names_of(found: list[Told]) -> list[str]:
    return [told.event.name for told in found]


def test_the_latest_events_are_read_back_by_kind_and_task(stage: Stage) -> None:
    async def work() -> list[list[str]]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        empty, last = await read_latest(worker, choose_subject(), 10)
        assert (empty, last) == ([], 0)
        await tell(lead, *[ONE, TWO] * 4)
        await lead.client.publish(event_subject("task", ONE), b"\xff no event")
        await tell(lead, "w1", kind="node", what="joined")
        while (state := await read_state(lead, EVENTS)) and state.last < 10:  # it is stored after it was heard
            await asyncio.sleep(0.01)
        found = []
        for subject, count in (
            (choose_subject(), 3),
            (choose_subject("task"), 2),
            (choose_subject("", ONE), 9),
            (choose_subject("node"), 9),
            (choose_subject("plan"), 9),
            (choose_subject(), 0),
        ):
            latest, last = await read_latest(worker, subject, count)
            assert last == 10
            found.append(names_of(latest))
        for connection in (lead, worker):
            await connection.close()
        return found

    stage.up()
    assert run(work()) == [[TWO, "w1"], [ONE, TWO], [ONE] * 4, ["w1"], [], []]  # what is no event is passed over


def test_a_follower_hears_each_event_once_and_in_order(stage: Stage) -> None:
    async def work() -> tuple[list[str], list[int], float]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        await tell(lead, "T-000000")
        followed = follow_events(worker, choose_subject("task"), 1)
        waiting = asyncio.create_task(take(followed, 1))
        await asyncio.sleep(0.3)  # it has looked, and waits
        began = asyncio.get_running_loop().time()
        await tell(lead, "T-000001")
        found = await waiting
        heard_s = asyncio.get_running_loop().time() - began
        await tell(lead, "w1", kind="node")
        await tell(lead, *[f"T-{number:06d}" for number in range(2, 602)])
        found += await take(followed, 600)
        for connection in (lead, worker):
            await connection.close()
        return names_of(found), [told.sequence for told in found], heard_s

    stage.up()
    names, sequences, heard_s = run(work())
    assert names == [f"T-{number:06d}" for number in range(1, 602)]
    assert sequences == [2, *range(4, 604)]
    assert heard_s < 1  # it was woken: a look by itself comes after 2 s


def test_what_was_told_while_the_connection_was_away_is_caught_up_with(stage: Stage) -> None:
    async def work() -> list[str]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        followed = follow_events(worker, choose_subject(), 0)
        await tell(lead, ONE)
        found = await take(followed, 1)
        transport: Any = worker.client._transport
        transport.close()  # the worker alone
        await tell(lead, TWO, "T-00000c")
        found += await take(followed, 2)
        stage.kill()
        stage.up()
        other = await stage.connect("boss")
        await tell(other, "T-00000d")
        found += await take(followed, 1)
        for connection in (lead, worker, other):
            await connection.close()
        return names_of(found)

    stage.up()
    assert run(work()) == [ONE, TWO, "T-00000c", "T-00000d"]


def test_a_stream_that_was_made_anew_is_read_from_its_start(stage: Stage) -> None:
    async def work() -> list[str]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        followed = follow_events(worker, choose_subject(), 0)
        await tell(lead, *[ONE] * 5)
        found = await take(followed, 5)
        await lead.request(f"$JS.API.STREAM.DELETE.{EVENTS}")
        await ensure_buckets(lead)
        await tell(lead, TWO)
        found += await take(followed, 1)
        for connection in (lead, worker):
            await connection.close()
        return names_of(found)

    stage.up()
    assert run(work()) == [ONE] * 5 + [TWO]


def test_a_follower_ends_when_its_node_is_cut_off(stage: Stage) -> None:
    async def work() -> list[str]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        await tell(lead, ONE)
        found = []
        async for told in follow_events(worker, choose_subject(), 0):
            found.append(told.event.name)
            await worker.client.close()
        await lead.close()
        return found

    stage.up()
    assert run(work()) == [ONE]


def test_nodes_read_events_and_neither_tell_nor_remove_any(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        for subject in (
            event_subject("task", ONE),
            f"mesh.js.STREAM.PURGE.{EVENTS}",
            f"mesh.js.STREAM.DELETE.{EVENTS}",
            f"mesh.js.STREAM.MSG.DELETE.{EVENTS}",
            f"$JS.API.STREAM.INFO.{EVENTS}",
        ):
            with pytest.raises(NotDoneError, match="this node may not send to"):
                await worker.request(subject, b"{}")
        # Nor by the subject on which the server acknowledges or answers what the node may send.
        await put(worker, "$KV.MESH_NODES.w1", b"forged")
        read = "mesh.js.DIRECT.GET.KV_MESH_NODES.$KV.MESH_NODES.w1"
        await worker.client.publish(read, b"", reply=event_subject("task", ONE))
        await worker.client.publish("$KV.MESH_NODES.w1", b"x", reply=event_subject("task", ONE))
        await worker.client.flush()
        await asyncio.sleep(0.1)
        state = await read_state(worker, EVENTS)
        assert state
        assert state.last == 0
        for connection in (lead, worker):
            await connection.close()

    stage.up()
    run(work())


def test_a_mesh_without_the_stream_says_so(stage: Stage) -> None:
    async def work() -> None:
        worker = await stage.connect("w1")
        lead = await stage.connect("boss")
        for connection in (worker, lead):
            with pytest.raises(MeshError, match="the mesh keeps no events yet"):
                await read_latest(connection, choose_subject(), 1)
            await connection.close()

    stage.up()
    run(work())


def test_events_that_were_written_otherwise_are_kept(stage: Stage) -> None:
    async def work() -> tuple[str, int]:
        lead = await stage.connect("boss")
        config = make_event_stream(replicas=3) | {"num_replicas": 1}  # as a cluster has it: written through
        assert "persist_mode" not in config
        await put(lead, f"$JS.API.STREAM.CREATE.{EVENTS}", json.dumps(config).encode())
        await put(lead, event_subject("task", ONE), encode_event(Event("", "task", ONE, "queued")))
        await ensure_buckets(lead)
        [told], last = await read_latest(lead, choose_subject(), 1)
        await lead.close()
        return told.event.name, last

    stage.up()
    assert run(work()) == (ONE, 1)
