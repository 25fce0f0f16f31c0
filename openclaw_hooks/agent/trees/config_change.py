"""Which changes of a repository's configuration are no sign of anything: what git writes when a person makes a branch."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import call_store

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.watch import Remembered, Watch
    from openclaw_hooks.git import Repo

_BRANCH: Final = re.compile(r"branch\.(.+)\.(?:remote|merge|rebase|description|vscode-merge-base)\n", re.DOTALL)


def is_harmless(repo: Repo, watch: Watch, path: str, found: Remembered) -> bool:
    """Whether the repository's configuration differs in settings of branches alone that are new since `watch`."""
    before = watch.files.get(path)
    if path != os.path.join(repo.common_dir, "config") or before is None:
        return False
    if not before.content or not found.content or found.mode != before.mode:
        return False
    old, new = _entries(repo, before.content), _entries(repo, found.content)
    if old is None or new is None:
        return False
    changed = [*(old - new), *(new - old)]
    names = [match[1] if (match := _BRANCH.match(entry)) else "" for entry in changed]
    return all(name and f"refs/heads/{name}" not in watch.refs for name in names)


def _entries(repo: Repo, content: bytes) -> Counter[str] | None:
    """The settings in a configuration, each as its key, a line end and its value; None where git cannot read it."""
    done = call_store(repo, ["config", "--file", "-", "--list", "-z"], stdin=content)
    if done.code != 0:
        return None
    return Counter(os.fsdecode(entry) for entry in done.stdout.split(b"\0") if entry)
