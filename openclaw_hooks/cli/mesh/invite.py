"""`mesh invite`: a node let in, and the file that it joins with."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Annotated

import typer

from openclaw_hooks.cli.mesh.place import Json, open_own_mesh
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.nodes import NodeRole

STDOUT = "-"


def invite(
    node: Annotated[str, typer.Argument(metavar="NODE", help="The name that it will have.")],
    role: Annotated[NodeRole, typer.Option(help="What it may do: humans approve, leads decide.")] = NodeRole.WORKER,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=365, help="It has to join within so many days.")] = 7,
    again: Annotated[
        bool, typer.Option("--again", help="Another file for a node that is let in: it keeps its role and claims.")
    ] = False,
    host: Annotated[str, typer.Option(metavar="NAME", help="What the node is to call this machine.")] = "",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write here (`-` prints), not into the git folder.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Let a node in: write the file that it joins with, which holds its key. Hand it over in private.

    With --again its key before opens nothing more: for a file that got lost, or when this machine's address changed.

    Example: openclaw mesh invite laptop --role human
    """
    from openclaw_hooks.mesh.config import read_settings
    from openclaw_hooks.mesh.invite import find_guest, parse_join_text
    from openclaw_hooks.mesh.lead import invite_node
    from openclaw_hooks.tasks.moves import Right

    place, actor = open_own_mesh()
    role = find_guest(place, node).role if again else role
    if role is not NodeRole.WORKER and Right.HUMAN not in actor.rights:
        raise RefusedError(f"only a person invites a {role.value}", "what an agent invites is a worker")
    if as_json and output == STDOUT:
        raise OpenclawError("--json and --output - exclude each other")
    path = "" if output == STDOUT else os.path.abspath(output) if output else place.invitation(node)
    text = invite_node(place, actor.name, (node, None if again else role, timedelta(days=days)), host, path)
    if output == STDOUT:
        typer.echo(text, nl=False)
        return
    join = parse_join_text(text)
    if as_json:
        fields = {"node": node, "role": role.value, "urls": join.urls, "expires": join.expires, "path": path}
        print_json("mesh-invite", fields)
        return
    typer.echo(f"{node} may join as {role.value} until {join.expires}; whoever has this file is {node}:\n{path}")
    if read_settings(place).is_loopback:
        typer.echo("the server listens on this machine only; see `openclaw mesh up --listen`")
