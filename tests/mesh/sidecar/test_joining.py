"""Joining and leaving a mesh, and the sidecar as a service, by the command line."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.relay.membership import read_membership
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh


def invite(lead: Clone, name: str, role: str = "worker") -> str:
    """The path of a join file for `name`."""
    path = str(lead.top.parent / f"{name}.join")
    lead.run("mesh", "invite", name, "--role", role, "-o", path)
    return path


def membership(clone: Clone) -> tuple[str, str, bool] | None:
    """As whom `clone` belongs to a mesh."""
    found = read_membership(os.path.dirname(clone.place.folder))
    return (found.node, found.role, found.lead) if found else None


def test_joining_puts_the_key_into_place_and_happens_once(mesh: Mesh) -> None:
    boss, other, guest = (mesh.add(name, OPENCLAW_NODE_ID=name) for name in ("boss", "other", "guest"))
    guest.env.pop("OPENCLAW_NODE_ID")
    for lead in (boss, other):
        lead.run("mesh", "up")
    path = invite(boss, "ada", "human")
    joined = guest.run("sync", "--join", path, "--install-service")
    assert "as `ada` (human)" in joined.stderr
    assert "can be deleted now" in joined.stderr
    assert membership(guest) == ("ada", "human", False)
    assert os.stat(guest.place.seed("ada")).st_mode & 0o777 == 0o600
    guest.run("sync", "--join", path, "--remove-service", code=2)
    guest.run("sync", "--join", path, "--install-service")
    boss.lead()
    own = boss.new_task("of the first mesh")
    guest.sync()
    wait_until(lambda: f"{own}.md" in guest.tasks, "a task of the mesh that was joined first")
    guest.stop()
    boss.stop()
    refused = guest.run("sync", "--join", invite(other, "bob"), code=1)
    assert "this repository is `ada` of the mesh" in refused.stderr
    assert "openclaw sync --leave" in refused.stderr
    leads = boss.run("sync", "--join", invite(other, "cyd"), code=1)
    assert "this repository leads a mesh of its own" in leads.stderr
    assert "of the mesh" in guest.run("sync", "--leave").stdout
    assert membership(guest) is None
    assert not os.path.lexists(guest.place.seed("ada"))
    assert guest.run("sync", "--leave").stdout == "this repository has joined no mesh\n"
    assert "other" not in guest.run("sync", "--join", invite(other, "dan"), "--install-service").stdout
    assert membership(guest) == ("dan", "worker", False)
    other.lead()
    task = other.new_task("of the other mesh")
    guest.sync()
    wait_until(lambda: f"{task}.md" in guest.tasks, "a task of the mesh that was joined second")


def test_service_is_written_shown_and_removed(mesh: Mesh) -> None:
    clone = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    told = json.loads(clone.run("sync", "--install-service", "--json").stdout)["data"]
    with open(told["path"]) as stream:
        assert stream.read() == told["text"]
    assert told["path"].startswith(clone.env["HOME"]) or told["path"].startswith(clone.env["XDG_CONFIG_HOME"])
    assert 'Environment="OPENCLAW_NODE_ID=boss"' in told["text"]
    again = clone.run("sync", "--install-service").stdout
    assert "was so already" in again
    assert told["enable"] in again
    assert f"removed {told['path']}" in clone.run("sync", "--remove-service").stdout
    assert not os.path.lexists(told["path"])
    assert clone.run("sync", "--remove-service").stdout == "there is no such service\n"


def test_worker_without_a_mesh_and_options_that_exclude_each_other(mesh: Mesh) -> None:
    clone = mesh.add("alone", OPENCLAW_NODE_ID="alone", OPENCLAW_NODE_ROLE="worker")
    assert "openclaw sync --join FILE" in clone.run("sync", "--once", code=1).stderr
    assert "exclude each other" in clone.run("sync", "--once", "--stop", code=2).stderr


def test_claims_of_before_the_mesh_hold_in_it_and_are_kept_alive(mesh: Mesh) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("board", "attach")
    boss.run("task", "new", "begun before there was a mesh")
    task = json.loads(boss.run("task", "list", "--json").stdout)["data"][0]["id"]
    boss.run("task", "claim", task)
    boss.lead()
    assert f"{task} of boss" in boss.log
    worker = mesh.join(boss, "w1")
    worker.flush()
    refused = worker.command("claim", task)
    assert refused["error"]["code"] in ("taken", "illegal"), refused
    held = json.loads((boss.top / f".git/openclaw/leases/{task}.json").read_text())
    renewed = boss.command("heartbeat", task, held["token"], minutes=600)
    assert renewed["result"]["lease"]["token"] == held["token"]
    assert json.loads((boss.top / f".git/openclaw/leases/{task}.json").read_text())["expires"] > held["expires"]
    boss.run("task", "complete", task, "--result", "done")
    worker.flush()
    assert b"status: completed" in worker.tasks[f"{task}.md"] or b"pending_review" in worker.tasks[f"{task}.md"]


def test_who_leaves_ends_the_sidecar_first(mesh: Mesh) -> None:
    guest = mesh.join(mesh.lead(), "w1")
    assert "w1" in guest.run("sync", "--leave").stdout
    wait_until(lambda: guest.is_over, "the end of the sidecar")
    assert membership(guest) is None


def test_status_tells_a_sidecar_that_hangs_and_what_waits_on_disk(mesh: Mesh) -> None:
    guest = mesh.join(mesh.lead(), "w1")
    wait_until(lambda: "(worker), connected" in guest.run("mesh", "status").stdout, "a connection")
    assert guest.process is not None
    guest.process.send_signal(signal.SIGSTOP)
    try:
        assert "as w1 (worker), does not answer" in guest.run("mesh", "status").stdout
    finally:
        guest.process.send_signal(signal.SIGCONT)
    guest.stop()
    guest.run("task", "propose", "Later")
    told = guest.run("mesh", "status").stdout
    assert "sidecar  does not run" in told
    assert "waits    1 intent\n" in told
