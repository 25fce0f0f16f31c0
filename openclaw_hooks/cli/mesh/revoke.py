"""`mesh revoke`: a node cut off."""

from __future__ import annotations

from typing import Annotated

import typer

from openclaw_hooks.cli.mesh.place import Json, open_own_mesh
from openclaw_hooks.cli.output import print_json


def complete_node(incomplete: str) -> list[str]:
    """For the shell: the nodes that are let in whose names begin so."""
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.git import open_repo
    from openclaw_hooks.mesh.nodes import read_registry
    from openclaw_hooks.mesh.place import find_place

    try:
        nodes = read_registry(find_place(open_repo())).nodes
    except OpenclawError:
        return []
    return [node.name for node in nodes if node.name.startswith(incomplete) and not node.revoked]


def revoke(
    node: Annotated[str, typer.Argument(metavar="NODE", help="Its name.", autocompletion=complete_node)],
    as_json: Json = False,
) -> None:
    """Cut a node off at once, and for good: its key never opens anything again.

    Example: openclaw mesh revoke laptop
    """
    from openclaw_hooks.mesh import invite
    from openclaw_hooks.mesh.place import mesh_lock

    place, _ = open_own_mesh()
    with mesh_lock(place):
        known = invite.revoke(place, node)
    if as_json:
        print_json("mesh-revoke", {"node": known.name, "role": known.role.value})
        return
    typer.echo(f"{known.name} is cut off")
