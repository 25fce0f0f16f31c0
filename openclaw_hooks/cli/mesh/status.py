"""`mesh status`: how the server stands and which nodes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.mesh.place import Json, open_mesh
from openclaw_hooks.cli.output import print_json, print_table

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place


def status(as_json: Json = False) -> None:
    """Show whether the server is up and works, where it listens, and which nodes were let in. Only looks.

    Example: openclaw mesh status
    """
    place, actor = open_mesh()
    found = read_status(place, actor.name)
    if as_json:
        print_json("mesh-status", found)
        return
    for line in describe_server(found["server"]):
        typer.echo(line)
    if found["nodes"]:
        typer.echo("")
        columns = ("name", "role", "state", "public_key")
        print_table([column.replace("_", " ") for column in columns], [[n[c] for c in columns] for n in found["nodes"]])


def read_status(place: Place, node: str) -> dict[str, Any]:
    """Everything about the mesh, as JSON shows it."""
    from datetime import UTC, datetime

    from openclaw_hooks.mesh.access import external_access
    from openclaw_hooks.mesh.lead import ask_external, read_health
    from openclaw_hooks.mesh.nodes import describe_state, read_registry

    access = external_access()
    health = ask_external(access, node) if access else read_health(place, node)
    now = datetime.now(UTC)
    nodes = () if access else read_registry(place).nodes
    return {
        "node": node,
        "is_external": access is not None,
        "server": health._asdict() if health else None,
        "nodes": [
            {"name": one.name, "role": one.role.value, "state": describe_state(one, now), "public_key": one.public_key}
            for one in nodes
        ],
    }


def describe_server(server: dict[str, Any] | None) -> list[str]:
    """The lines for people."""
    if server is None:
        return ["server   down; `openclaw mesh up` starts it"]
    program = f", nats-server {one_line(server['version'])}" if server["version"] else ""
    process = f", process {server['pid']}" if server["pid"] else ""
    lines = [f"server   {one_line(server['url'])}{program}{process}"]
    if server["trouble"]:
        lines.append(f"trouble  {one_line(server['trouble'])}")
    else:
        free = f", {server['free_bytes'] / 1e6:,.0f} MB free" if server["free_bytes"] else ""
        lines.append(f"store    {server['stored_bytes'] / 1e6:,.1f} MB{free}")
    return lines
