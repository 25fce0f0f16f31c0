"""`openclaw explain`: what the command guard sees in a command line, and what it says to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.agent_hooks.command_facts import read_facts
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.checks.commands import CHECK, judge_reading, read_with_aliases
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.errors import EXIT_FINDINGS
from openclaw_hooks.shell.holes import show_holes
from openclaw_hooks.shell.prefilter import needs_reading
from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from openclaw_hooks.checks.command_rules.model import CommandVerdict
    from openclaw_hooks.shell.reading import Reading, Run

_PLAIN_SIGNS = frozenset("@%+=:,./-_…")


def explain(
    command: Annotated[str, typer.Argument(metavar="COMMAND", help="The command line; - reads it from stdin.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a command line runs, and whether an agent may run it.

    Nothing is run. Text that is not known before run time is shown as `…`. Exit code 1 when the command is refused or
    needs a person's consent.

    Example: openclaw explain "bash -c 'git commit -n -m x'"
    """
    text = sys.stdin.read() if command == "-" else command
    cwd = os.getcwd()
    facts = read_facts(cwd, find_checkout(os.path.realpath(cwd)))
    reading = read_with_aliases(text, facts)
    verdict = judge_reading(reading, facts)
    if as_json:
        print_json("explain", explain_values(reading, verdict))
    else:
        typer.echo(format_explanation(reading, verdict))
    if verdict.decision is not Answer.ALLOW:
        raise typer.Exit(EXIT_FINDINGS)


def explain_values(reading: Reading, verdict: CommandVerdict) -> dict[str, object]:
    """The explanation as plain values."""
    return {
        "command": _encodable(reading.text),
        "decision": verdict.decision.value,
        "needs_reading": needs_reading(reading.text),
        "is_complete": reading.is_complete,
        "runs": [_run_values(run) for run in reading.runs],
        "unknowns": [
            {"kind": unknown.kind, "reason": _encodable(unknown.reason), "start": unknown.start, "end": unknown.end}
            for unknown in reading.unknowns
        ],
        "findings": [
            {**finding._asdict(), "decision": finding.decision.value, "word": _encodable(finding.word)}
            | {"rule": f"{CHECK}/{finding.rule}", "message": _encodable(finding.message)}
            for finding in verdict.findings
        ],
    }


def _run_values(run: Run) -> dict[str, object]:
    return {
        "program": _encodable(run.program),
        "words": [_encodable(word) for word in run.words],
        "via": list(map(_encodable, run.via)),
        "environment": {_encodable(name): _encodable(value) for name, value in run.environment.items()},
        "unset": sorted(map(_encodable, run.unset)),
        "cwd": _encodable(run.cwd),
        "redirections": [
            {"operator": redirection.operator, "target": _encodable(redirection.target)}
            for redirection in run.redirections
        ],
        "start": run.start,
        "end": run.end,
    }


def _encodable(text: str) -> str:
    """`text` with holes shown, and without bytes that are no characters."""
    return show_holes(text).encode("utf-8", "backslashreplace").decode()


def format_explanation(reading: Reading, verdict: CommandVerdict) -> str:
    """The explanation for people: the decision, what runs as a tree, and the findings."""
    lines = [verdict.decision.value, "", "runs:"]
    lines += [_format_run(run) for run in reading.runs] or ["  nothing"]
    if reading.unknowns:
        lines += ["", "not known:"]
        lines += [f"  {_encodable(unknown.reason)}" for unknown in reading.unknowns]
    for finding in verdict.findings:
        lines += [
            "",
            f"{finding.decision.value}: {_encodable(finding.message)} [{CHECK}/{finding.rule}]",
            f"  word:    {_encodable(finding.word)}",
            f"  instead: {finding.instead}",
        ]
    return "\n".join(lines)


def _format_run(run: Run) -> str:
    indent = "  " * (len(run.via) + 1)
    pieces = [f"{name}={_show_word(value)}" for name, value in run.environment.items()]
    pieces += [_show_word(word) for word in run.words]
    pieces += [f"{redirection.operator} {_show_word(redirection.target)}" for redirection in run.redirections]
    shown = " ".join(pieces)
    return f"{indent}{shown}  (by {run.via[-1]})" if run.via else f"{indent}{shown}"


def _show_word(word: str) -> str:
    shown = _encodable(word)
    if shown and all(char.isalnum() or char in _PLAIN_SIGNS for char in shown):
        return shown
    return "'" + shown.replace("'", "'\\''").replace("\n", "\\n") + "'"
