"""What rules on commands are given and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.settings import CommandSettings
    from openclaw_hooks.shell.reading import Reading, Run

UNSURE = "unsure-target"
"""The rule of findings about a target that is only known at run time; it has an answer of its own."""

STRENGTH = {Answer.ALLOW: 0, Answer.ASK: 1, Answer.DENY: 2}


class ShippedAnswers:
    """The answers of a repository that sets none, read when one is asked for: `settings` takes 20 ms to import."""

    def __getattr__(self, name: str) -> Answer:
        """The answer of the pack `name`."""
        from openclaw_hooks.settings import CommandSettings

        answer: Answer = getattr(CommandSettings(), name)
        return answer


class CommandFacts(NamedTuple):
    """What the rules may ask about the repository; the callables are called only when a rule needs the answer.

    `root` is absolute and empty when unknown, `cwd` where the command starts, relative to it; `is_dirty` says whether
    tracked files differ from HEAD, `is_unmerged` whether a branch holds commits that no other has, `aliases` the
    aliases of git without their `alias.`.
    """

    settings: CommandSettings | ShippedAnswers = ShippedAnswers()
    protected: tuple[str, ...] = ("main", "master")
    root: str = ""
    cwd: str = "."
    branch: Callable[[], str] = str
    is_dirty: Callable[[], bool] = bool
    is_unmerged: Callable[[str], bool] = bool
    aliases: Callable[[], dict[str, str]] = dict


class CommandFinding(NamedTuple):
    """One reason against a command: `word` is where it stumbled, `instead` the accepted way."""

    rule: str
    decision: Answer
    word: str
    message: str
    instead: str
    start: int = 0
    end: int = 0


class CommandVerdict(NamedTuple):
    """The decision over a command line, and why."""

    decision: Answer
    findings: tuple[CommandFinding, ...] = ()


class Subject(NamedTuple):
    """One run as a rule sees it."""

    run: Run
    facts: CommandFacts
    reading: Reading

    def finding(
        self, rule: str, word: str, message: str, instead: str, decision: Answer = Answer.DENY
    ) -> CommandFinding:
        """A finding at this run."""
        from openclaw_hooks.shell.holes import show_holes

        shown = show_holes(word)
        shown = shown if len(shown) <= 200 else shown[:199] + "…"
        return CommandFinding(rule, decision, shown, message, instead, self.run.start, self.run.end)
