"""Uninstalling where a sidecar runs: it and its server end, and nothing brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.git import open_repo
from openclaw_hooks.mesh.running import find_running
from openclaw_hooks.setup.mesh_removal import list_mesh_changes, stop_mesh
from tests.mesh.sidecar.conftest import mesh

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Mesh

__all__ = ["mesh"]


def test_the_sidecar_ends_before_its_server_would_be_brought_up_again(mesh: Mesh) -> None:  # a fixture
    boss = mesh.lead()
    assert boss.process is not None
    told = list_mesh_changes(open_repo(str(boss.top)))
    assert told[0] == f"stop the mesh's sidecar, process {boss.process.pid}"
    assert told[1].startswith("stop the mesh's server, process ")
    stop_mesh(open_repo(str(boss.top)))
    assert find_running(boss.place) is None
    assert boss.process.wait(1) == 0
