"""Writes: done, not done, or unknown; and never done twice."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.buckets import make_stream
from openclaw_hooks.mesh.connection import Connection, NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.batches import put_many
from openclaw_hooks.mesh.replica.streams import read_all, read_from, read_key, stream_state
from openclaw_hooks.mesh.replica.writes import StaleError, Write, put, put_lease, read_leases, write_key
from tests.mesh.conftest import put as put_raw
from tests.mesh.conftest import run
from tests.mesh.replica.conftest import close_all, freeze, key, open_mesh

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.mesh.conftest import Stage

SUBJECT = f"$KV.MESH_TASKS.{key(1)}"


class Lossy:
    """Loses answers to writes, or the writes themselves; `then` happens each time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, times: int, *, is_sent: bool) -> None:
        self.left = times
        self.then: Callable[[], Awaitable[Any]] | None = None
        ask = Connection.request

        async def lose(connection: Connection, subject: str, payload: bytes = b"", **options: Any) -> bytes:
            if not self.left or "Openclaw-Write" not in (options.get("headers") or {}):
                return await ask(connection, subject, payload, **options)
            self.left -= 1
            if is_sent:
                await ask(connection, subject, payload, **options)
            if self.then:
                await self.then()
            raise UnknownOutcomeError("no answer")

        monkeypatch.setattr(Connection, "request", lose)


def test_a_key_is_made_and_changed_and_a_stale_writer_is_told_what_is_there(stage: Stage) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        assert await put(lead, key(1), b"one", 0) == 1
        assert await put(lead, "P-000001", b"plan", 0) == 1
        assert await put(lead, key(1), b"two", 1) == 2
        with pytest.raises(StaleError, match="T-000001 is at revision 2 by now") as stale:
            await put(lead, key(1), b"three", 1)
        assert stale.value.revision == 2
        assert stale.value.current
        assert stale.value.current.content == b"two"
        with pytest.raises(StaleError, match="at revision 0 by now") as gone:
            await put(lead, key(2), b"three", 5)
        assert (gone.value.revision, gone.value.current) == (0, None)
        with pytest.raises(NotDoneError, match="message size exceeds maximum allowed"):
            await put(lead, key(3), bytes(300_000), 0)
        with pytest.raises(MeshError, match="no id of a task or plan"):
            await put(lead, "lead", b"", 0)
        await close_all(lead)

    run(work())


def test_of_many_who_write_at_once_one_gets_through(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        done = await asyncio.gather(
            *(put(side, key(1), b"%d" % number, 0) for number in range(10) for side in (lead, other)),
            return_exceptions=True,
        )
        assert sorted(map(type, done), key=str) == [int, *[StaleError] * 19]
        await close_all(lead, other)

    run(work())


def test_a_write_in_flight_while_the_server_stands_still_is_done_once(stage: Stage) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        pid = stage.children[-1].pid
        await freeze(stage)
        writing = asyncio.ensure_future(write_key(lead, "MESH_TASKS", Write(key(1), b"one", 0), timeout_s=0.2))
        await asyncio.sleep(1)
        assert not writing.done()
        os.kill(pid, signal.SIGCONT)
        assert await asyncio.wait_for(writing, 5) == 1
        await lead.client.flush()
        assert (await stream_state(lead, "MESH_TASKS")).entries == 1
        await close_all(lead)

    run(work())


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_write_without_an_answer_is_found_or_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        Lossy(monkeypatch, 2, is_sent=is_sent)
        assert await put(lead, key(1), b"one", 0) == 1
        assert (await stream_state(lead, "MESH_TASKS")).entries == 1
        await close_all(lead)

    run(work())


def test_equal_bytes_of_another_writer_are_not_ours(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        lossy = Lossy(monkeypatch, 1, is_sent=False)
        lossy.then = lambda: put_raw(lead, SUBJECT, b"one")
        with pytest.raises(StaleError, match="at revision 1"):
            await put(lead, key(1), b"one", 0)
        await close_all(lead)

    run(work())


def test_a_write_that_was_done_and_written_over_was_done(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        lossy = Lossy(monkeypatch, 1, is_sent=True)
        lossy.then = lambda: put_raw(lead, SUBJECT, b"two")
        assert await put(lead, key(1), b"one", 0) == 1
        newest = await read_key(lead, "MESH_TASKS", key(1))
        assert newest
        assert newest.content == b"two"
        lossy.left, lossy.then = 1, lambda: put_raw(lead, f"$KV.MESH_LEASES.{key(1)}", b"theirs")
        with pytest.raises(StaleError):  # leases keep no history, and this one is not ours any more
            await put_lease(lead, key(1), b"ours", 0)
        await close_all(lead)

    run(work())


def test_an_outcome_that_stays_unknown_is_said_to_be(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        Lossy(monkeypatch, 1000, is_sent=False)
        with pytest.raises(UnknownOutcomeError, match="no answer"):
            await write_key(lead, "MESH_TASKS", Write(key(1), b"one", 0), settle_s=0.3)
        await close_all(lead)

    run(work())


def test_a_worker_writes_nothing(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        with pytest.raises(NotDoneError, match="this node may not send to"):
            await put(worker, key(1), b"one", 0)
        with pytest.raises(NotDoneError, match="this node may not send to"):
            await put_lease(worker, key(1), b"one", 0)
        assert await read_all(lead, "MESH_TASKS") == []
        await close_all(lead, worker)

    run(work())


def test_leases_are_told_to_nobody_and_read_by_leads_alone(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        heard: list[str] = []

        async def hear(message: Any) -> None:
            heard.append(message.subject)

        await worker.client.subscribe("mesh.kv.>", cb=hear)
        await worker.client.flush()
        assert await put_lease(lead, key(1), b"token", 0) == 1
        await put_raw(lead, "$KV.MESH_LEASES.lead", b"{}")
        assert await put_lease(lead, key(1), b"other", 1) == 3
        assert [(entry.key, entry.content) for entry in await read_leases(lead)] == [(key(1), b"other")]
        with pytest.raises(NotDoneError, match="this node may not send to"):
            await read_leases(worker)
        await put(lead, key(2), b"one", 0)
        while not heard:
            await asyncio.sleep(0.01)
        assert heard == [f"mesh.kv.{key(2)}"]
        await close_all(lead, worker)

    run(work())


def test_many_are_written_whatever_becomes_of_some(stage: Stage) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        await put_raw(lead, f"$KV.MESH_TASKS.{key(600)}", b"theirs")
        writes = [Write(key(number), b"%d" % number, 0) for number in range(1200)]
        writes[1100] = Write(key(1100), bytes(300_000), 0)
        through: list[int] = []
        written = await put_many(lead, [*writes, Write("P-000001", b"plan", 0)], through.append)
        assert set(written.stale) == {key(600)}
        assert written.stale[key(600)] == await read_key(lead, "MESH_TASKS", key(600))
        assert set(written.refused) == {key(1100)}
        assert "exceeds maximum" in written.refused[key(1100)]
        assert (written.unknown, through[-1]) == ({}, 1201)
        held = {entry.key: entry.revision for entry in await read_all(lead, "MESH_TASKS")}
        assert len(written.revisions) == 1199
        assert {**held, "P-000001": 1} == {**written.revisions, key(600): 1}
        await close_all(lead)

    run(work())


def test_a_batch_without_an_answer_is_done_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(is_sent: bool, over: bool) -> None:
        (lead,) = await open_mesh(stage, "boss")
        await lead.request("$JS.API.STREAM.DELETE.KV_MESH_TASKS")
        await close_all(lead)
        (lead,) = await open_mesh(stage, "boss")
        with pytest.MonkeyPatch.context() as patch:
            lossy = Lossy(patch, 1, is_sent=is_sent)
            if over:
                lossy.then = lambda: put_raw(lead, SUBJECT, b"later")
            written = await put_many(lead, [Write(key(number), b"%d" % number, 0) for number in range(20)])
        if is_sent:
            assert written.revisions == {key(number): number + 1 for number in range(20)}
        else:
            assert (len(written.revisions), set(written.stale)) == (20 - over, {key(1)} if over else set())
        assert (await stream_state(lead, "MESH_TASKS")).entries == 20 + (over and is_sent)
        await close_all(lead)

    for is_sent in (True, False):
        for over in (True, False):
            run(work(is_sent, over))


def test_where_the_server_takes_no_batches_each_is_written_for_itself(stage: Stage) -> None:
    async def work() -> None:
        import json

        stage.up()
        lead = await stage.connect("boss")
        config = make_stream("MESH_TASKS")
        del config["allow_atomic"]
        await lead.request("$JS.API.STREAM.CREATE.KV_MESH_TASKS", json.dumps(config).encode())
        await put_raw(lead, SUBJECT, b"theirs")
        written = await put_many(lead, [Write(key(number), b"%d" % number, 0) for number in range(100)])
        assert (len(written.revisions), set(written.stale)) == (99, {key(1)})
        first = await read_from(lead, "MESH_TASKS", 1, key(5))
        assert first
        assert first.content == b"5"
        await close_all(lead)

    run(work())
