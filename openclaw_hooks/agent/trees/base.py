"""What a run begins at: the branch that is checked out, or kept work of the tasks before it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.trees.refs import task_branch
from openclaw_hooks.board.place import BRANCH
from openclaw_hooks.board.plumbing import call_store, read_ref
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import TaskHead


class Base(NamedTuple):
    """The commit that attempts begin at, and the branch that work is merged into; no branch where HEAD is detached."""

    commit: str
    target: str


def choose_base(repo: Repo, task: TaskHead, tasks: Mapping[str, TaskHead] | Iterable[TaskHead]) -> Base:
    """Where work on `task` begins: the branch that is checked out, as committed, or the branch of a task that it depends on.

    Raises OpenclawError where nothing is committed, or where kept work that it depends on has to be merged first.
    """
    target = _current_branch(repo)
    commit = _resolve(repo, f"refs/heads/{target}" if target else "HEAD")
    if not commit:
        raise OpenclawError("nothing is committed here that an agent could begin at", "commit something first")
    if target == BRANCH:
        raise OpenclawError("an agent does not work on the board's branch", "stand in a checkout of the code")
    kept = _unmerged(repo, task, tasks, commit)
    if not kept:
        return Base(commit, target)
    tips = set(kept.values())
    for tip in tips:
        if all(_contains(repo, tip, other) for other in (commit, *tips)):
            return Base(tip, target)
    names = ", ".join(sorted(kept))
    raise OpenclawError(
        f"{task.id} builds on work that is not merged: {names}",
        f"merge it into {target or 'HEAD'} first: git merge {names.split(', ')[0]}",
    )


def _current_branch(repo: Repo) -> str:
    done = call_store(repo._replace(common_dir=repo.git_dir), ["symbolic-ref", "--quiet", "HEAD"])
    return os.fsdecode(done.stdout.strip()).removeprefix("refs/heads/")


def _resolve(repo: Repo, name: str) -> str:
    done = call_store(
        repo._replace(common_dir=repo.git_dir), ["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    )
    return done.stdout.decode().strip() if done.code == 0 else ""


def _unmerged(
    repo: Repo, task: TaskHead, tasks: Mapping[str, TaskHead] | Iterable[TaskHead], commit: str
) -> dict[str, str]:
    """The branches of completed tasks that `task` depends on, as far as `commit` does not contain them."""
    known = tasks if hasattr(tasks, "get") else {each.id: each for each in tasks}
    found = {}
    for name in task.depends_on:
        other = known.get(name)
        if other is not None and other.status is not Status.COMPLETED:
            continue
        branch = task_branch(name)
        tip = read_ref(repo, f"refs/heads/{branch}")
        if tip and not _contains(repo, commit, tip):
            found[branch] = tip
    return found


def _contains(repo: Repo, newer: str, older: str) -> bool:
    return call_store(repo, ["merge-base", "--is-ancestor", older, newer]).code == 0
