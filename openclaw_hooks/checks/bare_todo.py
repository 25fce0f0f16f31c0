"""A warning for each added TODO or FIXME that names neither an owner nor a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

CHECK = "bare-todo"
MARKS = ("TODO", "FIXME", "XXX", "HACK")

# Behind a comment sign, so that an identifier, a string or a heading is none.
_TODO = re.compile(r"(?:#|//|/\*|\*|--|;|<!--|%)[^\S\n]*(TODO|FIXME|XXX|HACK)\b(?P<rest>[^\n]*)")
_REFERENCE = re.compile(
    r"\s*\([^)\s][^)]*\)|\s*\[[^\]]+\]|\s*@\w|.*(?:#\d|\b[A-Z][A-Z0-9]+-\d|https?://|\bT-[0-9a-z]{6}\b)"
)


def check_bare_todo(change: Change, policy: Policy) -> list[Finding]:
    """A warning for every bare TODO on an added line of a text file."""
    findings = []
    for file in change.present:
        text = file.added.text
        if file.is_binary or not any(mark in text for mark in MARKS):
            continue
        counted = index = 0
        for match in _TODO.finditer(text):
            if not _REFERENCE.match(match["rest"]):
                index += text.count("\n", counted, match.start())
                counted = match.start()
                line = file.added.line_number(index)
                hint = f"write `{match[1]}(name): ...` or add a reference such as #12"
                message = f"{match[1]} without owner or reference"
                findings.append(Finding(CHECK, Severity.WARNING, file.path, line, message, hint))
    return findings
