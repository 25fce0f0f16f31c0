"""Whether an agent edits what guards it: policy, hooks, settings. A person may; a review follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.globs import compile_globs
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

CHECK = "protected"

PROTECTED = (
    "/.openclaw/",
    "!/.openclaw/board/",
    "/.pre-commit-config.yaml",
    "/.pre-commit-config.yml",
    "/.claude/settings.json",
    "/.claude/settings.local.json",
    "/.claude/rules/openclaw/",
    "/.codex/hooks.json",
    "/.gemini/settings.json",
    "/.cursor/hooks.json",
    "/.windsurf/hooks.json",
    "/.husky/",
    "/.githooks/",
    "/lefthook.y{,a}ml",
    "/.lefthook.y{,a}ml",
    "/.secrets.baseline",
)


def check_protected(change: Change, policy: Policy) -> list[Finding]:
    """An error for each protected file that changes while an agent is at work."""
    if not policy.agent:
        return []
    protected = compile_globs(PROTECTED)
    message = f"an agent ({policy.agent}) may not change what guards it"
    hint = "unstage it; a person commits this file from their own shell"
    return [
        Finding(CHECK, Severity.ERROR, path, 0, message, hint)
        for file in change.files
        for path in dict.fromkeys(filter(None, (file.old_path, file.path)))
        if protected.matches(path)
    ]
