"""Judges a command line before it runs, and what it would read."""

from __future__ import annotations

from openclaw_hooks.agent_hooks.answer import Answer, allow, ask, block
from openclaw_hooks.audit import ALLOW, ASK

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout
    from openclaw_hooks.checks.command_rules.model import CommandFinding

MAX_WORD = 120


def judge_shell(payload: Payload, checkout: Checkout | None, command: str) -> Answer:
    """A block, or a question to a person, with rule, word and accepted way; silence for the rest."""
    from openclaw_hooks.agent_hooks.command_facts import read_facts
    from openclaw_hooks.checks.commands import judge_command

    verdict = judge_command(command, read_facts(payload.cwd, checkout))
    if verdict.decision == ALLOW:
        return allow()
    findings = [finding for finding in verdict.findings if finding.decision != ALLOW]
    act = "is to be approved" if verdict.decision == ASK else "nothing was run"
    head = f"openclaw: blocked {payload.tool}: {act}"
    reason = "\n".join([head, *dict.fromkeys(map(format_finding, findings))])
    answer = ask(payload, reason) if verdict.decision == ASK else block(reason)
    return answer.because([f"commands/{finding.rule}" for finding in findings], show_word(findings[0].word))


def format_finding(finding: CommandFinding) -> str:
    """One finding: what is wrong, the rule, and the accepted way below it."""
    shown = show_word(finding.word)
    message = finding.message if shown == finding.word else finding.message.replace(finding.word, shown)
    said = message if f"`{shown}`" in message else f"`{shown}`: {message}"
    lines = [f"{said} [commands/{finding.rule}]"]
    if finding.instead:
        lines.append(f"    instead: {finding.instead}")
    return "\n".join(lines)


def show_word(word: str) -> str:
    """The word on one line, cut, and left out when it holds a secret: it also goes into the audit log."""
    from openclaw_hooks.secrets.scan import scan_text

    shown = "".join(char if char.isprintable() else " " for char in word)
    if scan_text(shown, ""):
        return "(a word with a secret in it)"
    return shown if len(shown) <= MAX_WORD else shown[:MAX_WORD] + "..."
