"""`mesh nodes`: the nodes of the mesh, as this machine knows them."""

from __future__ import annotations

import typer

from openclaw_hooks.cli.mesh.place import Json, open_mesh
from openclaw_hooks.cli.mesh.status import list_nodes, print_nodes, read_sidecar
from openclaw_hooks.cli.output import print_json


def nodes(as_json: Json = False) -> None:
    """Show which nodes there are, who leads (`*`), and when each was heard last. Only looks.

    Example: openclaw mesh nodes
    """
    place, _ = open_mesh()
    sidecar = read_sidecar(place)
    found = list_nodes(place, sidecar)
    if as_json:
        print_json("mesh-nodes", found)
        return
    if found:
        print_nodes(found)
    if sidecar is None:
        typer.echo("no sidecar runs here, so nothing is heard of them: openclaw sync")
    elif not found:
        typer.echo("no node was heard of yet")
