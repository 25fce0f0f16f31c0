"""Whether a change can be looked through at all: all of it is held in memory, several times over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import ask_store, diff_blobs
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

CHECK: Final = "snapshot"
MAX_BYTES: Final = 64_000_000  # takes 7 s and 600 MB
HINT: Final = "have git ignore what programs make; what has to be that large is brought in by a person"


def find_huge(repo: Repo, old: str, new: str) -> list[Finding]:
    """An error when the files that differ between two commits are together too large; asked before their diff is read.

    `old` may be empty. A commit that is not there is for the checks to find.
    """
    changed = diff_blobs(repo, old or repo.empty_tree, new) or {}
    blobs = dict.fromkeys(change.new for change in changed.values() if change.new)
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    sizes = ask_store(repo, ["cat-file", "--batch-check=%(objectsize)"], stdin=asked) if blobs else b""
    total = sum(int(size) for size in sizes.split() if size.isdigit())
    if total <= MAX_BYTES:
        return []
    message = (
        f"its changed files have {total / 1e6:,.0f} MB, more than the {MAX_BYTES / 1e6:,.0f} that are looked through"
    )
    return [Finding(CHECK, Severity.ERROR, "", 0, message, HINT)]
