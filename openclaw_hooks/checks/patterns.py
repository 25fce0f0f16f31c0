"""Finds forbidden patterns on added lines: the engine behind rules' and roles' pattern checks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from openclaw_hooks.globs import GlobIndex
from openclaw_hooks.regexes import PatternError, PatternTimeout, compile_pattern, guard_texts, search_lines, search_text
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openclaw_hooks.checks.change import ChangedFile
    from openclaw_hooks.checks.policy import LineCheck

# `openclaw: allow RULE -- reason` on the line itself; a reason is required, so that a reviewer has one.
_ALLOW = re.compile(r"openclaw:\s*allow\s(?P<names>[^\n]{1,500}?)\s--\s*\S")


def find_forbidden(files: Iterable[ChangedFile], checks: Sequence[LineCheck], check_id: str) -> list[Finding]:
    """A finding for every added line of `files` that one of `checks` forbids.

    A pattern that takes too long or cannot run here is itself an error that names its rule.
    """
    targets = _index(tuple(check.globs for check in checks))
    spared = _index(tuple(check.except_ for check in checks))
    compiled: dict[int, tuple[re.Pattern[str], re.Pattern[str] | None]] = {}
    findings: list[Finding] = []
    broken: set[int] = set()
    searched = list(files)
    with guard_texts(file.added.text for file in searched):
        for file in searched:
            if file.is_binary or not file.added.text:
                continue
            lowered = file.added.text.lower()
            for number in sorted(set(targets.match(file.path)) - set(spared.match(file.path)) - broken):
                check = checks[number]
                if check.literals and not any(literal in lowered for literal in check.literals):
                    continue
                try:
                    if number not in compiled:
                        compiled[number] = _compile(check)
                    findings += _search_file(file, check, compiled[number], check_id)
                except (PatternTimeout, PatternError) as error:
                    broken.add(number)
                    findings.append(_broken_pattern(check_id, file.path, check, error))
    return findings


def find_lacking(
    files: Sequence[ChangedFile], contents: Mapping[str, bytes], pattern: str, missing: Finding
) -> list[Finding]:
    """`missing`, with its path filled in, for each of `files` whose content `pattern` matches nowhere.

    A pattern that takes too long or cannot run here ends the search with an error that names its rule.
    """
    compiled = compile_pattern(pattern, re.MULTILINE)
    findings: list[Finding] = []
    with guard_texts(contents.values()):  # one budget for all files
        for file in files:
            try:
                found = search_text(compiled, contents[file.path].decode("utf-8", "replace"))
            except (PatternTimeout, PatternError) as error:
                message = f"rule {missing.rule}: {error.message}; the files from here on are not checked"
                broken = missing._replace(severity=Severity.ERROR, path=file.path, message=message, hint=error.hint)
                return [*findings, broken]
            if found is None:
                findings.append(missing._replace(path=file.path))
    return findings


@lru_cache(maxsize=4)  # a run over many commits asks for the same lists each time
def _index(lists: tuple[tuple[str, ...], ...]) -> GlobIndex:
    return GlobIndex(lists)


def _compile(check: LineCheck) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    pattern = compile_pattern(check.pattern, re.IGNORECASE if check.ignore_case else 0)
    return pattern, compile_pattern(check.unless) if check.unless else None


def _search_file(
    file: ChangedFile, check: LineCheck, patterns: tuple[re.Pattern[str], re.Pattern[str] | None], check_id: str
) -> Iterator[Finding]:
    pattern, unless = patterns
    for found in search_lines(pattern, file.added.text):
        if (unless is not None and search_text(unless, found.line)) or _is_allowed(found.line, check.rule):
            continue
        line = file.added.line_number(found.number - 1)
        yield Finding(check_id, check.severity, file.path, line, check.message, check.hint, check.rule)


def _is_allowed(line: str, rule: str) -> bool:
    if "openclaw:" not in line or (match := _ALLOW.search(line)) is None:
        return False
    names = re.split(r"[,\s]+", match["names"])
    return rule in names or rule.partition("/")[0] in names


def _broken_pattern(check_id: str, path: str, check: LineCheck, error: PatternTimeout | PatternError) -> Finding:
    message = f"rule {check.rule}: {error.message}; this file is not fully checked"
    return Finding(check_id, Severity.ERROR, path, 0, message, error.hint, check.rule)
