"""The shipped rules, harness rules, roles and plan templates, and the checks, as tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.checks.table import CHECKS, PUSH
from openclaw_hooks.plans.model import Template, Variable, resolve_phases
from openclaw_hooks.plans.templates import load_templates
from openclaw_hooks.plans.waves import assign_waves, sum_minutes
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.rules.load import load_harness_rules, load_rules
from tools.docs.cli_reference import escape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.rules.model import Rule

INTRO = """\
# What is shipped

All of it can be read with `openclaw rules show ID`, `openclaw roles show ID` and `openclaw plan create ID --dry-run`. Rules and
checks are switched off or softened in the [configuration](configuration.md); rules, roles and templates are replaced by a file
of the same id in your repository.

"""


def render_content() -> str:
    """The page: checks, rules with their mechanical checks, harness rules, roles, plan templates."""
    rules = sorted(load_rules(None), key=lambda rule: (rule.tier.weight, -rule.priority, rule.id))
    parts = [
        INTRO + "## Checks\n",
        _table(
            ("Check", "Looks at", "Finds"),
            [
                *((f"`{name}`", ", ".join(entry.looks_at), entry.blocks) for name, entry in CHECKS.items()),
                (f"`{PUSH}`", "a push", "deletion or rewriting of a protected branch; pushed commits without receipt"),
            ],
        ),
        "## Rules\n",
        *(_render_rule(rule) for rule in rules),
        "## Harness rules\n",
        _table(
            ("Rule", "Type", "Enforced by", "Active"),
            [
                (
                    f"`{rule.id}`: {rule.title}",
                    f"`{rule.type}`",
                    f"`{rule.enforcement}`" if rule.enforcement else "",
                    "yes" if rule.active else "no",
                )
                for rule in load_harness_rules(None)
            ],
        ),
        "## Roles\n",
        _table(("Role", "What it is for"), [(f"`{role.id}`", role.description) for role in load_roles(None)]),
        "## Plan templates\n\n[Plans](../plans.md) are made from them. The commands are defaults, to be set for your project.\n",
        *map(_render_template, load_templates(None)),
    ]
    return "\n".join(parts)


def _render_rule(rule: Rule) -> str:
    detect = (
        f" Active where one of these is found: {', '.join(f'`{sign}`' for sign in rule.detect)}." if rule.detect else ""
    )
    rows = [
        (f"`{check.id}`", f"`{check.__struct_config__.tag}`", str(check.severity), check.message)
        for check in rule.checks
    ]
    head = f"### `{rule.id}`\n\n{rule.title}: {rule.tier} rule, priority {rule.priority}.{detect}\n\n"
    return head + _table(("Check", "Type", "Severity", "What is wrong"), rows)


def _render_template(template: Template) -> str:
    subtasks = resolve_phases(template.phases)
    waves = {name: str(number) for number, wave in enumerate(assign_waves(subtasks), 1) for name in wave}
    rows = [
        (
            waves[subtask.id],
            f"`{subtask.id}`: {_show_placeholders(subtask.title)}" + (" (critical)" if subtask.critical else ""),
            f"`{subtask.delegation.mode}`" + (f" as `{subtask.role}`" if subtask.role else ""),
            f"`{subtask.metric}`" if subtask.metric else "",
            f"{subtask.budget_minutes} min",
        )
        for subtask in subtasks
    ]
    variables = [f"Variable {_describe_variable(name, value)}." for name, value in template.vars.items()]
    facts = [f"{_show_placeholders(template.description)}.", f"On failure: `{template.failure_policy}`."]
    facts += [f"{sum_minutes(subtasks)} minutes.", *variables]
    head = f"### `{template.id}`\n\n{' '.join(facts)}\n\n"
    return head + _table(("Wave", "Subtask", "Who", "Metric", "Budget"), rows)


def _describe_variable(name: str, value: str | Variable) -> str:
    variable = Variable(default=value) if isinstance(value, str) else value
    how = "required" if variable.required else f"`{variable.default}` if not given"
    return f"`{name}`: {variable.description} ({how})"


def _show_placeholders(text: str) -> str:
    return re.sub(r": \{\{context\}\}$|\{\{vars\.([\w-]+)\}\}", lambda found: f"*{found[1]}*" if found[1] else "", text)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(escape_cell(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
