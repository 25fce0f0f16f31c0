"""The board without JavaScript: one table, in the order of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.texts import text
from openclaw_hooks.mission_control.views.columns import COLUMNS
from openclaw_hooks.tasks.model import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.broken import Broken
    from openclaw_hooks.mission_control.views.board import TasksView

OVER: Final = frozenset({COLUMNS[Column.DONE], COLUMNS[Column.CLOSED]})
MAX_OVER: Final = 200  # rows of what is over: a board grows by them for years, and each page would carry them all
HEADERS: Final = ("task", "status", "priority", "owner", "waits")


def board_html(view: TasksView) -> str:
    """Every task of the board, and what of it cannot be read."""
    if view.absent:
        return paragraph(view.absent) + command(view.start)
    order = list(COLUMNS.values())
    over = sorted((row for row in view.tasks if row.column in OVER), key=lambda row: -row.since)
    left_out = {row.id for row in over[MAX_OVER:]}
    rows = sorted((row for row in view.tasks if row.id not in left_out), key=lambda row: order.index(row.column))
    cells = (
        (
            f"{row.id} {row.title}",
            text(f"column.{row.column}"),
            row.priority or "",
            row.owner,
            ", ".join(row.waits),
        )
        for row in rows
    )
    headers = [text(f"kernel.{name}") for name in HEADERS]
    shown = table(headers, cells, text("kernel.board-caption", n=len(rows)))
    more = paragraph(text("kernel.board-more", n=len(left_out))) if left_out else ""
    return broken_html(view.broken) + shown + more


def broken_html(broken: Sequence[Broken]) -> str:
    """What cannot be read, with where and why; empty when there is nothing."""
    if not broken:
        return ""
    headers = (text("kernel.broken-file"), text("kernel.broken-why"))
    rows = [(f"{item.path}:{item.line}" if item.line else item.path, f"{item.message} {item.hint}") for item in broken]
    return heading(text("kernel.broken")) + table(headers, rows)
