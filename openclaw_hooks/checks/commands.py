"""Whether a command line skips or disables the checks, destroys work, or shows secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.shell.prefilter import needs_reading
from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFacts, CommandFinding, CommandVerdict, Subject
    from openclaw_hooks.shell.reading import Reading

CHECK = "commands"


def judge_command(text: str, facts: CommandFacts) -> CommandVerdict:
    """The verdict over the bash command line `text`; the strictest of its findings decides.

    Nothing is run. `facts` are asked only when the line holds something that depends on them.
    """
    from openclaw_hooks.checks.command_rules.model import CommandVerdict

    if not needs_reading(text):
        return CommandVerdict(Answer.ALLOW)
    return judge_reading(read_with_aliases(text, facts), facts)


def read_with_aliases(text: str, facts: CommandFacts) -> Reading:
    """What `text` runs; git is asked for its aliases only when a subcommand could be one."""
    from openclaw_hooks.checks.command_rules.git_names import may_be_alias
    from openclaw_hooks.shell.read import read_command

    reading = read_command(text)
    if any(run.program == "git" and may_be_alias(run) for run in reading.runs) and (aliases := facts.aliases()):
        return read_command(text, aliases)
    return reading


def judge_reading(reading: Reading, facts: CommandFacts) -> CommandVerdict:
    """The verdict over what a line runs."""
    from openclaw_hooks.checks.command_rules.model import STRENGTH, CommandVerdict, Subject

    found: dict[tuple[str, str], CommandFinding] = {}
    for finding in _all_findings(reading, facts, Subject):
        if finding.decision is not Answer.ALLOW:
            found.setdefault((finding.rule, finding.word), finding)
    findings = sorted(found.values(), key=lambda finding: -STRENGTH[finding.decision])
    return CommandVerdict(findings[0].decision if findings else Answer.ALLOW, tuple(findings))


def _all_findings(reading: Reading, facts: CommandFacts, make_subject: type[Subject]) -> Iterator[CommandFinding]:
    from openclaw_hooks.checks.command_rules.unknown_parts import judge_unknown

    for run in reading.runs:
        yield from _judge_run(make_subject(run, facts, reading))
    for unknown in reading.unknowns:
        if finding := judge_unknown(unknown, reading.text):
            yield finding
    for name in reading.bombs if facts.settings.filesystem is not Answer.ALLOW else ():
        from openclaw_hooks.checks.command_rules.model import CommandFinding

        message = "starts itself again and again until the machine stops"
        yield CommandFinding("fork-bomb", facts.settings.filesystem, f"{name}()", message, "write a loop with an end")


def _judge_run(subject: Subject) -> Iterator[CommandFinding]:
    from openclaw_hooks.checks.command_rules.approving import judge_approving
    from openclaw_hooks.checks.command_rules.cloud import judge_cloud
    from openclaw_hooks.checks.command_rules.database import judge_database
    from openclaw_hooks.checks.command_rules.deletion import judge_deletion
    from openclaw_hooks.checks.command_rules.git_plumbing import judge_hook_tools
    from openclaw_hooks.checks.command_rules.secret_files import judge_secret_files
    from openclaw_hooks.checks.command_rules.tampering import judge_tampering

    settings = subject.facts.settings
    if subject.run.program in ("git", "hub"):
        yield from _judge_git(subject)
    yield from judge_hook_tools(subject)
    yield from judge_approving(subject)
    yield from judge_tampering(subject)
    yield from _weigh(judge_deletion(subject), settings.filesystem)
    yield from judge_secret_files(subject)
    yield from judge_cloud(subject)
    yield from judge_database(subject)


def _judge_git(subject: Subject) -> Iterator[CommandFinding]:
    from openclaw_hooks.checks.command_rules.board import judge_board
    from openclaw_hooks.checks.command_rules.git_bypass import judge_git_bypass
    from openclaw_hooks.checks.command_rules.git_history import judge_git_history
    from openclaw_hooks.checks.command_rules.git_plumbing import judge_git_plumbing

    yield from judge_git_bypass(subject)
    yield from judge_git_plumbing(subject)
    yield from judge_board(subject)
    yield from _weigh(judge_git_history(subject), subject.facts.settings.git)


def _weigh(findings: Iterator[CommandFinding], decision: Answer) -> Iterator[CommandFinding]:
    """`findings` with the answer of their pack; what is unsure keeps its own unless the pack allows all."""
    from openclaw_hooks.checks.command_rules.model import UNSURE

    if decision is Answer.ALLOW:
        return
    for finding in findings:
        yield finding if finding.rule == UNSURE else finding._replace(decision=decision)
