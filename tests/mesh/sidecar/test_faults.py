"""What goes wrong, with real processes: servers and sidecars that are killed, stores that are gone, nodes cut off."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

from tests.mesh.conftest import list_processes
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh


def server_of(clone: Clone) -> int:
    """The process of the server that runs for `clone`."""
    return list_processes(f"nats-server -c {clone.place.config}")[0]


def test_killed_server_comes_back_and_loses_nothing(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    first = boss.new_task("before")
    os.kill(server_of(boss), signal.SIGKILL)
    second = boss.new_task("while it was down")
    wait_until(lambda: f"{second}.md" in worker.tasks, "a task made while the server was down")
    assert worker.command("claim", first)["result"]["lease"]["owner"] == "w1"
    for clone in (worker, boss):
        clone.flush()
    assert boss.tasks == worker.tasks
    assert '"text":"the server has ended"' in boss.log


def test_killed_lead_leaves_its_server_which_the_next_one_takes_over_and_stops(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task("before")
    wait_until(lambda: f"{task}.md" in worker.tasks)
    boss.stop(signal.SIGKILL)
    refused = worker.command("claim", task)
    assert (refused["error"]["code"], refused["error"]["message"]) == ("no_lead", "no lead answers")
    left = worker.command("propose", fields={"title": "nobody leads"}, body="")
    assert left["result"] == {"queued": True}
    bad = worker.command("propose", fields={"title": "in no role that there is", "role": "no-such-role"}, body="")
    assert bad["result"] == {"queued": True}
    assert worker.run("mesh", "intents").stdout.count("propose") == 2
    boss.lead()
    wait_until(lambda: any(b"nobody leads" in text for text in worker.tasks.values()), "what lay in the inbox")
    wait_until(lambda: worker.status["intents"] == 0, "it is heard what became of it")
    assert sum(b"nobody leads" in text for text in boss.tasks.values()) == 1
    assert "no-such-role" in worker.run("mesh", "intents").stdout, "who was refused hears why"
    assert worker.command("claim", task)["result"]["lease"]["owner"] == "w1"
    assert boss.stop() == 0
    assert list_processes(f"nats-server -c {mesh.folder}") == []


def test_store_that_is_gone_is_written_anew_from_the_boards(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(8)]
    token = worker.command("claim", tasks[1])["result"]["lease"]["token"]
    for clone in (worker, boss):
        clone.flush()
    boss.stop()
    shutil.rmtree(boss.place.store)
    edited = worker.board / "tasks" / f"{tasks[0]}.md"
    edited.write_text(edited.read_text() + "\nWritten while the mesh was gone.\n")
    boss.lead()
    wait_until(lambda: b"Written while" in boss.tasks[f"{tasks[0]}.md"], "the edit of the worker")
    for clone in (boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks
    assert set(boss.tasks) == {f"{task}.md" for task in tasks}
    kept = worker.command("heartbeat", tasks[1], token)
    assert kept["result"]["lease"]["token"] == token, "the claim outlived the store"
    assert "no file is written until its lead has mended it" in worker.log


def test_revoked_node_says_so_and_keeps_its_board(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task()
    wait_until(lambda: f"{task}.md" in worker.tasks)
    boss.run("mesh", "revoke", "w1")
    wait_until(lambda: "it does not know this node's key" in worker.log, "the worker notices")
    assert worker.command("claim", task)["error"]["code"] == "offline"
    assert f"{task}.md" in worker.tasks
    assert not worker.is_over


def test_store_that_is_put_back_to_an_older_copy_is_brought_up_to_what_boards_know(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    old = boss.new_task("in the copy")
    worker.flush()
    boss.stop()
    copy = mesh.folder / "copy"
    shutil.copytree(boss.place.store, copy)
    boss.lead()
    late = boss.new_task("after the copy")
    worker.flush()
    lease = worker.command("claim", old)["result"]["lease"]
    for clone in (boss, worker):
        clone.flush()
    known = boss.tasks
    boss.stop()
    shutil.rmtree(boss.place.store)
    copy.rename(boss.place.store)
    boss.lead()
    wait_until(lambda: "mended" in boss.log and "mended" in worker.log, "both go on")
    for clone in (boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks == known
    assert f"{late}.md" in known
    assert lease["token"]
