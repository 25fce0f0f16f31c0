"""The buckets: made, brought up to date, and closed against what one node could do to others with headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.accounts import OWN_KEYS, READABLE
from openclaw_hooks.mesh.buckets import BUCKETS, MAX_VALUE_BYTES, ensure_buckets, make_event_stream, make_stream
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.server import MIN_FREE_BYTES
from tests.mesh.conftest import make_bucket, put, run

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

OPEN = [subject.split(".")[1] for subject in OWN_KEYS]


async def read_direct(lead: Connection, bucket: str, key: str) -> bytes | None:
    """The value of a key, None when it is gone."""
    answer = await lead.client.request(f"$JS.API.DIRECT.GET.KV_{bucket}.$KV.{bucket}.{key}", b"")
    return None if (answer.headers or {}).get("Status") == "404" else answer.data


async def roll_up(stage: Stage, lead: Connection, bucket: str) -> tuple[dict[str, Any], bytes | None]:
    """What a worker is told that writes its own key in place of all, and what is left of another's."""
    one, other = await stage.connect("w1"), await stage.connect("w2")
    end = "" if bucket == "MESH_NODES" else ".a"
    await put(other, f"$KV.{bucket}.w2{end}", b"theirs")
    answer = await one.client.request(f"$KV.{bucket}.w1{end}", b"mine", headers={"Nats-Rollup": "all"})
    left = await read_direct(lead, bucket, f"w2{end}")
    for connection in (one, other):
        await connection.close()
    return json.loads(answer.data), left


@pytest.mark.parametrize("bucket", OPEN)
def test_a_worker_cannot_wipe_what_others_wrote(stage: Stage, bucket: str) -> None:
    async def work() -> tuple[dict[str, Any], bytes | None]:
        lead = await stage.connect("boss")
        await ensure_buckets(lead)
        found = await roll_up(stage, lead, bucket)
        await lead.close()
        return found

    stage.up()
    answer, left = run(work())
    assert "rollup" in answer["error"]["description"]
    assert left == b"theirs"


def test_in_a_bucket_as_libraries_make_it_a_worker_can(stage: Stage) -> None:
    async def work() -> bytes | None:
        lead = await stage.connect("boss")
        await make_bucket(lead, "MESH_IN")
        _, left = await roll_up(stage, lead, "MESH_IN")
        await lead.close()
        return left

    stage.up()
    assert run(work()) is None


def test_a_bucket_of_before_is_closed_without_losing_a_value(stage: Stage) -> None:
    async def work() -> bytes | None:
        lead = await stage.connect("boss")
        await make_bucket(lead, "MESH_IN")
        await put(lead, "$KV.MESH_IN.w2.a", b"theirs")
        await ensure_buckets(lead)
        await ensure_buckets(lead)
        _, left = await roll_up(stage, lead, "MESH_IN")
        await lead.close()
        return left

    stage.up()
    assert run(work()) == b"theirs"


def test_a_value_that_is_too_large_is_refused(stage: Stage) -> None:
    async def work() -> dict[str, Any]:
        lead = await stage.connect("boss")
        await ensure_buckets(lead)
        answer = json.loads(await lead.request("$KV.MESH_TASKS.T-1", bytes(MAX_VALUE_BYTES + 1)))
        await put(lead, "$KV.MESH_TASKS.T-1", bytes(MAX_VALUE_BYTES - 1000))
        await lead.close()
        error: dict[str, Any] = answer["error"]
        return error

    stage.up()
    assert run(work())["err_code"] == 10054


def test_a_bucket_that_the_server_refuses_is_named(stage: Stage) -> None:
    async def work() -> None:
        lead = await stage.connect("boss")
        try:
            await ensure_buckets(lead, replicas=3)  # there is one server
        finally:
            await lead.close()

    stage.up()
    with pytest.raises(MeshError, match="the server refuses bucket MESH_TASKS: replicas > 1 not supported"):
        run(work())


def test_what_nodes_read_and_write_are_buckets_and_what_they_write_is_closed() -> None:
    assert set(READABLE) | set(OPEN) <= set(BUCKETS)
    assert {name for name, bucket in BUCKETS.items() if bucket.is_open} == set(OPEN)


def test_what_is_set_aside_fits_on_the_smallest_disk_that_a_mesh_starts_on() -> None:
    streams = [*(make_stream(name) for name in BUCKETS), make_event_stream()]
    assert sum(max(stream["max_bytes"], 0) for stream in streams) < MIN_FREE_BYTES * 9 // 10


def test_a_bucket_that_had_more_room_is_brought_down_and_keeps_what_it_has(stage: Stage) -> None:
    async def work() -> tuple[int, int, dict[str, Any]]:
        lead = await stage.connect("boss")
        limit = BUCKETS["MESH_IN"].max_bytes
        config = make_stream("MESH_IN") | {"max_bytes": 32 * limit}
        await lead.request("$JS.API.STREAM.CREATE.KV_MESH_IN", json.dumps(config).encode())
        written = limit // 250_000 + 2
        for number in range(written):
            await put(lead, f"$KV.MESH_IN.w1.{number}", bytes(250_000))
        await ensure_buckets(lead)
        found = json.loads(await lead.request("$JS.API.STREAM.INFO.KV_MESH_IN"))
        refused = json.loads(await lead.request("$KV.MESH_IN.w1.more", b"x"))
        await lead.close()
        assert found["config"]["max_bytes"] == limit
        return found["state"]["messages"], written, refused

    stage.up()
    kept, written, refused = run(work())
    assert kept == written
    assert "maximum bytes exceeded" in refused["error"]["description"]


@pytest.mark.parametrize("subject", ["$KV.MESH_NODES.w1", "$KV.MESH_TOOLS.w1.x", "$KV.MESH_IN.w1.x"])
def test_no_word_of_a_node_outlives_the_others(stage: Stage, subject: str) -> None:
    async def work() -> None:
        lead, worker = [await stage.connect(name) for name in ("boss", "w1")]
        await ensure_buckets(lead)
        told = json.loads(await worker.request(subject, b"for ever", headers={"Nats-TTL": "never"}))
        assert "per-message TTL is disabled" in told["error"]["description"]
        await lead.close()
        await worker.close()

    stage.up()
    run(work())


def test_a_bucket_that_had_lifetimes_for_single_values_goes_on(stage: Stage) -> None:
    async def work() -> None:
        lead = await stage.connect("boss")
        before = json.dumps(make_stream("MESH_IN") | {"allow_msg_ttl": True, "max_bytes": 1 << 20}).encode()
        assert "error" not in json.loads(await lead.request("$JS.API.STREAM.CREATE.KV_MESH_IN", before))
        await ensure_buckets(lead)
        now = json.loads(await lead.request("$JS.API.STREAM.INFO.KV_MESH_IN"))["config"]
        assert now["max_bytes"] == BUCKETS["MESH_IN"].max_bytes
        await lead.close()

    stage.up()
    run(work())
