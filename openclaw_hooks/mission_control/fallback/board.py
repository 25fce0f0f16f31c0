"""The board without JavaScript: one table, in the order of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.texts import text
from openclaw_hooks.mission_control.views.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.broken import Broken
    from openclaw_hooks.mission_control.views.board import TasksView

HEADERS = ("task", "status", "priority", "owner", "waits")


def board_html(view: TasksView) -> str:
    """Every task of the board, and what of it cannot be read."""
    if view.absent:
        return paragraph(view.absent) + command(view.start)
    order = list(COLUMNS.values())
    rows = sorted(view.tasks, key=lambda row: order.index(row.column))
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
    return broken_html(view.broken) + table(headers, cells, text("kernel.board-caption", n=len(rows)))


def broken_html(broken: Sequence[Broken]) -> str:
    """What cannot be read, with where and why; empty when there is nothing."""
    if not broken:
        return ""
    headers = (text("kernel.broken-file"), text("kernel.broken-why"))
    rows = [(f"{item.path}:{item.line}" if item.line else item.path, f"{item.message} {item.hint}") for item in broken]
    return heading(text("kernel.broken")) + table(headers, rows)
