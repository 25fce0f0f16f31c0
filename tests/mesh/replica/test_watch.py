"""Following buckets: complete whatever gets lost, and nothing of another life of a bucket without being asked."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.batches import put_many
from openclaw_hooks.mesh.replica.followed import MAX_SHORTFALLS, Followed, Sign
from openclaw_hooks.mesh.replica.pages import Entry
from openclaw_hooks.mesh.replica.streams import Epoch, StreamState
from openclaw_hooks.mesh.replica.watch import Watch
from openclaw_hooks.mesh.replica.writes import Write, put
from openclaw_hooks.mesh.server import stop_server
from tests.mesh.conftest import put as put_raw
from tests.mesh.conftest import run
from tests.mesh.replica.conftest import Following, Mirror, close_all, key, open_mesh, until
from tests.mesh.test_client import headed, write_raw

if TYPE_CHECKING:
    from tests.mesh.conftest import Stage


@pytest.mark.parametrize("reader", ["w1", "boss"])
def test_what_is_there_and_what_comes_is_taken_over(stage: Stage, reader: str) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", reader)
        await put_many(lead, [Write(key(number), b"%d" % number, 0) for number in range(1500)])
        mirror = Mirror()
        async with Following(other, mirror, look_s=60) as watch:
            assert len(mirror.held) == 1500
            await put(lead, key(3), b"new", 4)
            await put(lead, "P-000001", b"plan", 0)
            assert await until(lambda: mirror.held.get("P-000001") == (1, b"plan")) < 1
            assert mirror.held[key(3)] == (1501, b"new")
            await put_many(lead, [Write(key(number), b"more", 0) for number in range(1500, 3500)])
            await until(lambda: len(mirror.held) == 3501)
            assert mirror.calls < 300  # many at a time
            await until(lambda: watch.is_complete)
            assert [watch.epochs[bucket].last for bucket in ("MESH_TASKS", "MESH_PLANS")] == [3501, 1]
        assert (mirror.epochs, mirror.log) == ([], [])
        await close_all(lead, other)

    run(work())


def test_lost_messages_are_made_good_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        mirror = Mirror()
        hear = Watch._hear
        lost = {"2", "3", "5"}

        async def lose(watch: Watch, message: Any) -> None:
            if message.headers["Nats-Sequence"] not in lost:
                await hear(watch, message)

        monkeypatch.setattr(Watch, "_hear", lose)
        async with Following(worker, mirror, look_s=0.5):
            for number in range(4):
                await put(lead, key(number), b"x", 0)
            assert await until(lambda: len(mirror.held) == 4) < 0.4  # the gap is seen
            await put(lead, key(4), b"the last one", 0)
            assert await until(lambda: len(mirror.held) == 5) < 1  # by looking
        assert (mirror.log, mirror.epochs) == ([], [])
        await close_all(lead, worker)

    run(work())


def test_after_a_restart_of_the_server_everything_is_there_within_two_seconds(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put_many(lead, [Write(key(number), bytes(1500), 0) for number in range(2000)])
        mirror = Mirror()
        async with Following(worker, mirror) as watch:
            for round_ in range(3):
                stage.kill()
                await until(lambda: not watch.is_complete or not worker.is_up)
                await asyncio.to_thread(stage.up)
                began = time.monotonic()
                await until(lambda: lead.is_up)
                await put(lead, key(9000 + round_), b"new", 0)
                await until(lambda: watch.is_complete and key(9000 + round_) in mirror.held)  # noqa: B023 - ends here
                assert time.monotonic() - began < 2
            info = json.loads(await lead.request("$JS.API.STREAM.INFO.KV_MESH_TASKS"))
            assert info["state"]["consumer_count"] == 0
            assert [sub.subject for sub in worker.client._subs.values() if "mesh.kv" in sub.subject] == ["mesh.kv.>"]
        assert mirror.epochs == []
        assert len(mirror.log) <= 3, mirror.log  # one line for each time it was away
        await close_all(lead, worker)

    run(work())


def test_a_bucket_that_is_made_anew_is_asked_about_first(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        for number in range(5):
            await put(lead, key(number), b"old", 0)
        mirror = Mirror()
        async with Following(worker, mirror, look_s=0.2) as watch:
            before, old = dict(mirror.held), watch.epochs["MESH_TASKS"]
            mirror.goes_on = False
            await lead.request("$JS.API.STREAM.DELETE.KV_MESH_TASKS")
            await ensure_buckets(lead)
            for number in range(9):
                await put(lead, key(number), b"new", 0)
            await until(lambda: len(mirror.epochs) >= 2)  # asked again and again
            assert mirror.held == before
            assert not watch.is_complete
            assert {(bucket, epoch) for bucket, epoch, _ in mirror.epochs} == {("MESH_TASKS", old)}
            mirror.goes_on = True
            await until(lambda: mirror.held == {key(number): (number + 1, b"new") for number in range(9)})
            await put(lead, key(20), b"goes on", 0)
            await until(lambda: key(20) in mirror.held)
        await close_all(lead, worker)

    run(work())


def test_a_bucket_that_is_made_anew_is_noticed_when_nothing_is_left_to_compare(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put(lead, key(1), b"old", 0)
        async with Following(worker, Mirror()) as watch:
            seen = watch.epochs
        await lead.request("$JS.API.STREAM.DELETE.KV_MESH_TASKS")
        await ensure_buckets(lead)
        for number in range(70):  # of which the last 64 are kept
            await put_raw(lead, f"$KV.MESH_TASKS.{key(1)}", b"%d" % number)
        mirror = Mirror()
        async with Following(worker, mirror, seen=seen):
            assert [(bucket, old.last, new.last) for bucket, old, new in mirror.epochs] == [("MESH_TASKS", 1, 70)]
        await close_all(lead, worker)

    run(work())


def test_after_a_reconnect_nothing_is_taken_over_before_the_bucket_was_looked_at(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put(lead, key(1), b"one", 0)
        mirror = Mirror()
        async with Following(worker, mirror, look_s=60) as watch:
            headers = {"Nats-Stream": "KV_MESH_TASKS", "Nats-Sequence": "2", "Nats-Last-Sequence": "0"}
            headers["Nats-Subject"] = f"$KV.MESH_TASKS.{key(2)}"
            message: Any = SimpleNamespace(headers=headers, data=b"of another store")
            await watch.take_return()
            await watch._hear(message)
            await asyncio.wait_for(watch.wait_until_complete(), 5)
            assert (mirror.held, mirror.epochs) == ({key(1): (1, b"one")}, [])
        await close_all(lead, worker)

    run(work())


@pytest.mark.parametrize("later", [0, 5, 30])
def test_a_store_that_was_put_back_is_noticed_on_connect_even_when_written_on(stage: Stage, later: int) -> None:
    async def write(numbers: range, content: bytes, watched: bool = False) -> dict[str, Epoch]:
        lead, worker = await open_mesh(stage, "boss", "w1")
        for number in numbers:
            await put_raw(lead, f"$KV.MESH_TASKS.{key(number)}", content)
        mirror = Mirror()
        async with Following(worker, mirror) as watch:
            found = watch.epochs
        await close_all(lead, worker)
        return found

    async def look(seen: dict[str, Epoch]) -> Mirror:
        lead, worker = await open_mesh(stage, "boss", "w1")
        mirror = Mirror()
        async with Following(worker, mirror, seen=seen):
            pass
        await close_all(lead, worker)
        return mirror

    run(write(range(10), b"one"))
    stop_server(stage.place)
    shutil.copytree(stage.place.store, stage.place.store + ".old")
    stage.up()
    seen = run(write(range(10, 15), b"two"))
    assert run(look(seen)).epochs == []
    stop_server(stage.place)
    shutil.rmtree(stage.place.store)
    shutil.move(stage.place.store + ".old", stage.place.store)
    stage.up()
    run(write(range(20, 20 + later), b"three"))
    mirror = run(look(seen))
    assert [(bucket, old.last, new.last) for bucket, old, new in mirror.epochs] == [("MESH_TASKS", 15, 10 + later)]
    assert len(mirror.held) == 10 + later


def test_a_store_that_is_put_back_under_a_follower_is_noticed(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put(lead, key(1), b"one", 0)
        shutil.copytree(stage.place.store, stage.place.store + ".old")
        await put(lead, key(1), b"two", 1)
        mirror = Mirror()
        mirror.goes_on = False
        async with Following(worker, mirror, look_s=0.3):
            stage.kill()
            shutil.rmtree(stage.place.store)
            shutil.move(stage.place.store + ".old", stage.place.store)
            await asyncio.to_thread(stage.up)
            await until(lambda: lead.is_up)
            await put(lead, key(1), b"three", 1)  # the same revision as before, and another value
            await put(lead, key(2), b"one", 0)
            await until(lambda: mirror.epochs)
            assert mirror.held == {key(1): (2, b"two")}
            mirror.goes_on = True
            await until(lambda: mirror.held == {key(1): (2, b"three"), key(2): (3, b"one")})
        await close_all(lead, worker)

    run(work())


def test_what_is_gone_is_not_told_as_deleted_and_a_deletion_is(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put(lead, key(1), b"one", 0)
        await put(lead, key(2), b"one", 0)
        mirror = Mirror()
        async with Following(worker, mirror, look_s=0.1) as watch:
            await lead.request("$JS.API.STREAM.PURGE.KV_MESH_TASKS")
            await put(lead, key(3), b"one", 0)
            await until(lambda: key(3) in mirror.held)
            await lead.request(f"$KV.MESH_TASKS.{key(3)}", b"", headers={"KV-Operation": "DEL"})
            await until(lambda: mirror.held[key(3)] == (4, None))
            watch.look_again()
            await asyncio.sleep(0.3)
            assert mirror.held == {key(1): (1, b"one"), key(2): (2, b"one"), key(3): (4, None)}
        assert (mirror.epochs, mirror.log) == ([], [])
        await close_all(lead, worker)

    run(work())


HOSTILE = [b"T-ABCDEF", b"CON", b"T-\xff\xfe00", b"T-00000\x00", b"a\\b", b"a:b", b"T-000001\x0b", b"lead", b"P-000001"]


def test_hostile_keys_are_left_out_with_one_line_each_and_values_come_as_they_are(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        mirror = Mirror()
        values = {key(1): b"\xff\xfe\x00", key(2): b"", key(3): b'{"broken', key(4): b"---\nid: T-999999\n---\n"}
        for times in range(2):
            for name in HOSTILE:
                await write_raw(
                    lead, headed(b"$KV.MESH_TASKS." + name, b"NATS/1.0 204\r\nStatus: 404\r\n\r\n", b"evil")
                )
            if not times:
                for task, value in values.items():
                    await put(lead, task, value, 0)
        async with Following(worker, mirror, look_s=0.1):
            for name in HOSTILE:
                await write_raw(lead, headed(b"$KV.MESH_TASKS." + name, b"xx", b"evil"))
            await write_raw(
                lead,
                headed(
                    b"mesh.kv." + key(5).encode(),
                    b"NATS/1.0\r\nNats-Stream: KV_MESH_TASKS\r\n"
                    b"Nats-Subject: $KV.MESH_TASKS.T-000005\r\nNats-Sequence: x\r\n\r\n",
                    b"evil",
                ),
            )
            await put(lead, key(6), b"after", 0)
            await until(lambda: key(6) in mirror.held)
        assert {name: value for name, (_, value) in mirror.held.items()} == {**values, key(6): b"after"}
        odd = [line for line in mirror.log if "could not be read" not in line]
        assert len(odd) == len(HOSTILE)
        assert all(line.startswith("MESH_TASKS has a key that is no id: ") for line in odd)
        await close_all(lead, worker)

    run(work())


def test_what_cannot_be_taken_over_stops_nothing_and_is_offered_again(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        await put_many(lead, [Write(key(number), b"x", 0) for number in range(20)])
        mirror = Mirror()
        mirror.poison = {key(7), key(30)}
        watch = Watch(worker, mirror, mirror.log.append, look_s=0.1)
        task = asyncio.ensure_future(watch.run())
        await until(lambda: len(mirror.held) == 19)
        await put(lead, key(30), b"x", 0)
        await put(lead, key(31), b"x", 0)
        await until(lambda: key(31) in mirror.held)
        assert not watch.is_complete
        assert mirror.log == [
            f"{key(n)} at revision {r} could not be taken over: poison" for n, r in ((7, 8), (30, 21))
        ]
        mirror.poison = set()
        await asyncio.wait_for(watch.wait_until_complete(), 2)
        assert len(mirror.held) == 22
        task.cancel()
        await asyncio.wait([task])
        await close_all(lead, worker)

    run(work())


def test_following_ends_when_the_connection_is_over(stage: Stage) -> None:
    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        mirror = Mirror()
        watch = Watch(worker, mirror, mirror.log.append, look_s=0.1)
        task = asyncio.ensure_future(watch.run())
        await watch.wait_until_complete()
        await worker.close()
        with pytest.raises(MeshError, match="the connection to the mesh was closed"):
            await asyncio.wait_for(task, 5)
        assert worker.wakes == []
        await lead.close()

    run(work())


@pytest.mark.parametrize(
    ("entry", "before", "sign"),
    [
        (Entry("a", 11, b"", "2026-01-01T00:00:03Z"), 5, Sign.NEXT),
        (Entry("b", 11, b"", "2026-01-01T00:00:03Z"), 0, Sign.NEXT),
        (Entry("a", 11, b"", "2026-01-01T00:00:03Z"), 4, Sign.ODD),
        (Entry("a", 12, b"", "2026-01-01T00:00:03Z"), 5, Sign.GAP),
        (Entry("a", 9, b"", "2026-01-01T00:00:01.5Z"), 5, Sign.KNOWN),
        (Entry("a", 9, b"", "2026-01-01T00:00:02.000001Z"), 5, Sign.ODD),
        (Entry("a", 9, b"", "2026-01-01T00:00:02Z"), 5, Sign.KNOWN),
    ],
)
def test_a_message_is_taken_only_as_the_next_of_the_same_bucket(entry: Entry, before: int, sign: Sign) -> None:
    followed = Followed("MESH_TASKS", Epoch("2026-01-01T00:00:00Z", 10, "2026-01-01T00:00:02Z"))
    followed.is_sure = True
    followed.revisions = {"a": 5}
    assert followed.judge(entry, before) is sign
    followed.is_sure = False
    assert followed.judge(entry, before) is Sign.GAP
    followed.is_halted = True
    assert followed.judge(entry, before) is Sign.KNOWN


def test_in_a_cluster_what_has_not_arrived_is_not_taken_for_read() -> None:
    new = Epoch("2026-01-01T00:00:00Z", 10, "2026-01-01T00:00:02Z")
    state = StreamState(new, 5, 5, 0.0, is_clustered=True)
    followed = Followed("MESH_TASKS", None)
    followed.reach(state, [Entry("a", 8, b"", "2026-01-01T00:00:01Z")])
    assert (followed.epoch, followed.is_short) == (Epoch(new.created, 8, "2026-01-01T00:00:01Z"), True)
    for _ in range(MAX_SHORTFALLS):
        followed.reach(state, [])
    assert (followed.epoch.last, followed.is_short) == (8, False)  # purged, it seems; but looked for at each look
    followed.reach(state, [Entry("b", 10, b"", new.stamp)])
    assert (followed.epoch, followed.is_short) == (new, False)
    followed.reach(state, [Entry("a", 12, b"", "2026-01-01T00:00:03Z")])  # written while it was read
    assert followed.epoch.last == 12
    followed.reach(state._replace(epoch=Epoch(new.created, 20, "x"), is_clustered=False), [])
    assert followed.epoch == Epoch(new.created, 20, "x")
