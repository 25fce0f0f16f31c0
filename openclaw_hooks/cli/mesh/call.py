"""`mesh call`: a method of another node's tool, called through the lead."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.errors import OpenclawError


def call(
    node: Annotated[str, typer.Argument(metavar="NODE", help="Who offers it.")],
    tool: Annotated[str, typer.Argument(metavar="TOOL", help="What it offers.")],
    method: Annotated[str, typer.Argument(metavar="METHOD", help="What it is to do.")],
    params: Annotated[str, typer.Option("--json", metavar="JSON", help="The parameters, an object.")] = "{}",
    timeout_s: Annotated[
        float, typer.Option("--timeout", metavar="S", min=0.1, max=600, help="Wait so many seconds.")
    ] = 30,
) -> None:
    """Call a method of a node's tool, and print its answer as JSON. The lead says whether this node may.

    Example: openclaw mesh call w1 knowledge search --json '{"query": "login"}'
    """
    from openclaw_hooks.cli.mesh.connect import call_tool

    result = call_tool((node, tool, method), read_params(params), timeout_s)
    print_json("mesh-call", {"node": node, "tool": tool, "method": method, "result": result})


def read_params(text: str) -> dict[str, Any]:
    """The object that `text` is; raises OpenclawError."""
    import msgspec

    try:
        found = msgspec.json.decode(text.encode("utf-8", "surrogateescape"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise OpenclawError(f"--json: {error}", 'such as \'{"query": "login"}\'') from error
    if not isinstance(found, dict):
        raise OpenclawError("--json: not an object", 'such as \'{"query": "login"}\'')
    return found
