"""How the steps of a story are shown while they are played."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from openclaw_hooks.demo.board_story import Played


class Shown(NamedTuple):
    """A step as it came out: what was typed, what it printed, and what is wrong with that (empty: nothing)."""

    title: str
    command: str
    output: str
    fault: str


def show_step(step: Shown, most_lines: int) -> None:
    """Prints the step with the first lines of its output; with all of them when it failed."""
    mark = "FAIL" if step.fault else "ok  "
    typer.echo(f"{mark} {step.title}\n     {step.command}")
    lines = step.output.splitlines()
    for line in lines if step.fault else lines[:most_lines]:
        typer.echo(f"     {line}")


def shown_step(played: Played) -> Shown:
    """A step of the board's story, as it is shown."""
    command = f"{played.step.who}$ openclaw {shlex.join(played.words)}"
    return Shown(played.step.title, command, played.output, played.fault)


def step_values(played: Played) -> dict[str, object]:
    """A step of the board's story, for a program."""
    return {
        "who": played.step.who,
        "title": played.step.title,
        "words": list(played.words),
        "output": played.output,
        "fault": played.fault,
    }
