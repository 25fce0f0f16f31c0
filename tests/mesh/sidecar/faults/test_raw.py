"""What nobody should be able to write, written with the lead's own key: none of it gets onto a board or ends a sidecar."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder
from tests.mesh.sidecar.faults.lineage import raw_lead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.mesh.sidecar.conftest import Clone, Mesh

HEAD = b"---\nid: %s\ntitle: t\nstatus: queued\n"
ODD_TASKS = {
    "../../../../escaped": b"x",
    "T-00000a/../../../escaped": b"x",
    "..T-00000a": b"x",
    "T-00000b": b"\0" * 4096,
    "T-00000c": HEAD % b"T-00000c" + b"labels: [a\n---\n",
    "T-00000d": HEAD % b"T-00000d",
    "T-00000e": b"{" + b'"a":' * 5000,
    "T-00000f": HEAD % b"T-00000f" + b"title: twice\n---\n",
    "T-00000G": HEAD % b"T-00000G" + b"---\n",
    "t-00000h": HEAD % b"t-00000h" + b"---\n",
    "T-00000j": HEAD % b"T-00000j" + b"---\n" + b"\0",
    "CON": b"x",
    "nul": b"x",
    "T-00000k:stream": b"x",
    "T-00000m\\..\\..": b"x",
    "\u202eT-00000n": b"x",
}
ODD_ELSEWHERE = {
    "$KV.MESH_PLANS.P-00000a": b"format: 99\nid: P-00000a\ntitle: of a later version\nstatus: draft\n",
    "$KV.MESH_PLANS.P-00000b": b"format: 1\nid: P-00000",
    "$KV.MESH_PLANS.P-00000c": b"\xff\xfe\x00",
    "$KV.MESH_LEASES.T-00000p": b'{"task":"T-00000p","owner":"w',
    "$KV.MESH_LEASES.../../x": b"x",
    "$KV.MESH_NODES.w9": b'{"node":"w1","seen":1e999',
    "$KV.MESH_TOOLS.w9.x": b"[[[[",
    "$KV.MESH_IN.w9.0123456789abcdef": b'{"id":"0123456789abcdef","verb":"pro',
    "mesh.cmd.w9.claim": b"\xff" * 100,
    "mesh.kv.MESH_TASKS.T-00000q": b"no value of any bucket",
}


async def write_raw(boss: Clone, values: Mapping[str, bytes], headers: dict[str, str] | None = None) -> None:
    """Publishes `values` with the lead's key; what the server itself refuses is refused."""
    async with raw_lead(boss) as connection:
        for subject, content in values.items():
            try:
                await connection.request(subject, content, 1.0, headers=headers)
            except (NotDoneError, UnknownOutcomeError, ValueError):
                continue


def test_no_key_and_no_value_of_a_raw_client_harms_a_board(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task("a good one")
    worker.flush()
    asyncio.run(write_raw(boss, {f"$KV.MESH_TASKS.{key}": value for key, value in ODD_TASKS.items()}))
    asyncio.run(write_raw(boss, ODD_ELSEWHERE))
    other = boss.new_task("behind them")
    wait_until(lambda: f"{other}.md" in worker.tasks, "a task behind them")
    assert worker.command("claim", task)["result"]["lease"]["owner"] == "w1"
    for clone in (boss, worker):
        clone.flush()
        assert set(clone.tasks) == {f"{task}.md", f"{other}.md"}
        plans = {path.name for path in (clone.board / "plans").glob("*.yaml")}
        assert plans <= {"P-00000a.yaml"}, "one of a later version is kept for those who can read it"
        assert not clone.is_over
        assert "T-00000b" in clone.log
        assert "P-00000b" in clone.log
        assert '"event":"sidecar"' not in clone.log, clone.log
        assert "Traceback" not in clone.said
        check_folder(clone)
    assert boss.tasks == worker.tasks
    assert list(mesh.folder.rglob("*escaped*")) == []


def test_a_value_that_was_deleted_or_spoilt_is_written_again_from_the_boards(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(4)]
    for clone in (worker, boss):
        clone.flush()
    before = boss.tasks
    asyncio.run(write_raw(boss, {f"$KV.MESH_TASKS.{tasks[0]}": b""}, {"KV-Operation": "DEL"}))
    asyncio.run(write_raw(boss, {f"$KV.MESH_TASKS.{tasks[1]}": b""}, {"KV-Operation": "PURGE", "Nats-Rollup": "sub"}))
    asyncio.run(write_raw(boss, {f"$KV.MESH_TASKS.{tasks[2]}": b"\xff\x00 spoilt"}))
    wait_until(lambda: tasks[2] in worker.log, "the worker tells")
    for clone in (boss, worker, boss):
        clone.flush()
        assert clone.tasks == before, "absent is not deleted"
        assert not clone.is_over
    for task in tasks:
        claimed = worker.command("claim", task)
        assert claimed.get("result", {}).get("lease", {}).get("owner") == "w1", (task, claimed)
    for clone in (boss, worker):
        clone.flush()
        check_folder(clone)
    assert boss.tasks == worker.tasks
