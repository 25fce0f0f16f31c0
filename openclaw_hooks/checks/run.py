"""Runs checks over a change and folds what they find into a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.table import CHECKS
from openclaw_hooks.verdict import Finding, Severity, Verdict, fold_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy


def run_checks(change: Change, policy: Policy, check_ids: Iterable[str]) -> Verdict:
    """The verdict of `check_ids` over `change`.

    A crash inside a check is not caught here: the caller's boundary blocks on it.
    """
    wanted = [check_id for check_id in check_ids if check_id not in policy.settings.checks.disable]
    findings: list[Finding] = []
    for check_id in wanted:
        findings += CHECKS[check_id].load()(change, policy)
    weighed = [weigh_finding(finding, policy) for finding in findings]
    return fold_findings(weighed, tuple(wanted))


def weigh_finding(finding: Finding, policy: Policy) -> Finding:
    """`finding` with the weight that the settings give to its check or rule."""
    rule = finding.rule
    softened = {rule, rule.partition("/")[0]} & set(policy.settings.rules.warn) if rule else set()
    if finding.is_error and (softened or finding.check in policy.settings.checks.warn):
        return finding._replace(severity=Severity.WARNING)
    return finding
