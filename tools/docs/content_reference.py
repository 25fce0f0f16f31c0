"""The shipped rules, harness rules and roles, and the checks, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.table import CHECKS, PUSH
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.rules.load import load_harness_rules, load_rules
from tools.docs.cli_reference import escape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.rules.model import Rule

INTRO = """\
# What is shipped

All of it can be read with `openclaw rules show ID` and `openclaw roles show ID`, switched off or softened in the
[configuration](configuration.md), and replaced by a file of the same id in your repository.

"""


def render_content() -> str:
    """The page: checks, rules with their mechanical checks, harness rules, roles."""
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


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(escape_cell(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
