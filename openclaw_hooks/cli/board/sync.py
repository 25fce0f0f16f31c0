"""`board sync`: the board brought in step with that of a git remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import As, Json, open_place, show_reports, tell_followed

if TYPE_CHECKING:
    from openclaw_hooks.board.sharing.sync import SyncReport


def sync(
    remote: Annotated[str, typer.Option(metavar="NAME", help="With this remote, in place of the board's own.")] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Fetch what others did to the board, merge it field by field, and push what was done here.

    Where both changed the same field the remote's value stays; yours is kept, see `openclaw board conflicts`.

    Example: openclaw board sync
    """
    from openclaw_hooks.plans.sharing import share_board

    board, actor = open_place(as_name)
    report, edits = share_board(board, actor, remote)
    followed = [line for edit in edits for line in tell_followed(edit)]
    show_reports(line for edit in edits for line in edit.reports)
    if as_json:
        print_json("board-sync", {**report._asdict(), "followed": followed})
        return
    *lines, where = describe_sync(report)
    for line in (*lines, *followed, where):
        typer.echo(one_line(line))


def describe_sync(report: SyncReport) -> list[str]:
    """What a sync did, in lines for people."""
    done = (
        (report.taken, "taken from"),
        (report.merged, "merged with what is at"),
        (report.restored, "put back, missing here or at"),
    )
    lines = [f"{len(paths)} {words} {report.remote}: {', '.join(paths)}" for paths, words in done if paths]
    lines += [f"left out of the board: {line}" for line in report.refused]
    if report.records:
        fields = "1 field was" if len(report.records) == 1 else f"{len(report.records)} fields were"
        lines.append(f"{fields} changed on both sides; see `openclaw board conflicts`")
    lines += report.notes
    where = "pushed to" if report.pushed else "in step with"
    return [*lines, f"{where} {report.remote} at {report.head[:10]}"]
