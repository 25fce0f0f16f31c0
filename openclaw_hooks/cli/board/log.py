"""`board log`: who did what on the board, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import Json, open_place

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board

FORMAT = "%H%x00%aI%x00%an%x00%s%x00%b%x01"


class Entry(NamedTuple):
    """A commit of the board."""

    commit: str
    time: str
    author: str
    subject: str
    changes: tuple[str, ...]


def log(
    name: Annotated[str, typer.Argument(metavar="[TASK]", help="Only what was done to this task or plan.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="At most the last N; 0 for all.")] = 20,
    as_json: Json = False,
) -> None:
    """Show who did what on the board and when, the latest first; or what became of one task or plan.

    Example: openclaw board log T-4k7
    """
    board, _ = open_place()
    entries = read_log(board, find_path(board, name) if name else "", limit)
    if as_json:
        print_json("board-log", {"entries": [entry._asdict() for entry in entries]})
        return
    for entry in entries:
        typer.echo(f"{entry.time[:16].replace('T', ' ')}  {entry.commit[:10]}  {one_line(entry.author)}")
        for line in entry.changes or (entry.subject,):
            typer.echo(f"    {one_line(line)}")
    if not entries:
        typer.echo("nothing in the log", err=True)


def find_path(board: Board, name: str) -> str:
    """The path on the board of the task or plan that `name` means; raises OpenclawError without one."""
    from openclaw_hooks.board.snapshot import plan_path, task_path
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.tasks.ids import find_id

    snapshot = read_board(board)
    if name[:2].upper() == "P-":
        return plan_path(find_id(name, snapshot.plans))
    return task_path(find_id(name, snapshot.tasks))


def read_log(board: Board, path: str = "", limit: int = 0) -> list[Entry]:
    """The commits of the board, those that changed `path` where it is given, the latest first."""
    from openclaw_hooks.board.place import REF
    from openclaw_hooks.board.plumbing import ask_store

    count = [f"--max-count={limit}"] if limit else []
    words = ["log", "--encoding=UTF-8", f"--format=tformat:{FORMAT}", *count, REF, "--", *([path] if path else [])]
    output = ask_store(board.repo, words).decode("utf-8", "replace")
    return [_parse(record) for record in output.split("\x01") if record.strip()]


def _parse(record: str) -> Entry:
    commit, time, author, subject, body = record.lstrip("\n").split("\0", 4)
    return Entry(commit, time, author, subject, tuple(line for line in body.splitlines() if line.strip()))
