"""A verdict for programs: plain values for JSON, and SARIF 2.1.0 for code scanning.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from openclaw_hooks import __version__

if TYPE_CHECKING:
    from openclaw_hooks.verdict import Finding, Verdict


def verdict_values(verdict: Verdict) -> dict[str, object]:
    """`{findings: [...], checks: [...], errors: n, warnings: n}`, every path as valid Unicode."""
    return {
        "findings": [finding_values(finding) for finding in verdict.findings],
        "checks": list(verdict.checks),
        "errors": len(verdict.errors),
        "warnings": len(verdict.warnings),
    }


def finding_values(finding: Finding) -> dict[str, object]:
    """The fields of a finding by name."""
    values: dict[str, object] = dict(finding._asdict())
    return {key: _printable(value) if isinstance(value, str) else value for key, value in values.items()}


def _printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def verdict_sarif(verdict: Verdict) -> dict[str, object]:
    """A SARIF log with one run."""
    rules = sorted({finding.name for finding in verdict.findings})
    driver = {
        "name": "openclaw-hooks",
        "semanticVersion": __version__,
        "rules": [{"id": rule} for rule in rules],
    }
    results = [_sarif_result(finding, rules.index(finding.name)) for finding in verdict.findings]
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}],
    }


def _sarif_result(finding: Finding, index: int) -> dict[str, object]:
    text = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    location: dict[str, object] = {"artifactLocation": {"uri": quote(os.fsencode(finding.path))}}
    if finding.line:
        location["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.name,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": _printable(text)},
        "locations": [{"physicalLocation": location}],
    }
