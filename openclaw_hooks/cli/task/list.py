"""`task list`, `task ready`: what is on the board."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.cli.plan.options import complete_plan
from openclaw_hooks.cli.task.options import Json, show_reports, task_values
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.model import CLOSED, Status

if TYPE_CHECKING:
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

COLUMNS = ("ID", "STATUS", "PRI", "OWNER", "TITLE", "WAITS FOR")
READY_COLUMNS = ("ID", "PRI", "TITLE", "ROLE", "SCOPE")
COLOURS = {
    "blocked": "yellow",
    "claimed": "cyan",
    "running": "cyan",
    "pending_review": "magenta",
    "completed": "green",
    "failed": "red",
    "released": "red",
    "cancelled": "bright_black",
    "rejected": "bright_black",
}
OVER = CLOSED | {Status.COMPLETED}
LONGEST_TITLE = 60


class Sort(StrEnum):
    """What tasks are put in order by."""

    PRIORITY = "priority"
    CREATED = "created"
    TITLE = "title"
    STATUS = "status"
    ID = "id"


def list_tasks(
    status: Annotated[str, typer.Option(metavar="STATUS,...", help="Only these; also those that are over.")] = "",
    owner: Annotated[str, typer.Option(metavar="NAME", help="Only those of this owner.")] = "",
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="LABEL", help="Only those with all of these labels.")
    ] = None,
    plan: Annotated[
        str, typer.Option(metavar="PLAN", help="Only those of this plan.", autocompletion=complete_plan)
    ] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="Only those in this role.")] = "",
    scope: Annotated[str, typer.Option(metavar="PATH", help="Only those whose scope has files at PATH.")] = "",
    ready: Annotated[bool, typer.Option("--ready", help="Only what can be claimed now.")] = False,
    blocked: Annotated[bool, typer.Option("--blocked", help="Only what waits, with the reason.")] = False,
    all_: Annotated[bool, typer.Option("--all", "-a", help="Also what is completed, failed or closed.")] = False,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = Sort.PRIORITY,
    tree: Annotated[bool, typer.Option("--tree", help="Below each task what depends on it.")] = False,
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="At most N; 0 for all.")] = 0,
    as_json: Json = False,
) -> None:
    """List the tasks that are not over.

    Example: openclaw task list --scope src/auth --status queued,claimed
    """
    statuses = read_statuses(status)
    tasks, standings, plans = load_tasks()
    plan_id = find_id(plan, plans) if plan else ""

    def is_wanted(task: Task) -> bool:
        standing = standings[task.id]
        return (
            (task.status in statuses if statuses else all_ or task.status not in OVER)
            and (not owner or task.owner == owner)
            and set(label or ()) <= set(task.labels)
            and (not plan_id or task.plan == plan_id)
            and (not role or task.role == role)
            and (not ready or standing.ready)
            and (not blocked or bool(standing.blocked_by))
        )

    found = [task for task in tasks.values() if is_wanted(task)]
    if scope:
        found = keep_scope(found, scope)
    found = sort_tasks(found, sort)[: limit or None]
    show_tasks(found, standings, as_json, tree)


def ready(
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="At most N; 0 for all.")] = 0,
    as_json: Json = False,
) -> None:
    """List what can be claimed now, the most urgent first: queued, unclaimed, nothing it waits for.

    Example: openclaw task ready --limit 5
    """
    tasks, standings, _ = load_tasks()
    found = sort_tasks([task for task in tasks.values() if standings[task.id].ready], Sort.PRIORITY)[: limit or None]
    if as_json:
        print_json("tasks", [task_values(task, **standing_values(standings[task.id])) for task in found])
    elif found:
        rows = [(*_name(task), task.role, ", ".join(task.scope)) for task in found]
        print_table(READY_COLUMNS, rows, unwrapped=2)
    else:
        _tell_nothing_ready(tasks, standings)


def _tell_nothing_ready(tasks: dict[str, Task], standings: dict[str, Standing]) -> None:
    """On stderr that there is nothing to claim, and what there is instead."""
    open_ones = [task for task in tasks.values() if task.status not in OVER]
    blocked = sum(bool(standings[task.id].blocked_by) for task in open_ones)
    hint = f"{len(open_ones)} not over, {blocked} of them blocked: `openclaw task list`" if open_ones else ""
    typer.echo(f"nothing is ready ({hint})" if hint else "nothing is ready", err=True)


def _name(task: Task, indent: str = "") -> tuple[str, str, str]:
    """Id, priority and title of a task; the title with what it makes good, and no longer than a line."""
    title = f"{task.title} (recovers {task.recovers})" if task.recovers else task.title
    shown = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return task.id, str(task.priority or ""), indent + shown


class Loaded(NamedTuple):
    """All readable tasks and where they stand, by id, and the ids of the plans."""

    tasks: dict[str, Task]
    standings: dict[str, Standing]
    plans: tuple[str, ...]


def load_tasks() -> Loaded:
    """What is on the board; what is broken is told on stderr."""
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.board.upkeep.archive import judge_board

    board = open_board()
    snapshot = read_board(board)
    show_reports(f"broken: {error}" for error in snapshot.broken)
    return Loaded(snapshot.tasks, judge_board(snapshot.tasks, board.top), tuple(snapshot.plans))


def read_statuses(text: str) -> frozenset[Status]:
    """The statuses in a list such as `queued,claimed`; raises OpenclawError that names the nearest."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in set(Status):
            from openclaw_hooks.documents import suggest

            raise OpenclawError(f"no status `{name}`", suggest(name, list(Status)))
    return frozenset(map(Status, names))


def keep_scope(tasks: list[Task], path: str) -> list[Task]:
    """Those of `tasks` whose scope has files in common with `path`; an unscoped task may change any file."""
    import os

    from openclaw_hooks.cli.place import find_repo, locate_entries
    from openclaw_hooks.globs import scope_overlaps

    repo = find_repo()
    entries = locate_entries(repo.top if repo else os.getcwd(), [path])
    return [task for task in tasks if not task.scope or scope_overlaps(entries, task.scope)]


def sort_tasks(tasks: list[Task], sort: Sort) -> list[Task]:
    """`tasks` in order: the most urgent and oldest first, or by one field."""
    keys = {
        Sort.PRIORITY: lambda task: (-task.priority, task.created, task.id),
        Sort.CREATED: lambda task: (task.created, task.id),
        Sort.TITLE: lambda task: (task.title.casefold(), task.id),
        Sort.STATUS: lambda task: (list(Status).index(task.status), -task.priority, task.id),
        Sort.ID: lambda task: task.id,
    }
    return sorted(tasks, key=keys[sort])


def show_tasks(tasks: list[Task], standings: dict[str, Standing], as_json: bool, is_tree: bool) -> None:
    """Print tasks as JSON, as a table, or as a tree of what depends on what."""
    if as_json:
        print_json("tasks", [task_values(task, **standing_values(standings[task.id])) for task in tasks])
        return
    if not tasks:
        typer.echo("no tasks: other filters, or --all, may show some", err=True)
        return
    rows = [(task, "") for task in tasks]
    if is_tree:
        from openclaw_hooks.cli.task.tree import order_tree

        rows = order_tree(tasks)
    print_table(COLUMNS, [_row(task, indent, standings[task.id]) for task, indent in rows], COLOURS, unwrapped=3)


def standing_values(standing: Standing) -> dict[str, object]:
    """Where a task stands, as JSON shows it."""
    return {
        "column": standing.column,
        "ready": standing.ready,
        "blocked_by": list(standing.blocked_by),
        "standing": standing.reason,
    }


def _row(task: Task, indent: str, standing: Standing) -> tuple[str, ...]:
    task_id, priority, title = _name(task, indent)
    state = "blocked" if standing.blocked_by and task.status is Status.QUEUED else str(task.status)
    return task_id, state, priority, task.owner, title, standing.reason if standing.blocked_by else ""
