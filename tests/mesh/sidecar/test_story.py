"""A lead and a worker on one machine, real processes: what one does the other has, and whoever ends leaves nothing."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from tests.mesh.conftest import list_processes
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Mesh


def test_a_task_travels_is_claimed_and_completed_and_boards_are_alike(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task("Build it")
    wait_until(lambda: f"{task}.md" in worker.tasks, "the task on the worker's disk")
    claimed = worker.command("claim", task)
    assert claimed["result"]["lease"]["owner"] == "w1", claimed
    assert b"status: claimed" in worker.tasks[f"{task}.md"], "a command's outcome is on disk when it is answered"
    taken = boss.command("claim", task)
    assert taken["error"]["code"] in ("taken", "illegal"), taken
    done = worker.command("complete", task, claimed["result"]["lease"]["token"], result="it stands")
    assert "error" not in done, done
    for clone in (boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks
    assert b"it stands" in boss.tasks[f"{task}.md"]
    wait_until(lambda: worker.told["lead"] == "boss", "the worker hears who leads")
    wait_until(lambda: len(boss.told["nodes"]) == 2, "the lead hears the worker")
    for clone in (boss, worker):
        status = json.loads(clone.run("mesh", "status", "--json").stdout)["data"]
        assert status["sidecar"]["lead"] == "boss", status
        assert [node["name"] for node in status["nodes"]] == ["boss", "w1"]


def test_an_edit_by_hand_reaches_the_others_and_one_that_is_not_allowed_is_put_back(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task("First words")
    wait_until(lambda: f"{task}.md" in worker.tasks)
    path = worker.board / "tasks" / f"{task}.md"
    path.write_text(path.read_text() + "\nA thought of the worker.\n")
    wait_until(lambda: b"A thought of the worker." in boss.tasks[f"{task}.md"], "the edit on the lead's board")
    path.write_text(path.read_text().replace("status: queued", "status: completed"))
    wait_until(lambda: b"status: queued" in path.read_bytes(), "the status put back")
    worker.flush()
    boss.flush()
    assert boss.tasks == worker.tasks


def test_stopped_by_request_and_by_command(mesh: Mesh) -> None:
    boss = mesh.lead()
    assert boss.ask("stop")["ok"]
    assert boss.process is not None
    assert boss.process.wait(10) == 0
    boss.lead()
    pid = boss.process.pid if boss.process else 0
    assert boss.run("sync", "--stop").stdout == f"stopped process {pid}\n"
    assert boss.run("sync", "--stop").stdout == "no sidecar runs here\n"


def test_second_sidecar_of_a_repository_is_refused(mesh: Mesh) -> None:
    boss = mesh.lead()
    assert boss.process is not None
    refused = boss.run("sync", "--once", code=1)
    assert f"a sidecar runs here already: process {boss.process.pid}" in refused.stderr
    assert boss.command("new", fields={"title": "still at work"}, body="")["result"]["task"]


def test_server_that_was_up_before_is_left_up(mesh: Mesh) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("mesh", "up")
    boss.lead().stop(signal.SIGINT)
    assert len(list_processes(f"nats-server -c {mesh.folder}")) == 1
    boss.run("mesh", "down")
