"""`mesh down`: the server of a repository, stopped."""

from __future__ import annotations

import typer

from openclaw_hooks.cli.mesh.place import Json, open_own_mesh
from openclaw_hooks.cli.output import print_json


def down(as_json: Json = False) -> None:
    """Stop the server of this repository; what it keeps stays.

    Example: openclaw mesh down
    """
    from openclaw_hooks.mesh.place import mesh_lock
    from openclaw_hooks.mesh.server import stop_server

    place, _ = open_own_mesh()
    with mesh_lock(place):
        stopped = stop_server(place)
    if as_json:
        print_json("mesh-down", {"pid": stopped.process.pid if stopped else None})
        return
    typer.echo(f"stopped process {stopped.process.pid}" if stopped else "the mesh is not up here")
