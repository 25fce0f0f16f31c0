"""Pushed commits that were never meant to pass all checks: searched for secrets, hundreds by one process of git.

History from before the guard is of this kind, and the board, where every change of a task is a commit of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks import git
from openclaw_hooks.checks.change import Change, ChangedFile, parse_diff
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.git_hooks.pushed_objects import SECRETS_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.receipts import CommitFacts
    from openclaw_hooks.verdict import Verdict

BATCH = 500


def judge_history(policy: Policy, commits: Sequence[CommitFacts]) -> dict[str, Verdict]:
    """The verdict of the secrets check over each of `commits` that is no merge, by its id."""
    plain = {commit.oid: commit for commit in commits if len(commit.parents) < 2}
    oids = list(plain)
    verdicts: dict[str, Verdict] = {}
    for start in range(0, len(oids), BATCH):
        for record in git.stream_patches(["--no-walk=unsorted", *oids[start : start + BATCH]], "%H"):
            header, _, diff = record.partition(b"\n")
            commit = plain[header.decode()]
            change = Change(tuple(parse_diff(diff.removeprefix(b"\n"))), _read, frozenset, commit.message)
            verdicts[commit.oid] = run_checks(change, policy, SECRETS_ONLY)
    return verdicts


def _read(files: Iterable[ChangedFile]) -> dict[str, bytes]:
    wanted = {file.path: file.oid for file in files if file.is_regular}
    blobs = git.read_blobs(wanted.values())
    return {path: blobs[oid] for path, oid in wanted.items()}
