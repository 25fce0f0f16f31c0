"""post-commit: attaches the receipt that pre-commit and commit-msg prepared."""

from __future__ import annotations

import msgspec

from openclaw_hooks import git
from openclaw_hooks.errors import EXIT_OK
from openclaw_hooks.receipts import (
    CommitFacts,
    Receipt,
    drop_pending,
    find_receipt,
    fits,
    read_commits,
    take_pending,
    write_receipts,
)


def run(arguments: list[str]) -> int:
    """Always 0: the commit is made; one without a receipt is checked again when it is pushed."""
    repo = git.open_repo()
    pending = take_pending(repo)
    if pending is None:
        return EXIT_OK
    drop_pending(repo)
    [commit] = read_commits([repo.head])
    receipt = _carry_over(pending, commit)
    if fits(receipt, commit):
        write_receipts({commit.oid: receipt})
    return EXIT_OK


def _carry_over(pending: Receipt, commit: CommitFacts) -> Receipt:
    """`pending` for the parents of `commit`, when that replaces a commit on the same parents that was checked.

    `git commit --amend` shows its hooks only what is new since the commit that it replaces. Where that one was
    never checked, the new one counts as unchecked too.
    """
    if pending.parents == commit.parents or len(pending.parents) != 1:
        return pending
    [replaced] = read_commits(pending.parents)
    if replaced.parents != commit.parents or find_receipt(replaced) is None:
        return pending
    return msgspec.structs.replace(pending, parents=commit.parents)
