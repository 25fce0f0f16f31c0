"""What holds for the agent right now, in words: scope, role, rules in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.imports import import_msgspec

import_msgspec()

from openclaw_hooks.checks.policy import load_policy  # noqa: E402 - after the import that makes msgspec cheap
from openclaw_hooks.checks.report import one_line  # noqa: E402
from openclaw_hooks.roles.prompt import format_role  # noqa: E402

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout
    from openclaw_hooks.checks.policy import Policy

MAX_RULES = 30


def read_policy(checkout: Checkout) -> Policy:
    """The policy of the checkout; raises DocumentError when a file of it is broken."""
    return load_policy(checkout.top, checkout.state_dir)


def describe_standing(policy: Policy) -> str:
    """Scope and role in two short lines; empty without either."""
    role = policy.role
    scope = policy.scope or (role.scope_paths if role else ())
    lines = []
    if scope:
        lines.append(f"Scope: only {', '.join(f'`{one_line(glob)}`' for glob in scope)} may change.")
    if role:
        lines.append(f"Role: {role.id}.")
    return "\n".join(lines)


def describe_role(policy: Policy) -> str:
    """The whole text of the role in force; empty without one."""
    return format_role(policy.role) if policy.role else ""


def describe_rules(policy: Policy) -> str:
    """The ids of the rules in force, in one line."""
    names = [rule.id for rule in policy.rules]
    more = f" and {len(names) - MAX_RULES} more" if len(names) > MAX_RULES else ""
    return f"Rules in force: {', '.join(names[:MAX_RULES])}{more} (`openclaw prompt` prints them)." if names else ""
