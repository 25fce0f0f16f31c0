"""Judges structured files as they lie on disk after a tool wrote them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, block
from openclaw_hooks.agent_hooks.edits import read_edits
from openclaw_hooks.agent_hooks.targets import Target, find_targets
from openclaw_hooks.imports import import_msgspec

import_msgspec()

from openclaw_hooks.checks.policy import Policy  # noqa: E402 - after the import that makes msgspec cheap
from openclaw_hooks.checks.report import format_finding  # noqa: E402
from openclaw_hooks.checks.run import run_checks  # noqa: E402
from openclaw_hooks.checks.sources import disk_change  # noqa: E402
from openclaw_hooks.checks.structured_files import CHECK, pick_parser  # noqa: E402
from openclaw_hooks.settings import load_settings  # noqa: E402

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.verdict import Finding

MAX_BYTES = 8 * 1024 * 1024  # a larger file waits for the commit


def judge_written(payload: Payload) -> Answer:
    """What does not parse, with line and reason; silence when all is well."""
    findings: list[Finding] = []
    for edit in read_edits(payload):
        target = find_targets(edit.path, payload.cwd)[0]
        if _is_judged(target):
            findings += _judge(target)
    if not findings:
        return allow()
    head = "openclaw: the file was written, but it does not parse; a commit of it would be refused"
    answer = block("\n".join([head, *(format_finding(finding) for finding in findings)]))
    answer.decision = "feedback"
    return answer.because((CHECK,), findings[0].path)


def _is_judged(target: Target) -> bool:
    if pick_parser(target.relative or target.path) is None or not os.path.isfile(target.path):
        return False
    return os.path.getsize(target.path) <= MAX_BYTES


def _judge(target: Target) -> list[Finding]:
    top = target.checkout.top if target.checkout else os.path.dirname(target.path)
    change = disk_change(top, [target.path])
    policy = Policy(root=top, settings=load_settings(top))
    return list(run_checks(change, policy, (CHECK,)).errors)
