"""What a sidecar says of its troubles: as long as they last, and in time, also while the server hangs."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from tests.mesh.conftest import list_processes
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

IN_TIME_S = 25.0  # two tries of the command line, and a busy machine


def server_of(clone: Clone) -> int:
    """The process of the server that runs for `clone`."""
    return list_processes(f"nats-server -c {clone.place.config}")[0]


def test_the_last_error_is_gone_when_its_cause_is(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    assert (boss.status["last_error"], worker.status["last_error"]) == ("", "")
    boss.stop()
    wait_until(lambda: worker.status["last_error"], "the worker notices")
    assert "connected again" not in worker.status["last_error"]
    boss.lead()
    wait_until(lambda: worker.state == "connected", "the worker is back")
    wait_until(lambda: not worker.status["last_error"], f"no trouble any more: {worker.log}")
    os.kill(server_of(boss), signal.SIGKILL)
    wait_until(lambda: "the server has ended" in boss.log, "the lead notices")
    worker.flush()
    for clone in (boss, worker):
        wait_until(lambda: not clone.status["last_error"], f"no trouble any more: {clone.log}")  # noqa: B023


def test_while_the_server_hangs_commands_are_answered_and_afterwards_all_goes_on(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task, other = boss.new_task("made before"), boss.new_task("claimed before")
    worker.flush()
    worker.run("task", "claim", other)
    server = server_of(boss)
    os.kill(server, signal.SIGSTOP)
    try:
        began = time.monotonic()
        refused = worker.run("task", "claim", task, code=1)
        assert time.monotonic() - began < IN_TIME_S
        assert refused.stderr.count("\n") == 1, refused.stderr
        assert "Traceback" not in refused.stderr
        began = time.monotonic()
        waits = worker.run("task", "complete", other, "--result", "while it hung")
        assert "queued" in waits.stdout
        assert time.monotonic() - began < IN_TIME_S
        assert other in worker.run("task", "list").stdout
    finally:
        os.kill(server, signal.SIGCONT)
    wait_until(lambda: b"while it hung" in boss.tasks[f"{other}.md"], f"what waited: {worker.log}", 40)
    wait_until(lambda: worker.status.get("lead") == "boss" and boss.status.get("leading"), "the lead is back")
    done = worker.run("task", "claim", task)
    assert f"{task} claimed by w1" in done.stdout
    for clone in (boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks
