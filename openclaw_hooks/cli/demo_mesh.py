"""`openclaw demo --mesh`: the story of several nodes at one board, told as it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from openclaw_hooks.cli.demo_steps import Shown, show_step
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.demo.mesh_nodes import open_nodes
from openclaw_hooks.demo.mesh_steps import STEPS
from openclaw_hooks.demo.mesh_story import play_mesh_steps
from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from openclaw_hooks.demo.mesh_story import Played

NEXT = """\
next, in a repository of yours:
  openclaw sync                          this node leads, and keeps its board in step
  openclaw mesh invite NODE              the file that another clone joins with
  openclaw sync --join FILE              there
"""
SHOWN_LINES = 12


def show_mesh_story(folder: str, as_json: bool) -> None:
    """Play the story below `folder` and tell it; exits with 1 when a step does not come out as it must.

    Raises MeshError at once where the mesh cannot be: nothing is started then.
    """
    from openclaw_hooks.mesh.keys import make_key
    from openclaw_hooks.mesh.program import find_program

    make_key()
    find_program()
    steps: list[Played] = []
    with open_nodes(folder) as nodes:
        for played in play_mesh_steps(nodes, STEPS):
            steps.append(played)
            if not as_json:
                show_step(
                    Shown(played.title, f"{played.who}$ {played.command}", played.output, played.fault), SHOWN_LINES
                )
    fault = steps[-1].fault
    if as_json:
        print_json("demo-mesh", {"ok": not fault, "fault": fault, "steps": [played._asdict() for played in steps]})
    elif fault:
        typer.echo(f"\nthe story broke off: {fault}")
    else:
        seconds = sum(played.seconds for played in steps)
        typer.echo(f"\n{len(steps)} steps in {seconds:.0f} s, and four boards are the same\n\n{NEXT}".rstrip())
    if fault:
        raise typer.Exit(EXIT_FINDINGS)
