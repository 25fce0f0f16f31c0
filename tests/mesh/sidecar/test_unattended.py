"""What a sidecar does by itself: it keeps claims alive, and what goes over the wire to itself where that is encrypted."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh.invite import read_join_file
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

HASTY = """
import runpy, sys
from openclaw_hooks.mesh.sidecar import works
works.HEARTBEAT_S = 0.3
sys.argv = ["openclaw", "sync"]
runpy.run_module("openclaw_hooks.cli", run_name="__main__")
"""
CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mesh"]
FILES = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]


def end_of_claim(clone: Clone, task: str) -> str:
    """Until when `clone` holds `task`, as its hooks read it."""
    held = json.loads((clone.top / f".git/openclaw/leases/{task}.json").read_text())
    return str(held["expires"])


def test_claims_are_kept_alive_without_anybody_asking(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task()
    wait_until(lambda: f"{task}.md" in worker.tasks)
    worker.run("task", "claim", task)
    worker.stop()
    before = end_of_claim(worker, task)
    worker.process = subprocess.Popen([sys.executable, "-P", "-c", HASTY], cwd=worker.top, env=worker.env)
    wait_until(lambda: end_of_claim(worker, task) > before, f"the claim is renewed: {worker.log}")
    later = end_of_claim(worker, task)
    wait_until(lambda: end_of_claim(worker, task) > later, "and renewed again")
    worker.run("task", "complete", task, "--result", "done")
    assert "claim lost" not in worker.log


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_a_mesh_with_a_certificate_of_its_own_is_joined_and_read_encrypted(mesh: Mesh) -> None:
    subprocess.run([*CERTIFICATE, *FILES], cwd=mesh.folder, check=True, capture_output=True)
    certificate, key = str(mesh.folder / "cert.pem"), str(mesh.folder / "key.pem")
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("mesh", "up", "--tls-cert", certificate, "--tls-key", key, "--tls-authority", certificate)
    boss.run("mesh", "down")
    boss.lead()
    worker = mesh.join(boss, "w1")
    join = read_join_file(str(mesh.folder / "w1.join"))
    assert join.authority
    assert [url.partition(":")[0] for url in join.urls] == ["tls"]
    task = boss.new_task("over an encrypted wire")
    wait_until(lambda: f"{task}.md" in worker.tasks, "the task on the worker's disk")
    assert worker.command("claim", task)["result"]["lease"]["owner"] == "w1"
    boss.stop()
    boss.lead()
    wait_until(lambda: worker.state == "connected" and worker.status["lead"] == "boss", "the worker is back")
    for clone in (boss, worker):
        clone.flush()
        wait_until(lambda: not clone.status["last_error"], f"no trouble any more: {clone.log}")  # noqa: B023
    assert boss.tasks == worker.tasks
    assert "eof_received" not in boss.said + worker.said
