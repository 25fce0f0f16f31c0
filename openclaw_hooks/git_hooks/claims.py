"""The claims that a commit or a push is made under: still held, kept alive, and named in the message."""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.board.leases.held import held_lease, lost_lease, remembers_claims, save_held, stamp
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.checks.run import weigh_finding
from openclaw_hooks.checks.table import CLAIM
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openclaw_hooks.board.leases.held import Held
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.git import Repo
    from openclaw_hooks.receipts import CommitFacts

NAMED = re.compile(r"^Task:[ \t]*(T-[0-9a-z]{6})[ \t]*$", re.MULTILINE | re.IGNORECASE)
RENEW_TIMEOUT_S = 5.0  # somebody waits for the commit
PUSH_TIMEOUT_S = 10.0
RETRY_S = 600.0  # without the remote, not every commit is to wait


def named_tasks(message: str) -> list[str]:
    """The tasks that lines `Task: T-...` of a commit message name, each once."""
    return list(dict.fromkeys(f"T-{name[2:].lower()}" for name in NAMED.findall(message)))


def judge_held(repo: Repo, policy: Policy, claims: Iterable[Held]) -> list[Finding]:
    """An error for each claim of this working tree that somebody else has by now; claims past half their time are renewed."""
    if CLAIM in policy.settings.checks.disable:
        return []
    from openclaw_hooks.board.leases.claims import find_loss

    findings = []
    for held in claims:
        if reason := find_loss(repo, held) or _keep_alive(repo, held):
            hint = f"{reason.hint}; to work on something else here, first `openclaw task release {held.task}`"
            found = Finding(CLAIM, Severity.ERROR, held.task, 0, reason.message, hint)
            findings.append(weigh_finding(found, policy))
    return findings


def _keep_alive(repo: Repo, held: Held) -> OpenclawError | None:
    """Renews a lease in the second half of its time; the error when that shows that it is lost, else at most a notice."""
    now = time.time()
    if stamp(now + held.minutes * 30) < held.expires or stamp(now - RETRY_S) < held.tried:
        return None
    from openclaw_hooks.board.leases.claims import LostError, Terms, renew
    from openclaw_hooks.board.membership import read_membership

    terms = Terms(held.minutes or Terms().minutes, held.remote, timeout_s=RENEW_TIMEOUT_S)
    try:
        joined = read_membership(repo.state_dir)
        if joined and joined.role != "lead":
            return None  # the sidecar renews it with the lead of the mesh; what is written here counts for nobody
        renew(repo, held.task, held.owner, terms)
    except LostError as error:
        return error
    except (OpenclawError, OSError) as error:
        print(f"openclaw-hooks: the claim of {held.task} was not renewed: {one_line(str(error))}", file=sys.stderr)
        with suppress(OSError):
            save_held(repo.state_dir, msgspec.structs.replace(held, tried=stamp(now)))
    return None


def judge_named(repo: Repo, policy: Policy, oids: Sequence[str]) -> list[Finding]:
    """An error for each of the commits `oids` that names a task whose claim this clone held and lost."""
    if CLAIM in policy.settings.checks.disable or not oids or not remembers_claims(repo.state_dir):
        return []
    from openclaw_hooks.receipts import read_commits

    losses: dict[str, OpenclawError | None] = {}
    findings = []
    for commit, task in _pairs(read_commits(oids)):
        if task not in losses:
            losses[task] = _find_loss(repo, task)
        if reason := losses[task]:
            hint = f"give the commits to whoever has the task, or claim it again: `openclaw task claim {task}`"
            message = f"in commit {commit.oid[:10]}: {reason.message}"
            findings.append(weigh_finding(Finding(CLAIM, Severity.ERROR, task, 0, message, hint), policy))
    return findings


def _pairs(commits: Iterable[CommitFacts]) -> Iterator[tuple[CommitFacts, str]]:
    return ((commit, task) for commit in commits for task in named_tasks(commit.message))


def _find_loss(repo: Repo, task: str) -> OpenclawError | None:
    """Why this clone may not send work on `task`; None where it holds it, finished it, or never had it."""
    held = held_lease(repo.state_dir, task)
    lost = held or lost_lease(repo.state_dir, task)
    if lost is None:
        return None
    from openclaw_hooks.board.leases.claims import find_loss
    from openclaw_hooks.board.leases.refs import UnreachableError, fetch_ref

    if lost.remote:
        try:
            fetch_ref(repo, lost.remote, task, PUSH_TIMEOUT_S)
        except UnreachableError as error:  # what is known here must do
            print(f"openclaw-hooks: {one_line(error.message)}", file=sys.stderr)
    return find_loss(repo, lost)
