"""The checks by id: where each lies and at which stages it runs; a check's module loads when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.verdict import Finding

    Check = Callable[[Change, Policy], list[Finding]]

FILES = "files"
MESSAGE = "message"


class Entry(NamedTuple):
    """Where a check lies, what it looks at (files, message), and what it blocks, in a few words."""

    module: str
    function: str
    looks_at: tuple[str, ...]
    blocks: str

    def load(self) -> Check:
        """The check itself."""
        from importlib import import_module

        check: Check = getattr(import_module(f"openclaw_hooks.checks.{self.module}"), self.function)
        return check


CHECKS = {
    "secrets": Entry("secrets", "check_secrets", (FILES, MESSAGE), "secrets in added lines, file names and messages"),
    "structured-files": Entry(
        "structured_files", "check_structured_files", (FILES,), "JSON, YAML, TOML that don't parse"
    ),
    "rules": Entry(
        "rules", "check_rules", (FILES,), "what the mechanical checks of the active rules forbid or require"
    ),
    "scope": Entry("scope", "check_scope", (FILES,), "files out of scope, and what the role forbids or requires"),
    "protected": Entry("protected", "check_protected", (FILES,), "an agent's edits to policy, hooks and settings"),
    "bare-todo": Entry("bare_todo", "check_bare_todo", (FILES,), "warns of a TODO without owner or reference"),
    "commit-message": Entry("commit_message", "check_commit_message", (MESSAGE,), "messages out of format"),
}

# Run on a whole push, and on the claims that work is done under, and not on one change: see push.py and git_hooks/.
PUSH = "push"
CLAIM = "claim"

CHECK_IDS = (*CHECKS, PUSH, CLAIM)


def checks_for(*looks_at: str) -> tuple[str, ...]:
    """The ids of the checks that look at any of `looks_at`, in the order of the table."""
    return tuple(check_id for check_id, entry in CHECKS.items() if set(entry.looks_at) & set(looks_at))
