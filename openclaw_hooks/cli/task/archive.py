"""`task archive`: what was closed long ago leaves the board, every byte of it kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.cli.task.options import As, Json, open_place, show_reports
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.board.upkeep.archive import ArchiveOptions
    from openclaw_hooks.board.upkeep.archive_edit import Move


def archive(
    tasks: Annotated[
        list[str] | None, typer.Argument(metavar="[TASK]...", help="These, however new.", show_default=False)
    ] = None,
    older_than_days: Annotated[
        int, typer.Option(metavar="N", min=0, help="Without ids: what was closed so long ago.")
    ] = 30,
    restore: Annotated[bool, typer.Option("--restore", help="Take the named ones out of the archive again.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List what is archived.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be archived; write nothing.")] = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Archive what was closed long ago and nothing open needs; plans go with all their tasks.

    Ids stay taken for ever, and an archived dependency still counts as completed.

    Example: openclaw task archive --older-than-days 90 --dry-run
    """
    from openclaw_hooks.plans.service import change_board
    from openclaw_hooks.tasks.moves import IllegalMoveError, Right

    if restore and not tasks:
        raise OpenclawError("--restore needs ids", "see `openclaw task archive --list`")
    board, actor = open_place(as_name)
    if list_:
        show_archive(board, as_json)
        return
    if Right.LEAD not in actor.rights:
        raise IllegalMoveError("archiving is for the lead only")
    with change_board(board, actor) as edit:
        named = tasks or []
        if restore:
            done = restore_tasks(edit, named)
        else:
            moves = name_moves(edit, named) if named else choose_moves(edit, older_than_days)
            done = [move.name for move in moves]
            if not dry_run:
                put_away(edit, moves)
    show_reports(edit.reports)
    if as_json:
        print_json("archive", {"restored" if restore else "archived": done})
        return
    verb = "restored" if restore else "would be archived" if dry_run else "archived"
    for name in done:
        typer.echo(f"{name} {verb}")
    if not done:
        typer.echo("nothing to archive", err=True)


def choose_moves(edit: Edit, days: int) -> list[Move]:
    """What was closed at least `days` ago and nothing open needs."""
    from openclaw_hooks.board.upkeep.archive import ArchiveOptions, plan_archive
    from openclaw_hooks.board.upkeep.archive_edit import Move, read_touched_at

    touched = read_touched_at(edit.board)
    options = ArchiveOptions(datetime.now(UTC) - timedelta(days=days))
    options = add_plans(edit, options, touched)
    statuses = {name: str(task.status) for name, task in edit.snapshot.tasks.items()}
    statuses |= {name: facts.ended for name, facts in options.plans.items()}
    chosen = plan_archive(edit.snapshot.tasks, touched, options)
    return [Move(name, statuses[name], touched[name]) for name in chosen]


def add_plans(edit: Edit, options: ArchiveOptions, touched: dict[str, datetime]) -> ArchiveOptions:
    """`options` with how each plan of the board ended, and when."""
    from openclaw_hooks.board.upkeep.archive import PlanFacts
    from openclaw_hooks.plans.model import ENDED
    from openclaw_hooks.plans.store import parse_plans

    plans, _ = parse_plans(edit.snapshot.plans)
    ended = {
        name: PlanFacts(str(plan.status), touched.get(name)) if plan.status in ENDED else PlanFacts()
        for name, plan in plans.items()
    }
    unread = {name: PlanFacts() for name in edit.snapshot.plans if name not in plans}
    return options._replace(plans=ended | unread)


def name_moves(edit: Edit, names: list[str]) -> list[Move]:
    """The tasks `names`; raises RefusedError for one that is open, needed, or part of a plan."""
    from openclaw_hooks.board.upkeep.archive import require_closed
    from openclaw_hooks.board.upkeep.archive_edit import Move
    from openclaw_hooks.errors import RefusedError
    from openclaw_hooks.tasks.ids import find_id

    moves = []
    for name in names:
        task = edit.snapshot.tasks[find_id(name, edit.snapshot.tasks)]
        if task.plan in edit.snapshot.plans:
            hint = "a plan is archived with all its tasks, once it has ended and is old enough"
            raise RefusedError(f"{task.id} belongs to plan {task.plan}", hint)
        require_closed(task, edit.snapshot.tasks)
        moves.append(Move(task.id, str(task.status), datetime.now(UTC)))
    return moves


def put_away(edit: Edit, moves: list[Move]) -> None:
    """Move the files, and say so in the commit."""
    from openclaw_hooks.board.upkeep.archive_edit import archive_files

    if moves:
        archive_files(edit, moves)


def restore_tasks(edit: Edit, names: list[str]) -> list[str]:
    """The ids that were taken out of the archive."""
    from openclaw_hooks.board.upkeep.archive import index_archive, list_archive
    from openclaw_hooks.board.upkeep.archive_edit import unarchive_file
    from openclaw_hooks.tasks.ids import find_id

    index = index_archive(list_archive(edit.board.top))
    found = [find_id(name, index) for name in names]
    for name in found:
        unarchive_file(edit, name)
    return found


def show_archive(board: Board, as_json: bool) -> None:
    """List the archived tasks and plans, by what their paths tell."""
    from openclaw_hooks.board.upkeep.archive import index_archive, list_archive

    entries = sorted(index_archive(list_archive(board.top)).values())
    if as_json:
        print_json("archived", [entry._asdict() for entry in entries])
    elif entries:
        print_table(("ID", "YEAR", "STATUS", "FILE"), [(e.id, str(e.year), e.status, e.path) for e in entries])
    else:
        typer.echo("nothing is archived", err=True)
