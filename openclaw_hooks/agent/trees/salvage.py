"""Worktrees that nobody goes on with: what is only there is kept under a ref, then they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent.trees.refs import attempt_refs, interrupted_refs, set_attempt_ref
from openclaw_hooks.agent.trees.snapshot import Taking, holds_work, take_snapshot
from openclaw_hooks.agent.trees.worktrees import remove_worktree
from openclaw_hooks.board.plumbing import call_store

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo

AUTHOR = "openclaw-hooks <agent@openclaw.invalid>"


def salvage_worktree(repo: Repo, owner: Owner) -> str:
    """Removes the worktree of a run; the name of the ref that keeps what was in it and nowhere else, empty where that is nothing.

    Raises OpenclawError where it cannot be taken or removed; it then stays.
    """
    name = _keep(repo, owner)
    remove_worktree(repo, owner.path)
    return name


def _keep(repo: Repo, owner: Owner) -> str:
    message = f"{owner.task}: attempt {owner.n}, given up\n\nRun: {owner.run}\n"
    snapshot = take_snapshot(repo, Taking(owner.path, owner.commit, message, AUTHOR))
    if not holds_work(repo, snapshot):
        return ""
    interrupted = interrupted_refs(repo, owner.task)
    known = [*attempt_refs(repo, owner.task).values(), *interrupted.values()]
    if any(_is_same(repo, commit, snapshot.commit) for commit in known):
        return ""
    names = (f"{owner.n}-interrupted-{count}" for count in range(1, len(interrupted) + 2))
    name = next(name for name in names if name not in interrupted)
    set_attempt_ref(repo, owner.task, name, snapshot.commit)
    return name


def _is_same(repo: Repo, one: str, other: str) -> bool:
    """Whether two snapshots have the same files and the same parents."""
    asked = [word for commit in (one, other) for word in (f"{commit}^{{tree}}", f"{commit}^@")]
    done = call_store(repo, ["rev-parse", *asked])
    lines = done.stdout.split()
    half = len(lines) // 2
    return done.code == 0 and len(lines) % 2 == 0 and lines[:half] == lines[half:]
