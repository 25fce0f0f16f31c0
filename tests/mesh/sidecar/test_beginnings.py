"""How a sidecar begins: what was done without it is taken over, and no mesh is started by the way."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.config import read_settings
from openclaw_hooks.mesh.nodes import Node, NodeRole, Registry, write_registry
from openclaw_hooks.mesh.place import Place, make_folders
from openclaw_hooks.mesh.sidecar.own_server import OwnServer
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.conftest import Stage
    from tests.mesh.sidecar.conftest import Mesh


def test_a_claim_made_by_a_lead_without_its_sidecar_is_a_lease_when_it_starts(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    fresh, again = boss.new_task("claimed once"), boss.new_task("claimed before, and given back")
    token = worker.command("claim", again)["result"]["lease"]["token"]
    assert "error" not in worker.command("release", again, token, reason="not mine")
    boss.flush()
    boss.stop()
    for task in (fresh, again):
        boss.run("task", "claim", task)
    boss.lead()
    assert f"{fresh} of boss" in boss.log
    worker.flush()
    for task in (fresh, again):
        refused = worker.command("claim", task)
        assert "is claimed by boss" in refused["error"]["message"], refused
        assert b"owner: boss" in boss.tasks[f"{task}.md"]
        boss.run("task", "complete", task, "--result", "done")
    worker.flush()
    assert boss.tasks == worker.tasks


def test_once_starts_no_mesh_and_plain_sync_says_that_it_does(mesh: Mesh) -> None:
    alone = mesh.add("alone", OPENCLAW_NODE_ID="alone")
    refused = alone.run("sync", "--once", code=1)
    assert refused.stderr.startswith("openclaw: this repository is in no mesh (")
    assert "openclaw sync --join FILE" in refused.stderr
    assert not os.path.lexists(alone.place.folder)
    alone.lead()
    assert "this repository leads a mesh of its own" in alone.said
    alone.stop()
    assert alone.run("sync", "--once").stdout == "in step with the mesh: 0 conflict(s)\n"
    assert alone.said.count("leads a mesh of its own") == 1


def test_a_lead_that_starts_again_listens_where_it_did(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    address, port = boss.status["server"], read_settings(boss.place).port
    boss.stop()
    boss.lead()
    assert boss.status["server"] == address
    assert address.endswith(f":{port}")
    wait_until(lambda: worker.state == "connected", "the worker is back")


def test_nodes_that_were_revoked_are_known_when_a_server_is_begun_with(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "nats"))
    make_folders(place)
    server = OwnServer(place, "boss")
    assert server.list_revoked() == frozenset()
    now = "2026-01-01T00:00:00Z"
    nodes = [Node(name, NodeRole.WORKER, f"U{'A' * 55}", now) for name in ("w1", "w2")]
    gone = Node("w3", NodeRole.WORKER, f"U{'B' * 55}", now, revoked=now)
    write_registry(place, Registry((*nodes, gone)))
    assert server.list_revoked() == {"w3"}
    assert server.list_revoked() == {"w3"}


def test_what_the_server_complains_about_is_noticed_whenever_it_does(stage: Stage) -> None:
    server = OwnServer(stage.place, "boss")
    pid = server.bring_up().process.pid
    assert (server.find_trouble(), server.find_trouble()) == ("", "")
    with open(stage.place.log, "a") as stream:
        stream.write(f"[{pid}] 2026/01/01 12:00:00.000000 [ERR] JetStream failed to store a msg: no space left\n")
    assert "no space left" in server.find_trouble()
    assert "no space left" in server.find_trouble()
    server.stop()
    assert server.find_trouble() == "the server has ended"


def test_a_node_whose_server_has_moved_joins_it_again_and_keeps_its_claims(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task()
    token = worker.command("claim", task)["result"]["lease"]["token"]
    worker.stop()
    boss.stop()
    boss.run("mesh", "up", "--listen", "127.0.0.2")
    boss.run("mesh", "down")
    boss.lead()
    refused = boss.run("mesh", "invite", "w1", code=1)
    assert "--again" in refused.stderr
    path = str(mesh.folder / "again.join")
    told = json.loads(boss.run("mesh", "invite", "w1", "--again", "-o", path, "--json").stdout)["data"]
    assert (told["node"], told["role"]) == ("w1", "worker")
    worker.sync("--join", path)
    assert worker.status["server"].startswith("127.0.0.2:")
    renewed = worker.command("heartbeat", task, token)
    assert renewed["result"]["lease"]["token"] == token
    unknown = boss.run("mesh", "invite", "w2", "--again", code=1)
    assert "no node `w2` is let in" in unknown.stderr
