"""What is legal in a rule and still a mistake: globs that match nothing, bodies that instruct nobody, risky patterns."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import DocumentError, KeyPath, parse_frontmatter, read_text, suggest
from openclaw_hooks.globs import GlobIndex
from openclaw_hooks.regexes import find_nested_repeat
from openclaw_hooks.rules.detect import frameworks_of, known_frameworks
from openclaw_hooks.rules.load import locate_rule
from openclaw_hooks.rules.model import (
    Forbid,
    ForbidPath,
    HarnessRule,
    HarnessType,
    Origin,
    RequireCompanion,
    RequireContent,
    Rule,
    Tier,
)
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.documents import Document
    from openclaw_hooks.rules.model import RuleCheck

CHECK_ID: Final = "rule-lint"
CLAUDE_FOLDER: Final = ".claude/rules"
MAX_BODY_CHARS: Final = 2500  # two such rules already fill the prompt block


class _Problem(NamedTuple):
    keys: KeyPath
    message: str
    hint: str = ""
    rule: str = ""


def lint_rules(
    rules: Sequence[Rule], tracked: Sequence[str], root: str | None = None, harness: Sequence[HarnessRule] = ()
) -> list[Finding]:
    """What is doubtful in `rules`, `harness` and the copies in `.claude/rules` below `root`, by file and line.

    `tracked` are the files of the repo: a project rule whose globs match none of them does nothing.
    """
    findings: list[Finding] = []
    everything: list[Rule | HarnessRule] = [*rules, *harness]
    for rule in everything:
        document = _read_head(rule, root)
        for problem in _judge_rule(rule, tracked):
            name = f"{rule.id}/{problem.rule}" if problem.rule else rule.id
            line = document.line_of(problem.keys) if document else 0
            findings.append(_finding(rule.file, line, problem.message, problem.hint, name))
    return findings + (lint_claude_rules(root) if root is not None else [])


def lint_claude_rules(root: str) -> list[Finding]:
    """The files in `.claude/rules` whose frontmatter does not parse: Claude Code drops such a file without a word."""
    findings = []
    for parent, folders, names in os.walk(os.path.join(root, *CLAUDE_FOLDER.split("/"))):
        folders.sort()
        for path in (os.path.join(parent, name) for name in sorted(names) if name.endswith(".md")):
            shown = os.path.relpath(path, root).replace(os.sep, "/")
            try:
                with open(path, "rb") as stream:
                    text = read_text(shown, stream.read())
                if text.startswith("---"):  # without frontmatter it is loaded for all files, which is fine
                    parse_frontmatter(shown, text)
            except DocumentError as error:
                hint = "Claude Code drops this file silently; mend it or run `openclaw init` again"
                findings.append(_finding(shown, error.line, error.reason, hint, "", Severity.ERROR))
            except OSError as error:
                findings.append(_finding(shown, 0, f"cannot be read: {error.strerror}", "", "", Severity.ERROR))
    return findings


def _judge_rule(rule: Rule | HarnessRule, tracked: Sequence[str]) -> Iterator[_Problem]:
    yield from _judge_body(rule)
    yield from _judge_globs(("paths",), rule.paths, tracked if rule.origin is Origin.PROJECT else None)
    yield from _judge_detect(rule)
    for index, check in enumerate(rule.checks):
        for problem in _judge_check(check):
            yield problem._replace(keys=("checks", index, *problem.keys), rule=check.id)
    if isinstance(rule, HarnessRule):
        yield from _judge_harness(rule)


def _judge_body(rule: Rule | HarnessRule) -> Iterator[_Problem]:
    if not rule.body.startswith("# "):
        yield _Problem(
            (), "the body does not begin with a `# Title`", "the title stands for a rule that is not shown whole"
        )
    if not re.search(r"^[-*] ", rule.body, re.MULTILINE):
        yield _Problem(
            (), "the body has no bullets, so it instructs nobody", "write one `- ` line for each thing to do"
        )
    if len(rule.body) > MAX_BODY_CHARS:
        hint = f"at most {MAX_BODY_CHARS:,}, else it rarely fits into the prompt"
        yield _Problem((), f"the body has {len(rule.body):,} characters", hint)


def _judge_globs(keys: KeyPath, globs: Sequence[str], tracked: Sequence[str] | None) -> Iterator[_Problem]:
    if not globs or not tracked:
        return
    adding = [glob for glob in globs if not glob.startswith("!")]
    index = GlobIndex([[glob] for glob in adding])
    missing = set(range(len(adding)))
    for path in tracked:
        missing.difference_update(index.match(path))
        if not missing:
            break
    for number in sorted(missing):
        glob = adding[number]
        yield _Problem((*keys, globs.index(glob)), f"`{glob}` matches no file of this repo", "mend it, or leave it out")


def _judge_detect(rule: Rule | HarnessRule) -> Iterator[_Problem]:
    if rule.tier is Tier.FRAMEWORK and not rule.detect:
        hint = "name its framework, or make it a project rule"
        yield _Problem(("tier",), "a framework rule without `detect` is active everywhere", hint)
    if rule.tier is not Tier.FRAMEWORK and rule.detect:
        yield _Problem(("detect",), f"`detect` does nothing in a {rule.tier} rule", "use tier: framework")
    for index, signal in enumerate(rule.detect):
        looks_like_file = "." in signal.strip(".") or "/" in signal
        if not looks_like_file and not frameworks_of(signal):
            hint = suggest(signal, sorted(known_frameworks()))
            yield _Problem(("detect", index), f"`{signal}` is no framework that is detected", hint)


def _judge_check(check: RuleCheck) -> Iterator[_Problem]:
    if not check.hint:
        yield _Problem(("id",), f"check `{check.id}` has no hint", "say what to do instead")
    match check:
        case Forbid():
            flags = re.IGNORECASE if check.ignore_case else 0
            yield from _judge_pattern(("pattern",), check.pattern, flags)
            yield from _judge_pattern(("unless",), check.unless, flags)
            yield from _judge_globs(("in",), check.in_, None)
        case RequireContent():
            yield from _judge_pattern(("pattern",), check.pattern)
            yield from _judge_globs(("in",), check.in_, None)
        case RequireCompanion():
            yield from _judge_globs(("for",), check.for_, None)
        case ForbidPath():
            yield from _judge_globs(("paths",), check.paths, None)


def _judge_harness(rule: HarnessRule) -> Iterator[_Problem]:
    if rule.type is not HarnessType.INJECT and rule.enforcement is None:
        hint = "name an `enforcement`, or make it type: inject"
        yield _Problem(("type",), f"a rule of type {rule.type} without `enforcement` enforces nothing", hint)
    for key, patterns in (("patterns", rule.patterns), ("ignore", rule.ignore)):
        for index, pattern in enumerate(patterns):
            yield from _judge_pattern((key, index), pattern)


def _judge_pattern(keys: KeyPath, pattern: str, flags: int = 0) -> Iterator[_Problem]:
    if reason := find_nested_repeat(pattern, flags):
        yield _Problem(keys, f"pattern may time out: {reason}", "rewrite it without nested repetition such as `(a+)+`")


def _read_head(rule: Rule | HarnessRule, root: str | None) -> Document | None:
    try:
        with open(locate_rule(rule, root), "rb") as stream:
            return parse_frontmatter(rule.file, read_text(rule.file, stream.read())).head
    except (OSError, DocumentError):
        return None  # changed since it was loaded: then the findings have no lines


def _finding(
    path: str, line: int, message: str, hint: str, rule: str, severity: Severity = Severity.WARNING
) -> Finding:
    return Finding(CHECK_ID, severity, path, line, message, hint, rule)
