"""Saying a verdict: to who ran the hook, and by its names to the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.audit import note_reasons
from openclaw_hooks.checks.report import format_verdict

if TYPE_CHECKING:
    from openclaw_hooks.verdict import Verdict


def tell_verdict(verdict: Verdict) -> None:
    """Prints what was found, if anything was, and notes what it is called: the errors, or warnings where nothing blocks."""
    if text := format_verdict(verdict):
        print(text)
        named = verdict.errors or verdict.warnings
        note_reasons([finding.name for finding in named], named[0].path)
