"""The mesh's sidecar and server stopped before their folder goes: they would run on with neither keys nor store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo


def list_mesh_changes(repo: Repo) -> list[str]:
    """What uninstall does to the mesh, in lines for people; empty where there never was one."""
    from openclaw_hooks.mesh.place import find_place

    place = find_place(repo)
    if not os.path.isdir(place.folder):
        return []
    from openclaw_hooks.mesh.running import find_running
    from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process

    running, sidecar = find_running(place), find_sidecar_process(place)
    stopped = [f"stop the mesh's sidecar, process {sidecar}"] if sidecar else []
    stopped += [f"stop the mesh's server, process {running.process.pid}"] if running else []
    return [*stopped, "forget the mesh's keys and nodes; who joined has to be invited anew"]


def stop_mesh(repo: Repo) -> None:
    """Stops sidecar and server, where there are any; raises MeshError when one does not end."""
    from openclaw_hooks.mesh.place import find_place, mesh_lock

    place = find_place(repo)
    if not os.path.isdir(place.folder):
        return
    from openclaw_hooks.mesh.server import stop_server
    from openclaw_hooks.mesh.sidecar.stopping import stop_sidecar

    stop_sidecar(place)  # first: it would bring the server up again
    with mesh_lock(place):
        stop_server(place)
