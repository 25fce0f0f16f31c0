"""post-commit: attaches the receipt that pre-commit and commit-msg prepared."""

from __future__ import annotations

from openclaw_hooks import git
from openclaw_hooks.errors import EXIT_OK
from openclaw_hooks.receipts import drop_pending, find_receipt, read_commits, take_pending, write_receipts


def run(arguments: list[str]) -> int:
    """Always 0: the commit is made; one without a receipt is checked again when it is pushed."""
    repo = git.open_repo()
    pending = take_pending(repo)
    if pending is None:
        return EXIT_OK
    drop_pending(repo)
    [commit] = read_commits([repo.head])
    fits = commit._replace(notes=_encode(pending))
    if find_receipt(fits):
        write_receipts({commit.oid: pending})
    return EXIT_OK


def _encode(receipt: object) -> str:
    import msgspec

    return msgspec.json.encode(receipt).decode()
