"""Rules, roles and diagnostics without JavaScript, and what search shows then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.moments import show_moment
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.diagnostics import Age, DiagnosticsView
    from openclaw_hooks.mission_control.views.roles import RolesView
    from openclaw_hooks.mission_control.views.rules import RulesView
    from openclaw_hooks.mission_control.views.search import SearchDocs


def rules_html(view: RulesView) -> str:
    """Every rule with what it is about and what it checks."""
    headers = [text(f"rules.{name}") for name in ("rule", "tier", "priority", "state", "paths", "matched", "checks")]
    rows = (
        (
            f"{row.id}: {row.title}",
            text(f"rules.tier-{'harness' if row.harness else row.tier}"),
            row.priority,
            text(f"rules.state-{row.state}"),
            " ".join(row.paths),
            row.matched,
            len(row.checks),
        )
        for row in view.rules
    )
    return broken_html(view.broken) + table(headers, rows, text("rules.caption", n=len(view.rules)))


def roles_html(view: RolesView) -> str:
    """Every role with what it may change and the tasks that carry it."""
    headers = [text(f"roles.{name}") for name in ("role", "scope", "outputs", "forbidden", "tasks")]
    rows = (
        (f"{row.id}: {row.name}", " ".join(row.scope), len(row.outputs), len(row.forbidden), len(row.tasks))
        for row in view.roles
    )
    return broken_html(view.broken) + table(headers, rows, text("roles.caption", n=len(view.roles)))


def diagnostics_html(view: DiagnosticsView) -> str:
    """What doctor and drill found, or the commands that find out."""
    return _doctor_html(view) + _drill_html(view)


def _doctor_html(view: DiagnosticsView) -> str:
    if view.doctor is None:
        return (
            heading(text("diagnostics.doctor")) + paragraph(text("diagnostics.no-doctor")) + command("openclaw doctor")
        )
    headers = [text(f"diagnostics.{name}") for name in ("layer", "status", "evidence", "fix")]
    rows = ((row.id, text(f"diagnostics.status-{row.status}"), row.evidence, row.fix) for row in view.doctor.probes)
    return heading(text("diagnostics.doctor")) + _age_html(view.doctor.age) + table(headers, rows)


def _drill_html(view: DiagnosticsView) -> str:
    if view.drill is None:
        return heading(text("diagnostics.drill")) + paragraph(text("diagnostics.no-drill")) + command("openclaw drill")
    headers = [text(f"diagnostics.{name}") for name in ("act", "result", "stopped-by")]
    rows = (
        (
            row.title,
            text(f"diagnostics.result-{row.result}"),
            ", ".join(one.layer for one in row.tries if one.catch == "caught"),
        )
        for row in view.drill.acts
    )
    layers = [text(f"diagnostics.{name}") for name in ("layer", "stopped", "p50", "state")]
    states = ((row.name, f"{row.stopped}/{row.tried}", round(row.p50_ms), row.inert) for row in view.drill.layers)
    return heading(text("diagnostics.drill")) + _age_html(view.drill.age) + table(layers, states) + table(headers, rows)


def _age_html(age: Age) -> str:
    lines = [text("diagnostics.ran", when=f"{show_moment(age.at)} UTC", version=age.version)]
    if age.other_version:
        lines.append(text("diagnostics.other-version", version=age.other_version))
    if age.changed:
        lines.append(text("diagnostics.changed", files=", ".join(age.changed)))
    if age.old:
        lines.append(text("diagnostics.old"))
    return "".join(map(paragraph, lines))


def search_html(view: SearchDocs) -> str:
    """How much there is to search, and the command that searches without a browser's scripts."""
    rows = [(text(f"search.kind-{kind}"), view.counts[kind]) for kind in view.kinds]
    headers = (text("search.kind"), text("search.count"))
    return paragraph(text("search.needs-script")) + command('openclaw knowledge search "..."') + table(headers, rows)
