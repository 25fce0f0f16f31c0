"""pre-commit and pre-merge-commit: the staged change against every check that looks at files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks import git
from openclaw_hooks.checks.policy import Policy, load_policy
from openclaw_hooks.checks.protected import CHECK as PROTECTED_CHECK
from openclaw_hooks.checks.protected import POLICY_FILES, PROTECTED_ROOTS, judge_uncommitted
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.checks.sources import disk_change, staged_change
from openclaw_hooks.checks.table import FILES, checks_for
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK
from openclaw_hooks.git_hooks.telling import tell_verdict
from openclaw_hooks.receipts import drop_pending, keep_pending, make_receipt
from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.verdict import fold_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.checks.change import Change, ChangedFile


def run(arguments: list[str]) -> int:
    """1 when anything staged is refused; a receipt is prepared when nothing is."""
    repo = git.open_repo()
    policy = load_policy(repo.top, repo.state_dir)
    return judge_staged(repo, policy, checks_for(FILES))


def judge_staged(repo: git.Repo, policy: Policy, check_ids: tuple[str, ...], named: tuple[str, ...] = ()) -> int:
    """The exit code of `check_ids` over what is staged, and over the files `named` that are not.

    The names are those that a hook framework passes: in a commit they are staged anyhow, but a run over all
    files names files that are not, and those are read whole.
    """
    change = staged_change(repo)
    staged = {file.path for file in change.files}
    unstaged = [name for name in named if name not in staged]
    if unstaged:
        change = join_changes(change, disk_change(repo.top, unstaged))
    verdict = run_checks(change, policy, check_ids)
    if policy.agent and PROTECTED_CHECK in check_ids:
        loosened = judge_uncommitted(sorted(_loosened(policy, staged, PROTECTED_CHECK in verdict.checks)), policy)
        verdict = fold_findings([*verdict.findings, *loosened], verdict.checks)
    tell_verdict(verdict)
    if verdict.blocks:
        drop_pending(repo)
        return EXIT_FINDINGS
    if set(checks_for(FILES)) - set(policy.settings.checks.disable) <= set(verdict.checks):
        parents = [*filter(None, (repo.head,)), *git.merge_heads(repo)]
        keep_pending(repo, make_receipt(git.index_tree(), parents, policy, verdict))
    return EXIT_OK


def _loosened(policy: Policy, staged: set[str], is_in_force: bool) -> set[str]:
    """What an agent changed of the policy that was in force while it was checked, but that is not committed yet.

    The config is looked at even where the check is off, since it may itself have turned the check off.
    """
    baseline = policy.settings.secrets.baseline
    unwatched = git.list_unwatched((*POLICY_FILES, baseline))
    uncommitted = (git.list_uncommitted((*PROTECTED_ROOTS, baseline)) - staged) | unwatched
    own = {CONFIG_PATH} & (staged | uncommitted)
    return uncommitted | own if is_in_force else own


def join_changes(staged: Change, disk: Change) -> Change:
    """What is staged and what lies on disk, as one change."""
    from_disk = {file.path for file in disk.files}

    def read(files: Iterable[ChangedFile]) -> dict[str, bytes]:
        wanted = list(files)
        return {
            **staged.read(file for file in wanted if file.path not in from_disk),
            **disk.read(file for file in wanted if file.path in from_disk),
        }

    return staged._replace(files=(*staged.files, *disk.files), read=read)
