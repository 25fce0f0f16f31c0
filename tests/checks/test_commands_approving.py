"""An agent neither approves nor hides that it is one; what only names such a command is let through."""

from __future__ import annotations

import pytest

from openclaw_hooks.checks.command_rules.model import CommandFacts
from openclaw_hooks.checks.commands import judge_command
from openclaw_hooks.verdict import Answer

APPROVALS = [
    "openclaw task approve T-1",
    "openclaw plan approve P-1 --key ~/.ssh/id",
    "env -u CLAUDECODE openclaw task approve T-1",
    "unset CLAUDECODE; .venv/bin/openclaw plan approve P-1",
    "CLAUDECODE= openclaw-hooks task approve T-1",
    "bash -c 'openclaw task approve T-1'",
    "setsid -f sh -c 'exec openclaw plan approve P-1'",
]
DISGUISES = [
    "env -u CLAUDECODE openclaw task edit T-1 --mode local",
    "env -i PATH=$PATH openclaw task edit T-1 --metric true",
    "unset A CLAUDECODE && openclaw task reject T-1 -r x",
    "CLAUDECODE='' openclaw task edit T-1 --metric true",
    "export AI_AGENT=; openclaw task edit T-1 --metric true",
    "env --unset=OPENCLAW_AGENT openclaw plan create x",
]
INNOCENT = [
    "openclaw task claim T-1",
    "openclaw task approve --help",
    "openclaw task new 'approve the design'",
    "openclaw task fail T-1 -r 'a person must run openclaw task approve'",
    "OPENCLAW_AGENT=mine openclaw task list",
    "OPENCLAW_NODE_ID=a openclaw task ready",
    "echo openclaw task approve T-1",
    "git commit -m 'fix: openclaw task approve says who'",
    "env -u CLAUDECODE pytest",
]


@pytest.mark.parametrize("line", [*APPROVALS, *DISGUISES])
def test_an_agent_decides_nothing_in_a_persons_place(line: str) -> None:
    verdict = judge_command(line, CommandFacts())
    assert verdict.decision is Answer.DENY
    assert any(finding.rule == "approving" for finding in verdict.findings)


@pytest.mark.parametrize("line", INNOCENT)
def test_what_only_looks_like_it_is_let_through(line: str) -> None:
    assert judge_command(line, CommandFacts()).decision is Answer.ALLOW
