"""What a rule's mechanical checks would have stopped in the history that a repository already has."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks import git
from openclaw_hooks.checks.change import Change, parse_diff
from openclaw_hooks.checks.policy import FileCheck, Policy, RuleVersion, line_check
from openclaw_hooks.checks.rules import check_rules
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.rules.model import Forbid, HarnessRule, RequireContent, Rule
from openclaw_hooks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from openclaw_hooks.checks.change import ChangedFile
    from openclaw_hooks.verdict import Finding

BATCH_COMMITS = 200
HEADER = "%H %cs %s"


class PastCommit(NamedTuple):
    """A commit of the history: its id, the day it was committed (YYYY-MM-DD) and its subject."""

    oid: str
    day: str
    subject: str


class Replayed(NamedTuple):
    """A commit and what the checks say to it, in the order of the files."""

    commit: PastCommit
    findings: tuple[Finding, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether the commit would not have been made."""
        return any(finding.is_error for finding in self.findings)


def select_checks(rule: Rule | HarnessRule, check_id: str = "") -> Policy:
    """A policy of nothing but the checks of `rule`, or one of them; raises OpenclawError when there are none."""
    known = [check.id for check in rule.checks]
    if not known:
        raise OpenclawError(f"rule `{rule.id}` has no mechanical checks", "there is nothing to run over the history")
    if check_id and check_id not in known:
        raise OpenclawError(f"rule `{rule.id}` has no check `{check_id}`", suggest(check_id, known))
    chosen = [check for check in rule.checks if check_id in ("", check.id)]
    return Policy(
        root="",
        settings=Settings(),
        rules=(RuleVersion(rule.id, rule.version),),
        line_checks=tuple(line_check(rule, check) for check in chosen if isinstance(check, Forbid)),
        file_checks=tuple(
            FileCheck(f"{rule.id}/{check.id}", rule.paths, check) for check in chosen if not isinstance(check, Forbid)
        ),
    )


def replay_history(policy: Policy, since: str = "", limit: int = 0) -> Iterator[Replayed]:
    """Every commit behind HEAD, the newest first, with what the rule checks of `policy` say to its change.

    Merges are left out: what they bring in is judged where it was written. One git process streams the patches, and
    at most `BATCH_COMMITS` of them are held at a time.
    """
    words = ["HEAD", *([f"--since={since}"] if since else []), *([f"--max-count={limit}"] if limit else [])]
    records = git.stream_patches(words, HEADER)
    while batch := [_parse_record(record) for record in islice(records, BATCH_COMMITS)]:
        read = _reader(policy, batch)
        for commit, files in batch:
            paths = cache(lambda oid=commit.oid: frozenset(git.list_tree(oid)))
            change = Change(tuple(files), read, paths)
            yield Replayed(commit, tuple(check_rules(change, policy)))


def _parse_record(record: bytes) -> tuple[PastCommit, list[ChangedFile]]:
    header, _, diff = record.partition(b"\n")
    oid, day, subject = header.decode("utf-8", "replace").split(" ", 2)
    return PastCommit(oid, day, subject), parse_diff(diff.removeprefix(b"\n"))


def _reader(
    policy: Policy, batch: list[tuple[PastCommit, list[ChangedFile]]]
) -> Callable[[Iterable[ChangedFile]], Mapping[str, bytes]]:
    """Reads the contents that checks ask for, those of the whole batch by one git process."""
    wanted = [
        compile_globs(owner.check.in_ or owner.paths)
        for owner in policy.file_checks
        if isinstance(owner.check, RequireContent)
    ]

    @cache
    def blobs() -> dict[str, bytes]:
        files = (file for _, files in batch for file in files if file.is_regular)
        return git.read_blobs(file.oid for file in files if any(globs.matches(file.path) for globs in wanted))

    return lambda files: {file.path: blobs()[file.oid] for file in files}
