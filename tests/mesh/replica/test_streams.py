"""Reading buckets as a worker and as a lead: complete, newest only, whatever others put into keys and headers."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.replica.batches import put_many
from openclaw_hooks.mesh.replica.pages import PageReader
from openclaw_hooks.mesh.replica.streams import read_all, read_from, read_key, read_keys, stream_state
from openclaw_hooks.mesh.replica.writes import Write, put
from tests.mesh.conftest import put as put_raw
from tests.mesh.conftest import run
from tests.mesh.replica.conftest import close_all, freeze, key, open_mesh, until
from tests.mesh.test_client import headed, write_raw

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Page
    from tests.mesh.conftest import Stage


class Counted:
    """Counts the entries that pages brought."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entries = 0
        ask = PageReader.ask

        async def count(reader: PageReader, wanted: dict[str, Any]) -> Page:
            page = await ask(reader, wanted)
            self.entries += len(page.entries)
            return page

        monkeypatch.setattr(PageReader, "ask", count)


@pytest.mark.parametrize("reader", ["w1", "boss"])
def test_everything_is_read_over_several_pages_and_then_only_what_is_new(stage: Stage, reader: str) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", reader)
        await put_many(lead, [Write(key(number), b"v%d" % number, 0) for number in range(2300)])
        entries = await read_all(other, "MESH_TASKS")
        assert [(entry.key, entry.content) for entry in entries] == [(key(n), b"v%d" % n) for n in range(2300)]
        assert [entry.revision for entry in entries] == list(range(1, 2301))
        again = await put(lead, key(7), b"new", 8)
        newer = await read_all(other, "MESH_TASKS", 2299)
        assert [(entry.key, entry.revision) for entry in newer] == [(key(2299), 2300), (key(7), again)]
        assert await read_all(other, "MESH_TASKS", again) == []
        await close_all(lead, other)

    run(work())


def test_old_revisions_are_not_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        for number in range(40):
            await asyncio.gather(*(put_raw(lead, f"$KV.MESH_TASKS.{key(k)}", b"%d" % number) for k in range(50)))
        counted = Counted(monkeypatch)
        entries = await read_all(worker, "MESH_TASKS")
        assert {(entry.key, entry.content) for entry in entries} == {(key(number), b"39") for number in range(50)}
        assert counted.entries == 50
        newest = sorted(entry.revision for entry in entries)
        assert [entry.revision for entry in await read_all(worker, "MESH_TASKS", newest[-3])] == newest[-2:]
        await close_all(lead, worker)

    run(work())


def test_a_deletion_is_read_as_one_and_an_absent_key_is_not(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        for number, headers in enumerate([{"KV-Operation": "DEL"}, {"KV-Operation": "PURGE", "Nats-Rollup": "sub"}]):
            await put_raw(lead, f"$KV.MESH_TASKS.{key(number)}", b"one")
            await lead.request(f"$KV.MESH_TASKS.{key(number)}", b"", headers=headers)
        await put(lead, key(2), b"", 0)
        assert [entry.content for entry in await read_all(worker, "MESH_TASKS")] == [None, None, b""]
        assert await read_key(worker, "MESH_TASKS", key(9)) is None
        found = await read_keys(worker, "MESH_TASKS", [key(0), key(2), key(9)])
        assert {name: entry.content for name, entry in found.items()} == {key(0): None, key(2): b""}
        await lead.request("$JS.API.STREAM.PURGE.KV_MESH_TASKS")
        assert await read_all(worker, "MESH_TASKS") == []
        assert (await stream_state(worker, "MESH_TASKS")).epoch.last == 5
        assert await read_from(worker, "MESH_TASKS", 1) is None
        await close_all(lead, worker)

    run(work())


def test_pages_are_bounded_in_bytes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        for number in range(3):
            writes = (put_raw(lead, f"$KV.MESH_TASKS.{key(k)}", b"%d" % number + bytes(200_000)) for k in range(50))
            await asyncio.gather(*writes)
        monkeypatch.setattr("openclaw_hooks.mesh.replica.pages.MAX_PAGE_BYTES", 1 << 20)
        in_order = await read_all(worker, "MESH_TASKS")
        monkeypatch.setattr("openclaw_hooks.mesh.replica.streams.FEW", 0)
        by_name = await read_all(worker, "MESH_TASKS")
        assert in_order == by_name
        assert {entry.content[:1] for entry in by_name if entry.content} == {b"2"}
        assert len(by_name) == 50
        await close_all(lead, worker)

    run(work())


HOSTILE = {
    b"$KV.MESH_IN.w1.a": b"NATS/1.0 204 EOB\r\nNats-Sequence: 77\r\nNats-Subject: $KV.MESH_IN.w2.x\r\n\r\n",
    b"$KV.MESH_IN.w1.b": b"NATS/1.0\r\nStatus: 404\r\nnats-subject: x\r\n\r\n",
    b"$KV.MESH_IN.w1.c": b"garbage",
    b"$KV.MESH_IN.w1.d": b"NATS/1.0\r\nA: b",
    b"$KV.MESH_IN.w1.e": b"NATS/1.0 \xff\xff\xff \xff\r\n\r\n",
    b"$KV.MESH_IN.w1.\xff\xfe": b"NATS/1.0\r\n\r\n",
    b"$KV.MESH_IN.w1.f\x0b\x0c": b"NATS/1.0\r\nKV-Operation: PURGE\r\n\r\n",
    b"$KV.MESH_IN.w1.CON\x00": b"NATS/1.0\r\nNats-Num-Pending: 0\r\nNats-Last-Sequence: 0\r\n\r\n",
    b"$KV.MESH_IN.w1.~/x\\y:z": b"NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 0\r\n\r\n",
}


def test_hostile_keys_and_headers_hide_nothing_of_others(stage: Stage) -> None:
    async def work() -> None:
        lead, worker, other = await open_mesh(stage, "boss", "w1", "w2")
        for subject, headers in HOSTILE.items():
            await write_raw(worker, headed(subject, headers, b"evil"))
        await put_raw(other, "$KV.MESH_IN.w2.a", b"good")
        entries = await read_all(lead, "MESH_IN")
        assert [entry.key for entry in entries] == [
            *(f"w1.{name}" for name in ("a", "b", "c", "d", "e", "\ufffd\ufffd", "f\x0b\x0c", "CON\x00", "~/x\\y:z")),
            "w2.a",
        ]
        assert [entry.revision for entry in entries] == list(range(1, 11))
        assert entries[-1].content == b"good"
        await close_all(lead, worker, other)

    run(work())


def test_a_bucket_that_is_missing_or_forbidden_is_said_to_be(stage: Stage) -> None:
    async def work() -> None:
        stage.up()
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        with pytest.raises(NotDoneError, match="the mesh has no bucket MESH_TASKS"):
            await read_all(worker, "MESH_TASKS")
        with pytest.raises(NotDoneError, match="there is no such bucket"):
            await read_key(lead, "MESH_TASKS", key(1))
        with pytest.raises(NotDoneError, match="this node may not send to"):
            await read_all(worker, "MESH_LEASES")
        await close_all(lead, worker)

    run(work())


def test_a_page_that_is_cut_off_is_not_taken_for_the_end(stage: Stage) -> None:
    async def lose_server(lead: Connection) -> None:
        await asyncio.sleep(0.05)
        stage.kill()

    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        await put_many(lead, [Write(key(number), bytes(1500), 0) for number in range(3000)])
        async with PageReader(lead, "MESH_TASKS") as reader:
            await freeze(stage)
            losing = asyncio.ensure_future(lose_server(lead))
            began = time.monotonic()
            with pytest.raises(NotDoneError, match="the connection was lost while MESH_TASKS was read"):
                await reader.ask({"next_by_subj": ">", "seq": 1, "batch": 1000})
            assert time.monotonic() - began < 2
            await losing
        with pytest.raises(NotDoneError, match="out of reach"):
            await read_all(lead, "MESH_TASKS")
        await close_all(lead)

    run(work())


def test_a_page_of_a_connection_before_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        monkeypatch.setattr("openclaw_hooks.mesh.replica.pages.LOOK_S", 1.5)
        async with PageReader(lead, "MESH_TASKS") as reader:
            await freeze(stage)
            asking = asyncio.ensure_future(reader.ask({"next_by_subj": ">", "seq": 1, "batch": 1000}))
            await asyncio.sleep(0.05)
            began = time.monotonic()
            stage.kill()
            await asyncio.to_thread(stage.up)
            await until(lambda: lead.is_up)
            with pytest.raises(NotDoneError, match="the connection was lost while MESH_TASKS was read"):
                await asking
            assert time.monotonic() - began < 3
        await close_all(lead)

    run(work())


def test_a_page_with_a_hole_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        await put_many(lead, [Write(key(number), b"x", 0) for number in range(5)])
        take = PageReader._take

        async def lose(reader: PageReader, message: Any) -> None:
            if (message.headers or {}).get("Nats-Sequence") != "3":
                await take(reader, message)

        monkeypatch.setattr(PageReader, "_take", lose)
        with pytest.raises(NotDoneError, match="a part of a page was lost"):
            await read_all(lead, "MESH_TASKS")
        await close_all(lead)

    run(work())


def test_reading_leaves_no_consumer_and_no_subscription(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put(lead, key(1), b"one", 0)
        for _ in range(5):
            await read_all(worker, "MESH_TASKS")
            await read_all(lead, "MESH_TASKS")
        found = json.loads(await lead.request("$JS.API.STREAM.INFO.KV_MESH_TASKS"))
        assert found["state"]["consumer_count"] == 0
        assert {sub.subject.split(".")[0] for sub in worker.client._subs.values()} <= {"_INBOX"}
        assert len(worker.client._subs) <= 1
        await close_all(lead, worker)

    run(work())
