"""What a check says: findings, and the verdict that they add up to."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning informs."""

    ERROR = "error"
    WARNING = "warning"


class Answer(StrEnum):
    """What to say about a command: let it run, let a person decide, or refuse."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Finding(NamedTuple):
    """One thing that a check found; `line` is 1-based, 0 where there is no line.

    A NamedTuple and not a dataclass: hooks pay for the import of `dataclasses` on every commit.
    """

    check: str
    severity: Severity
    path: str
    line: int
    message: str
    hint: str = ""
    rule: str = ""

    @property
    def is_error(self) -> bool:
        """Whether this finding blocks."""
        return self.severity is Severity.ERROR

    @property
    def name(self) -> str:
        """What a log calls it by: the check, and the rule where there is one."""
        return f"{self.check}/{self.rule}" if self.rule else self.check


class Verdict(NamedTuple):
    """The findings of a run and the checks that were run, in the order of the CHECKS table."""

    findings: tuple[Finding, ...]
    checks: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.is_error for finding in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that block."""
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that only inform."""
        return tuple(finding for finding in self.findings if not finding.is_error)


def fold_findings(findings: list[Finding], checks: tuple[str, ...]) -> Verdict:
    """The verdict over `findings`: sorted by path and line, the same finding once."""
    unique = dict.fromkeys(findings)
    ordered = sorted(unique, key=lambda finding: (finding.path, finding.line, finding.check))
    return Verdict(tuple(ordered), checks)
