"""The mesh as files on this machine tell it, whole, broken and absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.mesh.place import find_place as find_mesh
from openclaw_hooks.mesh.sidecar.status import NodeStatus, SyncStatus
from openclaw_hooks.mission_control.facts import Facts
from openclaw_hooks.mission_control.place import Place, find_place
from openclaw_hooks.mission_control.reading.mesh import MAX_LOG_LINES, read_mesh_facts
from openclaw_hooks.mission_control.views.mesh import view_mesh

if TYPE_CHECKING:
    from tests.conftest import Repository

KEY = "U" + "A" * 55
NOW = 1_790_000_000.0


@pytest.fixture
def place(repository: Repository) -> Place:
    """A repository with an empty folder for its mesh."""
    found = find_place(str(repository.path), NOW)
    assert found.repo is not None
    os.makedirs(find_mesh(found.repo).folder)
    return found


def folder_of(place: Place) -> Path:
    """Where the mesh of the repository keeps its files."""
    assert place.repo is not None
    return Path(find_mesh(place.repo).folder)


def test_without_a_mesh_there_is_nothing_and_no_trouble(repository: Repository) -> None:
    facts = read_mesh_facts(find_place(str(repository.path), NOW))
    assert (facts.status, facts.is_running, facts.nodes, facts.broken) == (None, False, (), ())
    assert not view_mesh(Facts(find_place(str(repository.path), NOW), mesh=facts)).joined


def test_nodes_are_those_let_in_and_those_heard_of(place: Place) -> None:
    nodes = [
        {"name": "lead-1", "role": "lead", "public_key": KEY, "created": "2026-09-01T00:00:00Z"},
        {
            "name": "late",
            "role": "worker",
            "public_key": KEY,
            "created": "2026-01-01T00:00:00Z",
            "expires": "2026-01-02T00:00:00Z",
        },
        {
            "name": "gone",
            "role": "worker",
            "public_key": KEY,
            "created": "2026-01-01T00:00:00Z",
            "revoked": "2026-02-01T00:00:00Z",
        },
    ]
    (folder_of(place) / "nodes.json").write_bytes(msgspec.json.encode({"nodes": nodes}))
    heard = (NodeStatus("lead-1", "lead", 2.0, version="1.0"), NodeStatus("far", "worker", 400.0, 3))
    status = SyncStatus(1, "", "lead-1", "lead", "following", lead="lead-1", nodes=heard, at="2026-09-21T10:00:00Z")
    (folder_of(place) / "sync.json").write_bytes(msgspec.json.encode(status))
    view = view_mesh(Facts(place, mesh=read_mesh_facts(place)))
    assert {node.name: (node.state, node.leads, node.here) for node in view.nodes} == {
        "lead-1": ("let-in", False, True),
        "late": ("expired", False, False),
        "gone": ("revoked", False, False),
        "far": ("heard", False, False),
    }
    assert view.sidecar is not None
    assert not view.sidecar.running, "a status that was left behind is no running sidecar"
    far, lead = (next(node for node in view.nodes if node.name == name) for name in ("far", "lead-1"))
    assert lead.heard - far.heard == 398.0


def test_broken_files_are_named_and_the_rest_is_shown(place: Place) -> None:
    (folder_of(place) / "nodes.json").write_text("{")
    (folder_of(place) / "joined.json").write_text("[]")
    (folder_of(place) / "sync.json").write_bytes(b"\xff")
    facts = read_mesh_facts(place)
    assert [item.path for item in facts.broken] == ["joined.json", "nodes.json"]
    assert facts.status is None


def test_the_log_of_the_sidecar_is_read_from_its_end(place: Place) -> None:
    lines = [b'{"at":"2026-09-21T10:00:00Z","event":"e%d"}\n' % number for number in range(MAX_LOG_LINES + 50)]
    (folder_of(place) / "sync.log").write_bytes(b"not json\n" + b"".join(lines) + b'{"cut')
    log = read_mesh_facts(place).log
    assert len(log) == MAX_LOG_LINES
    assert log[-1]["event"] == f"e{MAX_LOG_LINES + 49}"


def test_reading_the_mesh_needs_no_extra(place: Place) -> None:
    import subprocess
    import sys

    program = (
        "import sys; sys.modules['nats'] = sys.modules['nkeys'] = sys.modules['watchfiles'] = None;"
        "from openclaw_hooks.mission_control.place import find_place;"
        "from openclaw_hooks.mission_control.reading.mesh import read_mesh_facts;"
        f"print(read_mesh_facts(find_place({place.root!r}, 0.0)).is_running)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr
