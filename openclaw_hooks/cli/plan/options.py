"""What the verbs of `openclaw plan` share: naming a plan, and its colours."""

from __future__ import annotations

from typing import Annotated

import typer

COLOURS = {"executing": "cyan", "approved": "cyan", "completed": "green", "aborted": "red"}


def complete_plan(incomplete: str) -> list[tuple[str, str]]:
    """For the shell: the ids that begin so, with the titles of the plans."""
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.plans.store import parse_plans

    try:
        plans = parse_plans(read_board(open_board()).plans)[0].values()
    except OpenclawError:
        return []
    return [(plan.id, one_line(plan.title)) for plan in plans if plan.id.startswith(incomplete)]


PlanArgument = Annotated[
    str, typer.Argument(metavar="PLAN", help="Its id; the first characters do.", autocompletion=complete_plan)
]
