"""A network that is cut: of a worker alone, of the lead alone, and again and again."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.config import read_settings
from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder
from tests.mesh.sidecar.faults.lineage import ask, count_moves, raw_lead, read_lineage
from tests.mesh.sidecar.faults.proxy import Proxy, lead_through

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

CUTS = 20
STREAMS = ("KV_MESH_TASKS", "KV_MESH_PLANS", "KV_MESH_LEASES", "KV_MESH_NODES", "KV_MESH_TOOLS", "KV_MESH_IN")


def join_over(mesh: Mesh, boss: Clone, proxy: Proxy, name: str, role: str = "worker") -> Clone:
    """A clone that has joined, and reaches the server over `proxy`."""
    clone = mesh.join(boss, name, role)
    clone.stop()
    lead_through(clone, proxy)
    return clone.sync()


def test_a_worker_that_is_cut_off_goes_on_with_what_it_has_and_brings_it_later(mesh: Mesh) -> None:
    boss = mesh.lead()
    with Proxy(read_settings(boss.place).port) as proxy:
        worker = join_over(mesh, boss, proxy, "w1")
        task, other = boss.new_task("before"), boss.new_task("another")
        worker.flush()
        token = worker.command("claim", task)["result"]["lease"]["token"]
        proxy.stall()
        proxy.cut()
        path = worker.board / "tasks" / f"{task}.md"
        path.write_text(path.read_text() + "\nWritten while nobody heard.\n")
        late = boss.new_task("made while the worker was away")
        wait_until(lambda: worker.state == "offline", "the worker notices")
        assert worker.command("claim", other)["error"]["code"] in ("offline", "no_lead")
        assert b"Written" not in boss.tasks[f"{task}.md"]
        proxy.flow()
        wait_until(lambda: b"Written" in boss.tasks[f"{task}.md"], "the edit arrives")
        done = worker.command("complete", task, token, result="all the same")
        assert not done.get("error"), done
        for clone in (worker, boss):
            clone.flush()
            check_folder(clone)
        assert boss.tasks == worker.tasks
        assert {f"{task}.md", f"{other}.md", f"{late}.md"} == set(worker.tasks)
        assert worker.log.count('"connection lost"') <= 2
        assert '"connected again"' in worker.log


def test_a_lead_that_is_cut_off_is_followed_and_what_it_sent_meanwhile_changes_nothing(mesh: Mesh) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("mesh", "up")
    with Proxy(read_settings(boss.place).port) as proxy:
        other = join_over(mesh, boss, proxy, "other", "lead")
        wait_until(lambda: other.status.get("leading"), "it leads")
        worker = mesh.join(boss, "w1")
        tasks = [other.new_task(f"task {number}") for number in range(3)]
        worker.flush()
        boss.sync().flush()
        proxy.stall()
        with ThreadPoolExecutor() as pool:
            asked = [pool.submit(other.command, "claim", task) for task in tasks]
            wait_until(lambda: boss.status.get("leading"), "the one that is left leads")
            assert worker.command("claim", tasks[0])["result"]["lease"]["owner"] == "w1"
            wait_until(lambda: not other.status["leading"], "the one that was cut off leads no more")
            proxy.flow()
            answers = [one.result() for one in asked]
        for clone in (other, worker, boss):
            clone.flush()
            check_folder(clone)
        assert boss.tasks == worker.tasks == other.tasks
        lineage = read_lineage(boss)
        for task, answer in zip(tasks, answers, strict=True):
            assert count_moves(lineage[task], "claimed") <= 1
            if lease := answer.get("result", {}).get("lease"):
                assert lineage[task][-1].owner == lease["owner"] == "other"
        assert lineage[tasks[0]][-1].owner == "w1"
        assert other.log.count("other leads no more: no renewal for 3 s") == 1


def test_reconnecting_again_and_again_leaves_nothing_behind(mesh: Mesh) -> None:
    boss = mesh.lead()
    with Proxy(read_settings(boss.place).port) as proxy:
        worker = join_over(mesh, boss, proxy, "w1")
        for cut in range(1, CUTS + 1):
            wait_until(partial(proxy.is_in_use, cut), f"connection {cut}")
            proxy.cut()
        wait_until(lambda: worker.state == "connected", "it is there again")
        task = boss.new_task("after the storm")
        worker.flush()
        assert f"{task}.md" in worker.tasks
        assert 0 < proxy.subscriptions[-1] <= max(proxy.subscriptions[:2]), proxy.subscriptions
        assert not worker.is_over

    async def count() -> dict[str, int]:
        async with raw_lead(boss) as connection:
            infos = {stream: await ask(connection, f"STREAM.INFO.{stream}") for stream in STREAMS}
            return {stream: info["state"]["consumer_count"] for stream, info in infos.items()}

    assert asyncio.run(count()) == dict.fromkeys(STREAMS, 0)
