"""The plans without JavaScript: a table for each, in the order of their waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.plans import PlanRow, PlansView, SubtaskRow

HEADERS = ("wave", "subtask", "state", "who", "gate", "minutes", "waits")


def plans_html(view: PlansView) -> str:
    """Every plan, and the files of plans that cannot be read."""
    if view.absent:
        return paragraph(view.absent) + command(view.start)
    if not view.plans and not view.broken:
        return paragraph(text("plans.empty")) + command(text("plans.empty-command"))
    return broken_html(view.broken) + "".join(map(_plan_html, view.plans))


def _plan_html(plan: PlanRow) -> str:
    order = {name: place for place, name in enumerate(name for wave in plan.waves for name in wave)}
    rows = [_row(row) for row in sorted(plan.subtasks, key=lambda row: order.get(row.id, len(order)))]
    headers = [text(f"plans.column-{name}") for name in HEADERS]
    facts = (
        text(f"plans.status-{plan.status}"),
        text("plans.done", done=plan.done, total=plan.total),
        text(f"plans.policy-{plan.failure_policy}"),
        _approval(plan),
        text("plans.path", path=" > ".join(plan.path), n=plan.path_minutes),
        plan.reason,
    )
    return (
        heading(f"{plan.id} {plan.title}")
        + paragraph(" · ".join(fact for fact in facts if fact))
        + broken_html(plan.broken)
        + table(headers, rows)
        + (command(plan.commands[0]) if plan.commands else "")
    )


def _approval(plan: PlanRow) -> str:
    if plan.approved:
        return text("plans.approved-by", who=plan.approved.by)
    return text("plans.approved-nobody" if plan.requires_approval else "plans.approved-unasked")


def _row(row: SubtaskRow) -> tuple[str | int, ...]:
    who = " ".join(part for part in (row.mode, row.soul, row.role, row.owner) if part)
    minutes = f"{row.used_minutes}/{row.budget_minutes}"
    gate = text("plans.gate-review" if row.needs_review else "plans.gate-none")
    name = f"{row.task} {row.title}".strip()
    return row.wave, name, say_state(row.state), who, f"{gate}: {row.gate_reason}", minutes, ", ".join(row.depends_on)


def say_state(state: str) -> str:
    """The state of a subtask in words."""
    own = text(f"plans.state-{state}")
    return text(f"status.{state}") if own.startswith("plans.") else own
