"""What the verbs of `openclaw task` share: their options, the board they work on, and how they answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.board.opening import open_board
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import all_fields, print_json

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.tasks.model import Task, TaskHead


def complete_task(incomplete: str) -> list[tuple[str, str]]:
    """For the shell: the ids that begin so, with their titles; of tasks that are not over, where there are such."""
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.tasks.model import TERMINAL

    try:
        tasks = read_board(open_board()).tasks.values()
    except OpenclawError:
        return []
    found = [task for task in tasks if task.id.startswith(incomplete)]
    still_open = [task for task in found if task.status not in TERMINAL]
    return [(task.id, one_line(task.title)) for task in still_open or found]


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TaskArgument = Annotated[
    str, typer.Argument(metavar="TASK", help="Its id; the first characters do.", autocompletion=complete_task)
]
TaskArguments = Annotated[
    list[str], typer.Argument(metavar="TASK...", help="Ids; the first characters do.", autocompletion=complete_task)
]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="Act in this name; OPENCLAW_NODE_ID by default.")]
Reason = Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why, in one line.")]


def open_place(as_name: str = "") -> tuple[Board, Actor]:
    """The board of this repository, attached when it was not, and who acts on it."""
    from openclaw_hooks.board.actor import find_actor  # starts git: not for those who only read

    board = open_board()
    return board, find_actor(board.repo, as_name)


def show_reports(reports: Iterable[str]) -> None:
    """On stderr what was found on the board and put right on the way, each once however often it was met."""
    for line in dict.fromkeys(reports):
        print(f"openclaw: {one_line(line)}", file=sys.stderr)


def show_moved(tasks: Iterable[Task], lines: Iterable[str], as_json: bool) -> None:
    """The tasks that a verb changed: as JSON, or the lines that say what was done."""
    if as_json:
        print_json("tasks", [task_values(task) for task in tasks])
        return
    for line in lines:
        typer.echo(one_line(line))


def tell_followed(edit: Edit, without: Container[str] = ()) -> list[str]:
    """What an edit did beyond the tasks `without`, in the words of its commit but for who did it."""
    from openclaw_hooks.plans.service import tell_followed as list_followed

    return list_followed(edit, without)


def task_values(task: TaskHead, **more: object) -> dict[str, object]:
    """A task as JSON shows it: every field, `more` behind them; the body only when `more` brings it."""
    return {name: all_fields(getattr(task, name)) for name in task.__struct_fields__ if name != "body"} | more
