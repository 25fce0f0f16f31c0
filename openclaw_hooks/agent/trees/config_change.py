"""Which changes of settings and hooks are no sign of anything: what git writes when a person makes a branch, or switches to one."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.trees.calls import call_tree
from openclaw_hooks.board.plumbing import blob_id, call_store

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.watch import Remembered, Watch
    from openclaw_hooks.git import Repo

_BRANCH: Final = re.compile(r"branch\.(.+)\.(?:remote|merge|rebase|description|vscode-merge-base)\n", re.DOTALL)


def is_harmless(repo: Repo, watch: Watch, path: str, found: Remembered) -> bool:
    """Whether a changed file tells of nothing but what a person does: makes a branch, or checks out other hooks."""
    before = watch.files.get(path)
    if path != os.path.join(repo.common_dir, "config"):
        return _is_checked_out(repo, path, found)
    if before is None or not before.content or not found.content or found.mode != before.mode:
        return False
    old, new = _entries(repo, before.content), _entries(repo, found.content)
    if old is None or new is None:
        return False
    changed = [*(old - new), *(new - old)]
    names = [match[1] if (match := _BRANCH.match(entry)) else "" for entry in changed]
    return all(name and f"refs/heads/{name}" not in watch.refs for name in names)


def _is_checked_out(repo: Repo, path: str, found: Remembered) -> bool:
    """Whether a file of the user's checkout is as their index has it, so that it came with another commit."""
    inside = os.path.join(repo.top, "")
    if not repo.top or not path.startswith(inside) or path.startswith(os.path.join(repo.common_dir, "")):
        return False
    listed = call_tree(repo.top, ["ls-files", "-z", "--stage", "--", f":(top,literal){path.removeprefix(inside)}"])
    if not listed.stdout or found.content is None:
        return not listed.stdout and found.is_absent
    mode, oid, _ = listed.stdout.split(b"\t")[0].split()
    is_same_mode = (mode == b"100755") == bool(found.mode & 0o100)
    return is_same_mode and oid.decode() == blob_id(repo, found.content)


def _entries(repo: Repo, content: bytes) -> Counter[str] | None:
    """The settings in a configuration, each as its key, a line end and its value; None where git cannot read it."""
    done = call_store(repo, ["config", "--file", "-", "--list", "-z"], stdin=content)
    if done.code != 0:
        return None
    return Counter(os.fsdecode(entry) for entry in done.stdout.split(b"\0") if entry)
