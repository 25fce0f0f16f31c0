"""Calls of openclaw by which an agent would decide in a person's place, or hide that it is an agent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.agents import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_PROGRAMS = ("openclaw", "openclaw-hooks")
_INSTEAD = "ask a person to run it from their own shell"
_MARK = f"(?:{'|'.join((*MARKS, 'AI_AGENT'))})"
# How a line takes a variable away (compiled only where openclaw is called): `env -u X`, `unset X`, `X= ...`, or all of them at once.
_HIDING = (
    rf"(?:\s-u\s*|--unset[=\s]|\bunset\s[^;&|\n]*?){_MARK}\b|\b{_MARK}=(?:''|\"\"|(?=[\s;&|)\"']|$))"
    r"|\benv\s+(?:-\S+\s+)*(?:-i|-|--ignore-environment)\s"
)


def judge_approving(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one call of openclaw."""
    run = subject.run
    if run.program not in _PROGRAMS or not {"--help", "-h"}.isdisjoint(run.words):
        return
    verbs = [word for word in run.words[1:] if not word.startswith("-")][:2]
    if verbs in (["task", "approve"], ["plan", "approve"]):
        yield subject.finding("approving", "approve", f"`openclaw {' '.join(verbs)}` is for a person", _INSTEAD)
    if found := re.search(_HIDING, subject.reading.text):
        yield subject.finding("approving", found[0].strip(), "hides from openclaw that an agent is at work", _INSTEAD)
