"""What the verbs of `openclaw task` share: their options, the board they work on, and how they answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.board.place import open_board
from openclaw_hooks.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.tasks.model import Task

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="Its id; the first characters do.")]
TaskArguments = Annotated[list[str], typer.Argument(metavar="TASK...", help="Ids; the first characters do.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="Act in this name; OPENCLAW_NODE_ID by default.")]
Reason = Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why, in one line.")]


def open_place(as_name: str = "") -> tuple[Board, Actor]:
    """The board of this repository, attached when it was not, and who acts on it."""
    from openclaw_hooks.board.actor import find_actor  # starts git: not for those who only read

    board = open_board()
    return board, find_actor(board.repo, as_name)


def show_reports(reports: Iterable[str]) -> None:
    """On stderr what was found on the board and put right on the way."""
    for line in reports:
        print(f"openclaw: {line}", file=sys.stderr)


def show_moved(tasks: Iterable[Task], lines: Iterable[str], as_json: bool) -> None:
    """The tasks that a verb changed: as JSON, or the lines that say what was done."""
    if as_json:
        print_json("tasks", [task_values(task) for task in tasks])
        return
    for line in lines:
        typer.echo(line)


def task_values(task: Task, **more: object) -> dict[str, object]:
    """A task as JSON shows it: every field, `more` behind them; the body only when `more` brings it."""
    import msgspec

    fields = (name for name in task.__struct_fields__ if name != "body")
    return {name: msgspec.to_builtins(getattr(task, name)) for name in fields} | more
