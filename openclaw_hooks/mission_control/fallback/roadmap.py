"""The roadmap without JavaScript: when each piece of work began and ended, or would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.plans import say_state
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.moments import show_moment
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.roadmap import Bar, RoadmapView

HEADERS = ("work", "state", "begins", "ends", "minutes", "late")


def roadmap_html(view: RoadmapView) -> str:
    """A table for each plan."""
    if view.absent:
        return paragraph(view.absent) + command(view.start)
    if not view.groups:
        return broken_html(view.broken) + paragraph(text("roadmap.empty")) + command(text("roadmap.empty-command"))
    headers = [text(f"roadmap.column-{name}") for name in HEADERS]
    tables = (
        heading(f"{group.plan} {group.title}".strip() or text("roadmap.loose")) + table(headers, map(_row, group.bars))
        for group in view.groups
    )
    return broken_html(view.broken) + "".join(tables)


def _row(bar: Bar) -> tuple[str, ...]:
    begins = bar.parts[0][0] if bar.parts else bar.ahead[0] if bar.ahead else 0
    ends = bar.ended or (bar.ahead[1] if bar.ahead else 0)
    shown = show_moment(ends)
    return (
        f"{bar.task} {bar.title}".strip(),
        say_state(bar.state),
        show_moment(begins),
        text("roadmap.projected", when=shown) if shown and not bar.ended else shown,
        f"{bar.used_minutes}/{bar.budget_minutes}",
        text("core.late") if bar.late else "",
    )
