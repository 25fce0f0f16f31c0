"""Judges a file edit before it is made: what it may touch, and the lines that it would add."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, block, tell
from openclaw_hooks.agent_hooks.edits import FileEdit, added_hunks, new_content, parse_patch, read_edits, read_old
from openclaw_hooks.agent_hooks.payload import PayloadError
from openclaw_hooks.agent_hooks.targets import Target, find_targets, protects
from openclaw_hooks.imports import import_msgspec

import_msgspec()

from msgspec.structs import replace  # noqa: E402 - after the import that makes this one cheap

from openclaw_hooks.checks.change import Change, ChangedFile, added_lines  # noqa: E402
from openclaw_hooks.checks.policy import Policy, load_policy  # noqa: E402
from openclaw_hooks.checks.report import format_finding  # noqa: E402
from openclaw_hooks.checks.run import run_checks, weigh_finding  # noqa: E402
from openclaw_hooks.rules.model import ForbidPath  # noqa: E402
from openclaw_hooks.settings import Settings  # noqa: E402
from openclaw_hooks.verdict import Finding, Severity, fold_findings  # noqa: E402

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout

CHECKS = ("secrets", "rules", "scope")
OUTSIDE = ("secrets",)  # what holds for a file in no repository
PROTECTED_HINT = "a person makes this change from their own editor; say what you need and why"
SCOPE_HINT = "stay in it, or have a person widen it"


def judge_edits(payload: Payload) -> Answer:
    """A block with every error; what is only worth a warning goes along to the model and the edit goes on."""
    return _judge_all(read_edits(payload), payload)


def judge_patch(payload: Payload, command: str) -> Answer:
    """The same for a command line that feeds a patch to `apply_patch`; one that only speaks of patches is let through."""
    try:
        edits = parse_patch(command)
    except PayloadError:
        return allow()
    return _judge_all(edits, payload)


def _judge_all(edits: list[FileEdit], payload: Payload) -> Answer:
    findings: list[Finding] = []
    for edit in edits:
        findings += _judge_edit(edit, payload)
    verdict = fold_findings(findings, CHECKS)
    if not verdict.blocks:
        return _warn(payload, verdict.warnings)
    errors = verdict.errors
    head = f"openclaw: blocked {payload.tool}: nothing was written"
    reason = "\n".join([head, *(format_finding(finding) for finding in errors)])
    return block(reason).because([finding.name for finding in errors], errors[0].path)


def _warn(payload: Payload, warnings: tuple[Finding, ...]) -> Answer:
    if not warnings or payload.host != "claude":  # the one host known to take context with an edit
        return allow()
    lines = "\n".join(format_finding(finding) for finding in warnings)
    return tell(payload, f"openclaw: worth a look in what you are writing:\n{lines}").because(
        finding.name for finding in warnings
    )


def _judge_edit(edit: FileEdit, payload: Payload) -> list[Finding]:
    targets = find_targets(edit.path, payload.cwd)
    git_dirs = {target.checkout.common_dir for target in targets if target.checkout}
    policies: dict[str, Policy] = {}
    findings: list[Finding] = []
    for target in targets:
        top = target.checkout.top if target.checkout else ""
        if top not in policies:
            policies[top] = _policy_for(target.checkout, payload.host)
        findings += _judge_target(edit, target, policies[top], git_dirs)
    return findings


def _judge_target(edit: FileEdit, target: Target, policy: Policy, git_dirs: set[str]) -> list[Finding]:
    shown = target.relative or target.path
    if "protected" not in policy.settings.checks.disable and (reason := protects(target, git_dirs)):
        found = Finding("protected", Severity.ERROR, shown, 0, reason, PROTECTED_HINT)
        return [weigh_finding(found, policy)]
    change = _describe_change(edit, target, shown)
    verdict = run_checks(change, _narrow_policy(policy, change), CHECKS if target.checkout else OUTSIDE)
    findings = [_reword(finding) for finding in verdict.findings]
    about_commits = [finding for finding in findings if finding.check != "scope"]
    if target.checkout and about_commits and _is_ignored(target):
        return [finding for finding in findings if finding.check == "scope"]
    return findings


def _reword(finding: Finding) -> Finding:
    """The hints of the scope check are about staged files."""
    if finding.check == "scope" and finding.hint.startswith("allowed: "):
        return finding._replace(hint=f"{finding.hint.partition(';')[0]}; {SCOPE_HINT}")
    return finding


def _policy_for(checkout: Checkout | None, host: str) -> Policy:
    """The policy without what is asked of finished work: companions and outputs may come with a later edit."""
    if checkout is None:
        return Policy(root="/", settings=Settings(), agent=host)
    policy = load_policy(checkout.top, checkout.state_dir)
    role = replace(policy.role, required_outputs=()) if policy.role else None
    file_checks = tuple(check for check in policy.file_checks if isinstance(check.check, ForbidPath))
    return replace(policy, role=role, file_checks=file_checks, agent=policy.agent or host)


def _narrow_policy(policy: Policy, change: Change) -> Policy:
    """The policy without the patterns that cannot match for want of their literals: compiling their globs takes 10 ms."""
    lowered = change.files[0].added.text.lower()
    possible = tuple(
        check
        for check in policy.line_checks
        if not check.literals or any(literal in lowered for literal in check.literals)
    )
    return replace(policy, line_checks=possible)


def _describe_change(edit: FileEdit, target: Target, shown: str) -> Change:
    old = read_old(target.path)
    status = "D" if edit.is_deletion else "A" if old is None else "M"
    new, loose = new_content(edit, old or "")
    hunks = [] if edit.is_deletion else added_hunks(old or "", new)
    hunks += [(1, piece.encode("utf-8", "surrogatepass").split(b"\n")) for piece in loose]
    added, is_binary = added_lines(hunks)
    file = ChangedFile(shown, status, "100644", "", added, is_binary=is_binary)
    content = new.encode("utf-8", "surrogatepass")
    return Change((file,), lambda files: {file.path: content for file in files}, frozenset)


def _is_ignored(target: Target) -> bool:
    """Whether git will never commit the file: that is where secrets of this machine belong, such as a local `.env`."""
    from openclaw_hooks import git

    assert target.checkout is not None  # asked by the caller
    words = ["check-ignore", "--quiet", "--", os.path.join(target.checkout.top, target.relative)]
    return git.call_git(words, cwd=target.checkout.top, env=git.foreign_env()).code == 0
