"""The mechanical checks that the active rules carry: patterns, names, companions, contents."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from openclaw_hooks.checks.patterns import find_forbidden, find_lacking
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.rules.model import ForbidPath, RequireCompanion, RequireContent, When
from openclaw_hooks.verdict import Finding

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import FileCheck, Policy

CHECK = "rules"
_GLOB_SIGNS = re.compile(r"([\\*?\[\]{}!])")


def check_rules(change: Change, policy: Policy) -> list[Finding]:
    """A finding for each line, file name, missing companion or missing content that an active rule objects to."""
    findings = find_forbidden(change.present, policy.line_checks, CHECK)
    for file_check in policy.file_checks:
        match file_check.check:
            case ForbidPath():
                findings += _forbid_paths(change, file_check, file_check.check)
            case RequireCompanion():
                findings += _require_companions(change, file_check, file_check.check)
            case RequireContent():
                findings += _require_content(change, file_check, file_check.check)
    return findings


def _forbid_paths(change: Change, owner: FileCheck, check: ForbidPath) -> list[Finding]:
    forbidden, spared = compile_globs(check.paths), compile_globs(check.except_)
    return [
        _finding(file.path, owner)
        for file in change.present
        if (file.status != "M" or check.when is When.CHANGED)
        and forbidden.matches(file.path)
        and not spared.matches(file.path)
    ]


def _require_companions(change: Change, owner: FileCheck, check: RequireCompanion) -> list[Finding]:
    concerned, spared = compile_globs(check.for_), compile_globs(check.except_)
    return [
        _finding(file.path, owner)
        for file in change.present
        if file.is_regular
        and concerned.matches(file.path)
        and not spared.matches(file.path)
        and not has_companion(file.path, check.needs, change.paths())
    ]


def has_companion(path: str, needs: tuple[str, ...], paths: frozenset[str]) -> bool:
    """Whether any of `paths` matches one of the globs `needs`, with `{stem}` and `{dir}` of `path` put in."""
    folder, _, name = path.rpartition("/")
    stem = os.path.splitext(name)[0]
    filled = [
        need.replace("{stem}", _escape(stem)).replace("{dir}/", f"{_escape(folder)}/" if folder else "/")
        for need in needs
    ]
    companions = compile_globs(filled)
    # a search for a word takes a twentieth of a match: it matters with 1,000 files among 20,000
    words = {stem if "{stem}" in need else "" for need in needs}
    candidates = {other for word in words for other in paths if word in other} - {path}
    return any(companions.matches(other) for other in candidates)


def _escape(name: str) -> str:
    return _GLOB_SIGNS.sub(r"\\\1", name)


def _require_content(change: Change, owner: FileCheck, check: RequireContent) -> list[Finding]:
    wanted, spared = compile_globs(check.in_ or owner.paths), compile_globs(check.except_)
    files = [
        file
        for file in change.present
        if file.is_regular and not file.is_binary and wanted.matches(file.path) and not spared.matches(file.path)
    ]
    if not files:
        return []
    return find_lacking(files, change.read(files), check.pattern, _finding("", owner))


def _finding(path: str, owner: FileCheck) -> Finding:
    check = owner.check
    return Finding(CHECK, check.severity, path, 0, check.message, check.hint, owner.rule)
