"""pre-push: every ref of the push, and every pushed commit that was not checked when it was made.

cherry-pick, rebase and revert run no pre-commit hook, and `--no-verify` skips it: this is where they are seen.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks import git
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.checks.push import check_push, parse_updates
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.checks.run import run_checks, weigh_finding
from openclaw_hooks.checks.sources import commit_change
from openclaw_hooks.checks.table import FILES, MESSAGE, PUSH, checks_for
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK, OpenclawError
from openclaw_hooks.git_hooks.claims import judge_named
from openclaw_hooks.git_hooks.pushed_history import judge_history
from openclaw_hooks.git_hooks.pushed_objects import SECRETS_ONLY, judge_objects
from openclaw_hooks.git_hooks.telling import tell_verdict
from openclaw_hooks.receipts import (
    NOTES_REF,
    hash_message,
    lacking_receipts,
    make_receipt,
    send_receipts,
    write_receipts,
)
from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.verdict import Finding, Verdict, fold_findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.checks.push import RefUpdate
    from openclaw_hooks.receipts import CommitFacts, Receipt

FRAMEWORK_CONFIGS = (".pre-commit-config.yaml", ".pre-commit-config.yml")


def run(arguments: list[str]) -> int:
    """1 when the push is refused; `arguments` are the remote's name and URL, the updates come on stdin."""
    remote = arguments[0] if arguments else "origin"
    updates = parse_updates(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
    if not updates:  # everything is up to date
        return EXIT_OK
    repo = git.open_repo()
    policy = load_policy(repo.top or repo.git_dir, repo.state_dir)
    findings, receipts = judge_push(repo, policy, updates, remote)
    verdict = fold_findings(findings, (PUSH,))
    tell_verdict(verdict)
    keep_receipts(receipts)
    if verdict.blocks:
        return EXIT_FINDINGS
    if _is_dry_run():
        return EXIT_OK
    if policy.settings.push.send_receipts and all(update.remote_ref != NOTES_REF for update in updates):
        _send(remote)
    return EXIT_OK


def _is_dry_run() -> bool:
    """Whether the push that runs this hook only pretends; git tells no hook, but Linux shows its words."""
    try:
        with open(f"/proc/{os.getppid()}/cmdline", "rb") as stream:
            words = stream.read().split(b"\0")
    except OSError:
        return False
    return b"push" in words and (b"--dry-run" in words or b"-n" in words)


def judge_push(
    repo: git.Repo, policy: Policy, updates: list[RefUpdate], remote: str
) -> tuple[list[Finding], dict[str, Receipt]]:
    """What is wrong with a push, and the receipts of the commits that were checked now and passed."""
    findings: list[Finding] = []
    if PUSH not in policy.settings.checks.disable:
        findings += [weigh_finding(finding, policy) for finding in check_push(updates, policy.settings.push)]
    oids = new_commits(updates, remote)
    findings += judge_named(repo, policy, oids)
    if not policy.settings.push.check_commits:
        return findings, {}
    findings += judge_objects(repo, policy, updates)
    unchecked = lacking_receipts(oids)
    guarded = guarded_commits([commit.oid for commit in unchecked])
    older = judge_history(policy, [commit for commit in unchecked if commit.oid not in guarded])
    receipts: dict[str, Receipt] = {}
    for commit in unchecked:
        verdict = older.get(commit.oid) or judge_commit(repo, policy, commit, commit.oid in guarded)
        findings += [name_commit(finding, commit) for finding in verdict.findings]
        if not verdict.blocks and commit.oid in guarded:
            receipt = make_receipt(commit.tree, commit.parents, policy, verdict)
            receipts[commit.oid] = msgspec.structs.replace(receipt, message=hash_message(commit.message))
    return findings, receipts


def new_commits(updates: list[RefUpdate], remote: str) -> list[str]:
    """The commits that the remote does not have yet, as far as is known here, oldest first."""
    tips = [update.local_oid for update in updates if not update.is_deletion and update.remote_ref != NOTES_REF]
    if not tips:
        return []
    types = git.object_types([update.remote_oid for update in updates if not update.is_creation])
    known = [oid for oid, kind in types.items() if kind != "missing"]
    return git.list_commits([*tips, "--not", *known, f"--remotes={git.escape_glob(remote)}"])


def guarded_commits(oids: list[str]) -> set[str]:
    """Those commits at which the repository, or their parent, already asked for these checks.

    What is older was never meant to pass them; only secrets are looked for there. The parent counts, so that a
    commit cannot take itself out by deleting the policy.
    """
    trees = [tree for oid in oids for tree in (oid, f"{oid}^")]
    asking = set(git.find_entries(trees, CONFIG_PATH))
    for name in FRAMEWORK_CONFIGS:
        entries = git.find_entries(trees, name)
        contents = git.read_blobs(entries.values())
        asking |= {tree for tree, blob in entries.items() if b"openclaw" in contents[blob]}
    return {tree.removesuffix("^") for tree in asking}


def judge_commit(repo: git.Repo, policy: Policy, commit: CommitFacts, is_guarded: bool) -> Verdict:
    """The verdict of all checks over one commit, or of the secrets check over a merge that was never meant to pass them."""
    change = commit_change(repo, commit.oid)
    return run_checks(change, policy, checks_for(FILES, MESSAGE) if is_guarded else SECRETS_ONLY)


def name_commit(finding: Finding, commit: CommitFacts) -> Finding:
    """`finding` with the commit in front of its message."""
    return finding._replace(message=f"in commit {commit.oid[:10]}: {finding.message}")


def keep_receipts(receipts: Mapping[str, Receipt]) -> None:
    """Attach the receipts; only a notice where that fails, since the next push checks the same commits again."""
    try:
        write_receipts(receipts)
    except OpenclawError as error:
        print(f"openclaw-hooks: {one_line(error.message)}", file=sys.stderr)


def _send(remote: str) -> None:
    try:
        send_receipts(remote)
    except OpenclawError as error:  # only a notice: the push itself goes on
        reason = one_line(error.message.partition("\n")[0])
        print(f"openclaw-hooks: the receipts were not sent: {reason}", file=sys.stderr)
