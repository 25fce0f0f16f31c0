"""`mesh run`: a command that another node's owner lets others run, by its name."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from openclaw_hooks.cli.mesh.place import Json  # noqa: TC001  # typer reads it
from openclaw_hooks.cli.output import print_json, printable_text
from openclaw_hooks.errors import RefusedError


def run(
    node: Annotated[str, typer.Argument(metavar="NODE", help="Where it is run.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What its owner calls it.")],
    timeout_s: Annotated[
        float, typer.Option("--timeout", metavar="S", min=0.1, max=600, help="Wait so many seconds at most.")
    ] = 600,
    as_json: Json = False,
) -> None:
    """Run a command that NODE has on its list: `commands.yaml` in its git folder, which only its owner writes.

    Nothing of the command line is said here but the name; `openclaw mesh tools` lists the names. Exits with 1 when the
    command failed.

    Example: openclaw mesh run build-box tests
    """
    from openclaw_hooks.cli.mesh.connect import call_tool
    from openclaw_hooks.mesh.offers.commands import TOOL

    done = call_tool((node, TOOL, name), {}, timeout_s)
    if as_json:
        print_json("mesh-run", {"node": node, "name": name, **done})
    else:
        typer.echo(printable_text(str(done.get("stdout", ""))), nl=False)
        print(printable_text(str(done.get("stderr", ""))), end="", file=sys.stderr)
    if done.get("killed"):
        raise RefusedError(f"{name} on {node} was killed after {done.get('seconds')} s")
    if done.get("code") != 0:
        raise RefusedError(f"{name} on {node} failed with exit code {done.get('code')}")
