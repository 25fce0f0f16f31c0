"""`openclaw demo --board`: the story of tasks and plans, told as it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from openclaw_hooks.cli.demo_steps import show_step, shown_step, step_values
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.demo.board_steps import STEPS
from openclaw_hooks.demo.board_story import judge_boards, play_steps, set_up_board
from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from openclaw_hooks.demo.board_story import Played

NEXT = """\
next, in a repository of yours:
  openclaw init                          guard it, and give it a board
  openclaw task new "What is wanted"     a task
  openclaw plan templates                what plans can be made from
"""
SHOWN_LINES = 6


def show_board_story(folder: str, as_json: bool) -> None:
    """Play the story below `folder` and tell it; exits with 1 when a step does not come out as it must."""
    scratch = set_up_board(folder)
    steps: list[Played] = []
    for played in play_steps(scratch, STEPS):
        steps.append(played)
        if not as_json:
            show_step(shown_step(played), SHOWN_LINES)
    fault = next((played.fault for played in steps if played.fault), "") or judge_boards(scratch)
    if as_json:
        print_json("demo-board", {"ok": not fault, "fault": fault, "steps": [step_values(played) for played in steps]})
    elif fault:
        typer.echo(f"\nthe story broke off: {fault}")
    else:
        typer.echo(f"\n{len(steps)} steps, and both clones and the server hold the same board\n\n{NEXT}".rstrip())
    if fault:
        raise typer.Exit(EXIT_FINDINGS)
