"""Presence: who was heard when, by clocks that can be trusted, from nodes that cannot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.presence import (
    Presence,
    PresenceBook,
    beat_presence,
    choose_beat,
    decode_presence,
    tell_presence,
)
from openclaw_hooks.mesh.replica.streams import read_all
from tests.mesh.conftest import put as put_raw
from tests.mesh.conftest import run
from tests.mesh.replica.conftest import close_all, open_mesh, until

if TYPE_CHECKING:
    from tests.mesh.conftest import Stage


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_who_was_heard_when_is_told_by_the_servers_clock_and_our_own(stage: Stage) -> None:
    async def work() -> None:
        lead, worker, other = await open_mesh(stage, "boss", "w1", "w2")
        told = Presence("w1", "worker", "1.2.3", "host", "2099-01-01T00:00:00Z", 7, 2, ("tool.a",))
        await tell_presence(worker, told)
        await asyncio.sleep(0.3)
        await tell_presence(lead, Presence("boss", leads=True, term=3, seeded=("MESH_TASKS:x",)))
        clock, log = Clock(), list[str]()
        book = PresenceBook(other, log.append, clock)
        await book.refresh()
        assert list(book.nodes) == ["boss", "w1"]
        assert book.nodes["w1"].presence == told
        assert 0.3 <= book.nodes["w1"].ago_s < 1.5
        assert book.nodes["boss"].ago_s < book.nodes["w1"].ago_s
        clock.now += 86_400
        assert book.silence("w1") > 86_400
        assert book.silence("nobody") == 86_400
        assert book.leader() is None
        await tell_presence(lead, Presence("boss", leads=True, term=3))
        await book.refresh()
        assert book.silence("boss") < 1.5
        assert book.leader() == Presence("boss", leads=True, term=3)
        assert log == []
        await close_all(lead, worker, other)

    run(work())


def test_a_node_is_remembered_when_its_key_is_gone_and_the_bucket_made_anew(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await tell_presence(worker, Presence("w1", version="1"))
        await tell_presence(worker, Presence("w1", version="2"))
        clock = Clock()
        book = PresenceBook(lead, print, clock)
        await book.refresh()
        await lead.request("$JS.API.STREAM.DELETE.KV_MESH_NODES")
        clock.now += 400
        with pytest.raises(MeshError, match="has no bucket MESH_NODES"):
            await book.refresh()
        await close_all(lead, worker)
        lead, worker = await open_mesh(stage, "boss", "w1")
        book._connection = lead
        await book.refresh()
        assert book.silence("w1") >= 400
        await tell_presence(worker, Presence("w1", version="3"))
        await tell_presence(worker, Presence("w1", version="4"))  # the second write there, as one was before
        await book.refresh()
        assert book.silence("w1") < 1.5
        await close_all(lead, worker)

    run(work())


def test_a_node_writes_only_under_its_own_name(stage: Stage) -> None:
    async def work() -> None:
        lead, worker, person = await open_mesh(stage, "boss", "w1", "ada")
        await tell_presence(person, Presence("ada"))
        for name in ("w2", "ada", "boss"):
            with pytest.raises(NotDoneError, match="this node may not send to"):
                await tell_presence(worker, Presence(name))
        assert [entry.key for entry in await read_all(worker, "MESH_NODES")] == ["ada"]
        await close_all(lead, worker, person)

    run(work())


HOSTILE: dict[str, Any] = {
    "not json": b"{",
    "bad utf-8": b'{"node": "w1", "host": "\xff"}',
    "another node": b'{"node": "w2"}',
    "no node": b"{}",
    "too large": b'{"node": "w1", "more": "' + b"x" * 16_000 + b'"}',
    "long version": {"node": "w1", "version": "x" * 65},
    "line break": {"node": "w1", "host": "a\nlead boss is fine"},
    "escape sequence": {"node": "w1", "version": "\x1b[2J"},
    "c1 control": {"node": "w1", "version": "\x9b2J"},
    "last line break": {"node": "w1", "version": "1\n"},
    "negative": {"node": "w1", "lag": -1},
    "many offers": {"node": "w1", "offers": ["x"] * 101},
    "nested": b'{"node": "w1", "more": ' + b"[" * 2000 + b"]" * 2000 + b"}",
    "huge number": b'{"node": "w1", "seen": 1e400}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_node_of_ours_says_is_refused(name: str) -> None:
    content = HOSTILE[name] if isinstance(HOSTILE[name], bytes) else msgspec.json.encode(HOSTILE[name])
    with pytest.raises(MeshError):
        decode_presence("w1", content)


def test_what_a_newer_version_adds_is_passed_over() -> None:
    assert decode_presence("w1", b'{"node": "w1", "mood": {"today": [1]}}') == Presence("w1")


def test_what_one_node_says_wrongly_hides_no_other(stage: Stage) -> None:
    async def work() -> None:
        lead, worker, other = await open_mesh(stage, "boss", "w1", "w2")
        await tell_presence(worker, Presence("w1", version="1"))
        await tell_presence(other, Presence("w2"))
        log: list[str] = []
        book = PresenceBook(lead, log.append)
        await book.refresh()
        await put_raw(worker, "$KV.MESH_NODES.w1", b'{"node": "w1", "version": "\\u001b[2J"}')
        await lead.request("$KV.MESH_NODES.LEAD", b'{"node": "LEAD"}')
        await book.refresh()
        await book.refresh()
        assert list(book.nodes) == ["w1", "w2"]
        assert book.nodes["w1"].presence.version == "1"
        assert len(log) == 2
        assert all("says about itself is left out: " in line and line.isprintable() for line in log)
        await close_all(lead, worker, other)

    run(work())


def test_the_heart_beats_and_beats_at_once_after_the_server_was_away(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        log, count = list[str](), 0

        def describe() -> Presence:
            nonlocal count
            count += 1
            return Presence("w1", lag=count)

        beating = asyncio.ensure_future(beat_presence(worker, describe, log.append, lambda: 0.1))
        await until(lambda: count >= 3)
        beating.cancel()
        await asyncio.wait([beating])
        beating = asyncio.ensure_future(beat_presence(worker, describe, log.append, lambda: 60.0))
        count = 0
        await until(lambda: count == 1)
        stage.kill()
        await until(lambda: not worker.is_up)
        await asyncio.to_thread(stage.up)
        assert await until(lambda: count >= 2) < 5
        await asyncio.sleep(0.1)
        (entry,) = await read_all(worker, "MESH_NODES")
        assert decode_presence("w1", entry.content).lag == count
        assert len(log) <= 1
        beating.cancel()
        await asyncio.wait([beating])
        assert worker.wakes == []
        await close_all(lead, worker)

    run(work())


def test_nodes_beat_often_enough_for_the_silence_that_costs_them_their_claims() -> None:
    assert [choose_beat(minutes) for minutes in (5, 1, 0.1)] == [10.0, 10.0, 1.5]


def test_a_worker_that_says_it_leads_is_not_believed(stage: Stage) -> None:
    async def work() -> None:
        lead, worker, other = await open_mesh(stage, "boss", "w1", "w2")
        lie = Presence("w1", "lead", leads=True, term=2**53, seeded=("MESH_TASKS:999999999999:x",))
        await put_raw(worker, "$KV.MESH_NODES.w1", msgspec.json.encode(lie))
        with pytest.raises(MeshError):
            await worker.request("$KV.MESH_NODES.lead", msgspec.json.encode(lie), 0.5)
        book = PresenceBook(other, print)
        await book.refresh()
        assert book.nodes["w1"].presence == lie
        assert book.leader() is None
        truth = Presence("boss", "lead", leads=True, term=1)
        await tell_presence(lead, truth)
        await book.refresh()
        assert book.leader() == truth
        await asyncio.sleep(0.05)
        await tell_presence(lead, Presence("boss", "lead"))
        await book.refresh()
        assert book.leader() is None, "it has said itself that it leads no more"
        await close_all(lead, worker, other)

    run(work())
