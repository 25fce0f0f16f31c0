"""The hook ids of `.pre-commit-hooks.yaml`, as pre-commit and prek call them.

They pass file names, and their stdin is empty. In a commit what is staged is checked, whatever the names; in
a run over all files, or between two refs, the names and refs say what to check.
"""

from __future__ import annotations

import os
import sys

from openclaw_hooks import git
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.checks.push import BRANCHES, RefUpdate
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.checks.sources import range_change
from openclaw_hooks.checks.table import FILES, PUSH, checks_for
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK
from openclaw_hooks.git_hooks.pre_commit import judge_staged
from openclaw_hooks.git_hooks.pre_push import judge_push, keep_receipts
from openclaw_hooks.git_hooks.telling import tell_verdict
from openclaw_hooks.verdict import fold_findings


def run_check(names: list[str]) -> int:
    """Every check that looks at files."""
    return _run(checks_for(FILES), names)


def run_secrets(names: list[str]) -> int:
    """The secrets check alone."""
    return _run(("secrets",), names)


def run_structured_files(names: list[str]) -> int:
    """The structured-files check alone."""
    return _run(("structured-files",), names)


def run_rules(names: list[str]) -> int:
    """The rules check alone."""
    return _run(("rules",), names)


def run_scope(names: list[str]) -> int:
    """The scope check alone."""
    return _run(("scope",), names)


def _run(check_ids: tuple[str, ...], names: list[str]) -> int:
    repo = git.open_repo()
    policy = load_policy(repo.top, repo.state_dir)
    old, new = os.environ.get("PRE_COMMIT_FROM_REF", ""), os.environ.get("PRE_COMMIT_TO_REF", "")
    if not (old and new):
        return judge_staged(repo, policy, check_ids, tuple(names))
    verdict = run_checks(range_change(repo, old, new), policy, check_ids)
    tell_verdict(verdict)
    return EXIT_FINDINGS if verdict.blocks else EXIT_OK


def run_push(names: list[str]) -> int:
    """The push that the framework describes in its variables.

    It shows only the first ref, and runs no hook at all for a deletion: the native pre-push hook that
    `openclaw init` installs sees everything.
    """
    env = os.environ
    new = env.get("PRE_COMMIT_TO_REF") or env.get("PRE_COMMIT_LOCAL_BRANCH", "")
    if not new:
        print("openclaw-hooks: nothing to check: the framework named no pushed ref", file=sys.stderr)
        return EXIT_OK
    repo = git.open_repo()
    policy = load_policy(repo.top, repo.state_dir)
    remote, branch = env.get("PRE_COMMIT_REMOTE_NAME", "origin"), env.get("PRE_COMMIT_REMOTE_BRANCH", "")
    old = _tracked(remote, branch) or env.get("PRE_COMMIT_FROM_REF", "")
    update = RefUpdate(
        local_ref=env.get("PRE_COMMIT_LOCAL_BRANCH", "HEAD"),
        local_oid=git.resolve_commit(new),
        remote_ref=branch,
        remote_oid=git.resolve_commit(old) if old else "0" * len(repo.empty_tree),
    )
    findings, receipts = judge_push(repo, policy, [update], remote)
    verdict = fold_findings(findings, (PUSH,))
    tell_verdict(verdict)
    keep_receipts(receipts)
    return EXIT_FINDINGS if verdict.blocks else EXIT_OK


def _tracked(remote: str, branch: str) -> str:
    """What the remote's branch was when it was last seen, empty when it never was.

    prek gives a common ancestor in place of it, which shows no force-push.
    """
    name = f"refs/remotes/{remote}/{branch.removeprefix(BRANCHES)}"
    return git.call_git(["rev-parse", "--verify", "--quiet", "--end-of-options", name]).stdout.decode().strip()
