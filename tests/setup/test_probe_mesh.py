"""What doctor says of a mesh: nothing where there is none, and what is wrong where somebody has to act."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh.relay.intents import add_intent
from openclaw_hooks.mesh.wire.messages import Command
from openclaw_hooks.setup import probe_mesh as probed
from openclaw_hooks.setup.interpreter import running_command
from openclaw_hooks.setup.probe import DoctorFacts, Probe
from openclaw_hooks.setup.repo_facts import read_repo_facts
from tests.mesh.sidecar.conftest import mesh

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.sidecar.conftest import Clone, Mesh
    from tests.setup.conftest import Scratch

__all__ = ["mesh"]


def look(top: Path) -> dict[str, Probe]:
    """The probes by their layer."""
    found = probed.probe_mesh(DoctorFacts(read_repo_facts(str(top), running_command()), ""))
    assert len({probe.id for probe in found}) == len(found)
    return {probe.id: probe for probe in found}


def test_a_repository_without_a_mesh_hears_nothing_of_it(scratch: Scratch) -> None:
    scratch.init()
    assert look(scratch.path) == {}
    assert "mesh" not in scratch.openclaw("doctor").out


@pytest.fixture
def boss(mesh: Mesh) -> Clone:  # pytest knows fixtures by their names
    return mesh.lead()


def test_a_mesh_that_works_is_told_in_a_line_per_layer(boss: Clone) -> None:
    found = look(boss.top)
    assert {layer: str(probe.status) for layer, probe in found.items()} == dict.fromkeys(
        ("mesh", "mesh keys", "mesh sidecar", "mesh store", "mesh intents"), "ok"
    )
    assert "boss (lead)" in found["mesh"].evidence
    assert "nats-server 2." in found["mesh"].evidence
    assert "connected, leads" in found["mesh sidecar"].evidence


def test_what_is_wrong_is_named_with_what_mends_it(boss: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = boss.top / ".git/openclaw/nats/keys/boss.seed"
    seed.chmod(0o640)
    found = look(boss.top)["mesh keys"]
    assert (found.status, found.fix) == ("fail", f"chmod go= {seed}")
    seed.chmod(0o600)

    assert boss.process is not None
    boss.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(probed, "ANSWER_S", 0.2)
    assert look(boss.top)["mesh sidecar"].evidence == f"process {boss.process.pid} does not answer"
    boss.process.send_signal(signal.SIGCONT)

    boss.stop(signal.SIGKILL)
    found = look(boss.top)["mesh sidecar"]
    assert (found.status, found.fix) == ("warn", "openclaw sync")

    add_intent(boss.place, Command("0" * 16, "propose", args={"fields": {"title": "later"}}))
    assert look(boss.top)["mesh intents"].evidence == "1 wait"
    monkeypatch.setattr(probed, "LOW_BYTES", 1 << 62)
    (boss.top / ".git/openclaw/nats/intents/000000009-0000000000000000.json").write_bytes(b"{")
    found_all = look(boss.top)
    assert {layer for layer, probe in found_all.items() if probe.status == "warn"} == {
        "mesh sidecar",
        "mesh store",
        "mesh intents",
    }
    assert "this is no intent" in found_all["mesh intents"].evidence


def test_without_a_server_program_the_way_to_get_it_is_named(boss: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nkeys", None)
    found = look(boss.top)["mesh"]
    assert (found.status, found.fix) == ("warn", "pip install 'openclaw-hooks[mesh]'")
