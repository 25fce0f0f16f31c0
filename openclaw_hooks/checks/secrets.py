"""Secrets in added lines, in file names and in the commit message; what is found is never printed whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.checks.change import added_lines
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.secrets.redact import mask, redact
from openclaw_hooks.secrets.scan import scan_name, scan_text
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.change import Change, ChangedFile
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.globs import GlobList
    from openclaw_hooks.secrets.baseline import Baseline
    from openclaw_hooks.secrets.model import SecretMatch

CHECK = "secrets"
MESSAGE_PATH = "(commit message)"
SECRET_FILE = "secret-file"  # noqa: S105  # a name such as id_rsa: telling, and no secret itself
HINT = (
    "take it out, revoke it if it ever left this machine, read it from the environment; "
    "a harmless value: end the line with `pragma: allowlist secret`"
)


def check_secrets(change: Change, policy: Policy) -> list[Finding]:
    """An error for every secret that the change adds, at its file and line."""
    excluded = compile_globs(policy.settings.secrets.exclude)
    baseline = _load_baseline(policy)
    findings = []
    for file in _with_moved_content(change, excluded):
        named = scan_name(file.path) if file.status != "M" else []
        found = [(match, 0) for match in named]
        if file.added.text:
            found += [(match, file.added.line_number(match.line - 1)) for match in _scan_file(file)]
        shown = redact(file.path, [match.secret for match in named if match.rule != SECRET_FILE])
        findings += [
            _finding(shown, line, match)
            for match, line in found
            if baseline is None or not baseline.contains(file.path, match.secret)
        ]
    if change.message:
        findings += [_finding(MESSAGE_PATH, match.line, match) for match in scan_text(change.message, MESSAGE_PATH)]
    return findings


def _with_moved_content(change: Change, excluded: GlobList) -> Iterator[ChangedFile]:
    """The files to scan; one that was moved out of what is excluded has never been scanned and counts as new."""
    for file in change.present:
        if excluded.matches(file.path):
            continue
        if file.old_path and file.is_regular and excluded.matches(file.old_path):
            lines = change.read([file])[file.path].removesuffix(b"\n").split(b"\n")
            added, is_binary = added_lines([(1, lines)])
            yield file._replace(added=added, is_binary=is_binary)
        else:
            yield file


def _scan_file(file: ChangedFile) -> list[SecretMatch]:
    found = scan_text(file.added.text, file.path)
    # In binary content everything looks random: only formats with a shape of their own count.
    return [match for match in found if not match.rule.startswith("generic")] if file.is_binary else found


def _load_baseline(policy: Policy) -> Baseline | None:
    path = os.path.join(policy.root, policy.settings.secrets.baseline)
    if not os.path.isfile(path):
        return None
    from openclaw_hooks.secrets.baseline import load_baseline

    with open(path, "rb") as stream:
        return load_baseline(stream.read(), policy.settings.secrets.baseline)


def _finding(path: str, line: int, match: SecretMatch) -> Finding:
    message = match.description if match.rule == SECRET_FILE else f"{match.description}: {mask(match.secret)}"
    return Finding(CHECK, Severity.ERROR, path, line, message, HINT, match.rule)


def check_secrets_deeply(change: Change, policy: Policy) -> list[Finding]:
    """A warning for what only the slower pass finds; it never asks a server whether a secret is alive."""
    from openclaw_hooks.secrets.deep import deep_scan

    excluded = compile_globs(policy.settings.secrets.exclude)
    return [
        _finding(file.path, file.added.line_number(match.line - 1), match)._replace(severity=Severity.WARNING)
        for file in change.present
        if file.added.text and not file.is_binary and not excluded.matches(file.path)
        for match in deep_scan(file.added.text, file.path)
    ]
