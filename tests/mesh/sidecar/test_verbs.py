"""The commands that people and agents give, in clones with real sidecars around a real server."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.relay.intents import list_intents
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
HASTY = """\
import sys
from openclaw_hooks.mesh.relay import client
client.TIMEOUT_S = 0.5
from openclaw_hooks.cli.app import main
main()
"""


def run_hasty(clone: Clone, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that does not wait for the sidecar as long as others."""
    code = [sys.executable, "-P", "-c", HASTY, *words]
    return subprocess.run(code, cwd=clone.top, env=clone.env, capture_output=True, text=True, timeout=30, check=False)


def show(clone: Clone, task: str) -> dict[str, Any]:
    """A task as this clone's board shows it."""
    found: dict[str, Any] = json.loads(clone.run("task", "show", task, "--json").stdout)["data"]
    return found


def test_from_a_proposal_to_done_and_a_lost_race_by_command_line(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    done = worker.run("task", "new", "Cache the tables", "--scope", "src/")
    task = done.stdout.split()[0]
    assert done.stdout == f"{task} proposed: Cache the tables\n"
    assert "w1 is no lead of its mesh" in done.stderr
    wait_until(lambda: f"{task}.md" in boss.tasks, "the proposal at the lead")
    assert boss.run("task", "accept", task).stdout == f"{task} proposed -> queued\n"
    wait_until(lambda: b"status: queued" in worker.tasks[f"{task}.md"], "the acceptance at the worker")
    claimed = worker.run("task", "claim", task, "--minutes", "30").stdout
    assert re.fullmatch(rf"{task} claimed by w1 until {STAMP} \(token 1-[0-9a-f]{{8}}\)\n", claimed)
    lost = boss.run("task", "claim", task, code=1)
    assert re.match(rf"openclaw: {task} is claimed by w1 until {STAMP} ", lost.stderr)
    assert show(worker, task)["status"] == "claimed"
    held = json.loads((worker.top / ".git/openclaw/leases" / f"{task}.json").read_text())
    assert (held["worktree"], held["scope"]) == (str(worker.top), ["src/"])
    assert "claimed -> completed" in worker.run("task", "complete", task, "-m", "It is cached.").stdout
    assert not (worker.top / ".git/openclaw/leases" / f"{task}.json").exists()
    for clone in (boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks


def test_intents_outlive_a_killed_sidecar_and_what_is_refused_is_shown(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    first, second = boss.new_task("First"), boss.new_task("Second")
    wait_until(lambda: {f"{first}.md", f"{second}.md"} <= set(worker.tasks), "the tasks at the worker")
    worker.run("task", "claim", first, second)
    worker.stop(signal.SIGKILL)
    assert "queued: sent when" in worker.run("task", "complete", first, "-m", "Done offline.").stdout
    assert "queued: sent when" in worker.run("task", "complete", second, "-m", "Too late.").stdout
    assert "queued: sent when" in worker.run("task", "propose", "Another").stdout
    assert "no sidecar runs here" in worker.run("task", "heartbeat", first, code=1).stderr
    boss.run("task", "cancel", second, "--reason", "not wanted")
    worker.sync()
    wait_until(lambda: not list_intents(worker.place).waiting, "the intents delivered")
    wait_until(lambda: b"Done offline." in boss.tasks[f"{first}.md"], "the completion at the lead")
    wait_until(lambda: any(b"Another" in content for content in boss.tasks.values()), "the proposal at the lead")
    (kept,) = list_intents(worker.place).refused.values()
    assert kept.command.task == second
    shown = worker.run("mesh", "intents").stdout
    assert second in shown
    assert "refused" in shown
    worker.run("mesh", "intents", "--drop", kept.command.id)
    assert worker.run("mesh", "intents").stdout == ""


def test_a_sidecar_that_stands_still_loses_no_claim(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task()
    wait_until(lambda: f"{task}.md" in worker.tasks, "the task at the worker")
    assert worker.process is not None
    worker.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    answer = run_hasty(worker, "task", "claim", task)
    assert answer.returncode == 1, answer.stderr
    assert f"the sidecar (process {worker.process.pid}) does not answer" in answer.stderr
    assert time.monotonic() - began < 10
    worker.process.send_signal(signal.SIGCONT)
    wait_until(lambda: show(boss, task)["owner"] == "w1", "what was asked before it stood still")
    again = worker.run("task", "claim", task).stdout
    assert re.fullmatch(rf"{task} claimed by w1 until {STAMP} \(token 1-[0-9a-f]{{8}}\)\n", again), "one claim, not two"
    worker.run("task", "complete", task)


@pytest.mark.parametrize("role", ["human", "worker"])
def test_a_persons_node_approves_and_a_workers_does_not(mesh: Mesh, role: str) -> None:
    boss = mesh.lead()
    node = mesh.join(boss, "ada", role)
    task = boss.command("new", fields={"title": "Look at it", "mode": "solo_mesh"}, body="")["result"]["task"]
    boss.run("task", "claim", task)
    boss.run("task", "complete", task)
    wait_until(lambda: b"status: pending_review" in node.tasks.get(f"{task}.md", b""), "the work under review")
    answer = node.run("task", "approve", task, code=0 if role == "human" else 1)
    if role == "human":
        assert answer.stdout == f"{task} pending_review -> completed\n"
        wait_until(lambda: show(boss, task)["approval"] is not None, "the approval at the lead")
        assert show(boss, task)["approval"]["by"] == "ada"
    else:
        assert "is for a person only" in answer.stderr
