"""What should never be there: odd keys and values in the buckets, a board that vanishes, a repository replaced."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.access import own_access
from openclaw_hooks.mesh.connection import open_connection
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

VALUES = {
    "T-0000aa": b"",
    "T-0000ab": b"\xff\xfe no text",
    "T-0000ac": b"---\nid: T-zzzzzz\ntitle: another\nstatus: queued\n---\n",
    "T-0000ad": b"---\nid: T-0000ad\ntitle: t\nstatus: nonsense\n---\n",
    "T-0000ae": b"<<<<<<< ours\n",
    "T-0000AF": b"---\nid: T-0000AF\ntitle: twin\nstatus: queued\n---\n",
    "CON": b"x",
    "T-0000ag.md": b"x",
    "a\\b:c/d": b"x",
}


async def write_raw(clone: Clone, values: dict[str, bytes]) -> None:
    """Puts `values` into the bucket of tasks as somebody who has the lead's key and no manners."""
    connection = await open_connection(own_access(clone.place, "boss"), "raw", lambda _: None)
    try:
        for key, content in values.items():
            await connection.request(f"$KV.MESH_TASKS.{key}", content)
    finally:
        await connection.close()


def test_odd_keys_and_values_harm_nobody_and_are_told_of(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    asyncio.run(write_raw(boss, VALUES))
    task = boss.new_task("a good one")
    wait_until(lambda: f"{task}.md" in worker.tasks, "a task behind the odd ones")
    assert worker.command("claim", task)["result"]["lease"]
    for clone in (boss, worker):
        clone.flush()
        assert set(clone.tasks) == {f"{task}.md"}
        assert not clone.is_over
        assert "is not fit for a board" in clone.log
        assert "CON" in clone.log


def test_board_that_vanishes_halts_and_comes_back(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    for number in range(12):
        boss.new_task(f"task {number}")
    worker.flush()
    before = boss.tasks
    shutil.rmtree(worker.board / "tasks")
    wait_until(lambda: worker.status["halted"], "the worker halts")
    assert "12 of the 12 files" in worker.status["halted"]
    assert boss.tasks == before, "nothing was deleted elsewhere"
    subprocess.run(["git", "-C", str(worker.board), "checkout", "-q", "HEAD", "--", "."], check=True)
    worker.flush()
    assert worker.tasks == before
    assert not worker.status["halted"]


def test_sidecar_ends_when_its_repository_is_replaced(mesh: Mesh) -> None:
    boss = mesh.lead()
    boss.new_task("of the old one")
    boss.top.rename(mesh.folder / "moved away")
    subprocess.run(["git", "init", "-q", str(boss.top)], check=True)
    assert boss.process is not None
    assert boss.process.wait(15) == 1
    assert not boss.board.exists()


def test_once_brings_both_sides_in_step_and_ends(mesh: Mesh) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("board", "attach")
    boss.run("task", "new", "made before there was a mesh")
    boss.run("mesh", "up")
    boss.run("mesh", "down")
    done = boss.run("sync", "--once")
    assert done.stdout == "in step with the mesh: 0 conflict(s)\n"
    boss.lead()
    worker = mesh.join(boss, "w1")
    worker.stop()
    late = boss.new_task("while the worker was away")
    status = json.loads(worker.run("sync", "--once", "--json").stdout)["data"]
    assert (status["state"], status["pending"]) == ("stopped", 0)
    assert f"{late}.md" in worker.tasks
    assert worker.tasks == boss.tasks
