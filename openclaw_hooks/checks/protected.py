"""Whether an agent edits what guards it: policy, hooks, settings. A person may; a review follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.board_edits import judge_board_edits
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    "/.qwen/settings.json",
    "/.github/hooks/",
    "/.cursor/hooks.json",
    "/.windsurf/hooks.json",
    "/.husky/",
    "/.githooks/",
    "/lefthook.y{,a}ml",
    "/.lefthook.y{,a}ml",
    "/.secrets.baseline",
)


# Where git looks for changes that are not committed yet: the plain beginnings of PROTECTED.
PROTECTED_ROOTS = (".openclaw", ".pre-commit-config.yaml", ".pre-commit-config.yml", ".claude", ".secrets.baseline")

# What the policy in force is read from: nobody may change it where git does not look.
POLICY_FILES = (".openclaw/config.yaml", ".openclaw/rules", ".openclaw/roles", ".secrets.baseline")


def check_protected(change: Change, policy: Policy) -> list[Finding]:
    """An error for each protected file that changes while an agent is at work, and for what nobody does to the board by hand."""
    on_board = judge_board_edits(change, policy, CHECK)
    if not policy.agent:
        return on_board
    paths = (path for file in change.files for path in (file.old_path, file.path) if path)
    hint = "unstage it; a person commits this file from their own shell"
    return [*on_board, *_refuse(paths, policy, f"an agent ({policy.agent}) may not change what guards it", hint)]


def judge_uncommitted(paths: Iterable[str], policy: Policy) -> list[Finding]:
    """An error for each protected file among `paths` that lies changed on disk while an agent commits.

    The policy in force is read from disk, so a change that is never staged would loosen it all the same.
    """
    hint = "a person looks at it, and commits it or puts it back"
    return _refuse(paths, policy, f"changed but not committed while an agent ({policy.agent}) commits", hint)


def _refuse(paths: Iterable[str], policy: Policy, message: str, hint: str) -> list[Finding]:
    protected = compile_globs(PROTECTED)
    return [
        Finding(CHECK, Severity.ERROR, path, 0, message, hint)
        for path in dict.fromkeys(paths)
        if protected.matches(path) or path == policy.settings.secrets.baseline
    ]
