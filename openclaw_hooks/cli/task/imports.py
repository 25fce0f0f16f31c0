"""`task import`: tasks of other tools."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import format_finding, one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import As, Json, open_place, show_reports, task_values
from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from openclaw_hooks.board.importers.model import Reading
    from openclaw_hooks.board.importers.plan import ImportPlan

SHOWN_WARNINGS = 20


class Tool(StrEnum):
    """Where tasks come from; the keys of the table of importers."""

    BACKLOG = "backlog"
    BEADS = "beads"
    GITHUB = "github"


def import_(
    tool: Annotated[Tool, typer.Argument(help="A Backlog.md folder, a beads export, GitHub issues as JSON.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Its folder or file.")],
    repository: Annotated[
        str, typer.Option(metavar="OWNER/NAME", help="Of GitHub issues whose file does not say it.")
    ] = "",
    open_only: Annotated[bool, typer.Option("--open-only", help="Leave out what is done or closed.")] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="Open work only as proposals: for trackers where strangers write.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come in; write nothing.")] = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Import the tasks of another tool; what is on the board already never comes in twice.

    Titles, texts, labels, priorities and dependencies are kept; nothing that is imported becomes a command.
    Exit code 1 when there was something to read and none of it could be.

    Example: openclaw task import github issues.json --repository acme/shop --propose
    """
    from openclaw_hooks.board.clock import utc_now
    from openclaw_hooks.board.importers.apply import import_tasks, preview_import
    from openclaw_hooks.board.importers.plan import ImportOptions
    from openclaw_hooks.board.importers.table import Source, read_source
    from openclaw_hooks.plans.service import settle_plans

    reading = read_source(tool, Source(path, repository))
    board, actor = open_place(as_name)
    options = ImportOptions(actor.name, utc_now(), with_closed=not open_only, as_proposals=propose)
    if not dry_run:
        show_reports(settle_plans(board, actor).reports)  # edits by hand that wait may concern a plan
    plan = preview_import(board, reading, options) if dry_run else import_tasks(board, actor, reading, options)
    show_import(plan, reading, (dry_run, as_json))
    if reading.warnings and not (plan.tasks or plan.present or plan.closed):
        raise typer.Exit(EXIT_FINDINGS)


def show_import(plan: ImportPlan, reading: Reading, how: tuple[bool, bool]) -> None:
    """What came in and what did not; `how` is whether it is only shown, whether as JSON."""
    dry_run, as_json = how
    warnings = [*reading.warnings, *plan.warnings]
    if as_json:
        values = {
            "added": [task_values(planned.task) for planned in plan.tasks],
            "present": plan.present,
            "left_out": list(plan.closed),
            "warnings": [finding._asdict() for finding in warnings],
        }
        print_json("import", values)
        return
    for planned in plan.tasks:
        task = planned.task
        name = "" if dry_run else f"{task.id} "
        typer.echo(one_line(f"{name}{task.status}: {task.title} ({task.origin})"))
    show_reports(format_finding(finding) for finding in warnings[:SHOWN_WARNINGS])
    if len(warnings) > SHOWN_WARNINGS:
        show_reports([f"{len(warnings) - SHOWN_WARNINGS} more warnings: see them with --json"])
    done = "would come in" if dry_run else "came in"
    counts = [f"{len(plan.tasks)} {done}", f"{len(plan.present)} there already"]
    counts += [f"{len(plan.closed)} left out"] if plan.closed else []
    typer.echo(", ".join(counts), err=True)
