"""The text that tells an agent which role it works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.roles.model import ContentCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.roles.model import RequiredOutput, Role

ESCALATIONS = {
    "on_scope_violation": "you would have to leave your scope",
    "on_budget_exceeded": "the budget does not suffice",
    "on_metric_failure": "the metric keeps failing",
}


def format_role(role: Role) -> str:
    """`role` as a markdown block: duties, boundaries, way of working, outputs, limits that a machine checks, escalation."""
    sections = [
        f"## Your role: {role.name}",
        role.description.strip(),
        _list("Responsibilities", role.responsibilities),
        _list("You must not", role.must_not),
        f"### {role.framework.name}\n{role.framework.prompt.strip()}" if role.framework else "",
        _list("Files you may change", [f"`{path}`" for path in role.scope_paths]),
        _list("Outputs that are checked", [_show_output(output) for output in role.required_outputs]),
        _list("Never in added lines (checked)", _show_forbidden(role)),
        _list("When you cannot go on", _show_escalation(role)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _list(title: str, entries: Sequence[str]) -> str:
    return "\n".join([f"### {title}", *(f"- {entry.strip()}" for entry in entries)]) if entries else ""


def _show_output(output: RequiredOutput) -> str:
    what = f"a changed file matching `{output.pattern}`"
    if isinstance(output, ContentCheck):
        what += f" that contains `{output.check}`"
    return f"{output.description.strip()} ({what})" if output.description else what


def _show_forbidden(role: Role) -> list[str]:
    return [
        f"{forbidden.description.strip() or f'`{forbidden.pattern}`'} (in `{forbidden.in_}`)"
        for forbidden in role.forbidden_patterns
    ]


def _show_escalation(role: Role) -> list[str]:
    shown = []
    for key, situation in ESCALATIONS.items():
        if target := getattr(role.escalation, key):
            shown.append(f"{situation}: stop and hand over to {'a person' if target == 'human' else f'`{target}`'}")
    return shown
