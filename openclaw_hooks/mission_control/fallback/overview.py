"""The overview without JavaScript: what needs a person, what goes on, the plans, and who did what last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.moments import show_moment
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.board import TaskRow
    from openclaw_hooks.mission_control.views.overview import OverviewView, Tasks


def overview_html(view: OverviewView) -> str:
    """The overview as tables."""
    if view.absent:
        return paragraph(view.absent) + command(view.start)
    counts = [(text(f"column.{name}"), number) for name, number in view.columns.items()]
    plans = (
        (f"{plan.id} {plan.title}", text(f"plans.status-{plan.status}"), f"{plan.done}/{plan.total}")
        for plan in view.plans
    )
    acts = ((show_moment(act.t), act.who, act.what) for act in view.activity)
    return "".join(
        (
            broken_html(view.broken),
            table((text("kernel.column"), text("overview.tasks")), counts, text("overview.counts")),
            _tasks_html("needs-you", view.needs_you),
            _tasks_html("running", view.running),
            _tasks_html("blocked", view.blocked),
            heading(text("overview.plans")),
            table((text("kernel.plan"), text("kernel.status"), text("overview.done")), plans),
            _runs_html(view),
            heading(text("overview.activity")),
            table((text("overview.when"), text("overview.who"), text("overview.what")), acts),
        )
    )


def _tasks_html(name: str, found: Tasks) -> str:
    headers = (text("kernel.task"), text("kernel.status"), text("kernel.owner"))
    more = found.total - len(found.tasks)
    rest = paragraph(text("overview.more", n=more)) if more else ""
    return heading(text(f"overview.{name}")) + table(headers, map(_row, found.tasks)) + rest


def _runs_html(view: OverviewView) -> str:
    week = view.runs
    if week is None:
        return ""
    provenance = text(f"run.provenance-{week.provenance}")
    line = text("overview.runs-line", n=week.runs, kept=week.kept, tried=week.tried, provenance=provenance)
    return heading(text("overview.runs")) + paragraph(line)


def _row(row: TaskRow) -> tuple[str, str, str]:
    status = text(f"core.needs-{row.needs_you}") if row.needs_you else text(f"status.{row.status}")
    return f"{row.id} {row.title}", status, row.owner
