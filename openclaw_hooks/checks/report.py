"""A verdict as plain text: one line per finding, what to do below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.verdict import Finding, Verdict


def format_finding(finding: Finding) -> str:
    """`path:line: check: message [rule]`, and the hint indented below."""
    place = display_path(finding.path) + (f":{finding.line}" if finding.line else "")
    label = finding.check if finding.is_error else f"{finding.check} (warning)"
    rule = f" [{finding.rule}]" if finding.rule else ""
    line = f"{place}: {label}: {one_line(finding.message)}{rule}"
    return f"{line}\n    {one_line(finding.hint)}" if finding.hint else line


def one_line(text: str) -> str:
    """`text` without line ends and control characters, which could forge or hide a finding on a terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def format_verdict(verdict: Verdict) -> str:
    """All findings and a last line that counts them; empty when there is nothing to say."""
    if not verdict.findings:
        return ""
    lines = [format_finding(finding) for finding in verdict.findings]
    errors, warnings = len(verdict.errors), len(verdict.warnings)
    return "\n".join([*lines, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
