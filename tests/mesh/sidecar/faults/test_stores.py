"""The server's store put back to an older copy, or its buckets made anew: the boards bring back what it has lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.buckets import ensure_buckets
from tests.mesh.conftest import list_processes
from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder
from tests.mesh.sidecar.faults.lineage import ask, raw_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mesh.sidecar.conftest import Clone, Mesh

FELL = "no file is written until its lead has mended it"


@contextmanager
def standing_still(*pids: int) -> Iterator[None]:
    """Processes that do nothing meanwhile."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def put_back(boss: Clone, copy: str) -> None:
    """Kills the server, and has the next one find an older copy of its store."""
    assert boss.process is not None
    with standing_still(boss.process.pid):
        for pid in list_processes(f"nats-server -c {boss.place.config}"):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not list_processes(f"nats-server -c {boss.place.config}"), "the server's end")
        shutil.rmtree(boss.place.store)
        shutil.copytree(copy, boss.place.store)


def work(boss: Clone, worker: Clone, task: str) -> tuple[str, str]:
    """A new task, and the token of a claim of `task`, both on both boards."""
    new = boss.new_task("after the copy")
    token = worker.command("claim", task)["result"]["lease"]["token"]
    path = worker.board / "tasks" / f"{task}.md"
    path.write_text(path.read_text() + "\nA line of the worker.\n")
    for clone in (worker, boss):
        clone.flush()
    return new, token


def check_mended(boss: Clone, worker: Clone, before: dict[str, bytes]) -> None:
    """Both boards have what they had, both sidecars live and said once what happened."""
    wait_until(lambda: FELL in boss.log and FELL in worker.log, "the loss is noticed")
    wait_until(lambda: '"mended: ' in boss.log and '"mended: ' in worker.log, "they go on")
    for clone in (boss, worker):
        clone.flush()
        assert clone.tasks == before
        assert clone.log.count(FELL) == 1
        check_folder(clone)


def test_a_store_put_back_to_an_older_copy_loses_nothing(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(4)]
    worker.flush()
    copy = str(mesh.folder / "copy")
    with standing_still(*list_processes(f"nats-server -c {boss.place.config}")):
        shutil.copytree(boss.place.store, copy)
    new, token = work(boss, worker, tasks[0])
    before = boss.tasks
    assert f"{new}.md" in before
    put_back(boss, copy)
    check_mended(boss, worker, before)
    taken = boss.command("claim", tasks[0])
    assert taken["error"]["code"] in ("taken", "illegal"), "the claim outlived the store"
    done = worker.command("complete", tasks[0], token, result="all the same")
    assert not done.get("error"), done
    assert "fell from" in boss.log


def test_buckets_that_are_made_anew_are_filled_again_under_their_readers(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(4)]
    worker.flush()
    _, token = work(boss, worker, tasks[0])
    before = boss.tasks

    async def make_anew() -> None:
        async with raw_lead(boss) as connection:
            for bucket in ("MESH_TASKS", "MESH_PLANS", "MESH_LEASES"):
                assert (await ask(connection, f"STREAM.DELETE.KV_{bucket}"))["success"]
            await ensure_buckets(connection)

    asyncio.run(make_anew())
    check_mended(boss, worker, before)
    wait_until(lambda: boss.status.get("leading"), "it leads again")
    time.sleep(0.5)
    done = worker.command("complete", tasks[0], token, result="all the same")
    assert not done.get("error"), done
