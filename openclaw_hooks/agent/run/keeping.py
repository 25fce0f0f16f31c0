"""Work that is kept: a commit of it on the branch of its task, which nothing of anybody else's leaves by that."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.measure.checkout import remove_checkout
from openclaw_hooks.agent.run.interruption import settle_interrupted
from openclaw_hooks.agent.run.measuring import metric_path
from openclaw_hooks.agent.run.papers import read_kept_ground
from openclaw_hooks.agent.trees.keeping import Credit, keep_receipt, make_kept_commit
from openclaw_hooks.agent.trees.refs import move_branch, task_branch
from openclaw_hooks.agent.trees.salvage import salvage_worktree
from openclaw_hooks.agent.trees.spots import find_owner
from openclaw_hooks.agent.trees.worktrees import remove_worktree
from openclaw_hooks.board.plumbing import ask_store, call_store, read_ref
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.context import Run
    from openclaw_hooks.git import Repo

SUPERSEDED: Final = "refs/openclaw/superseded/"  # where a task's branch stood that a later run has moved away
TRIES: Final = 5


def keep(run: Run) -> None:
    """Moves the task's branch to a commit of the snapshot; whoever moved it meanwhile keeps what they had there."""
    last = run.state.last
    if isinstance(last, said.Judged):
        run.claim_is_held()
        _announce(run, _make_commit(run))
    for _ in range(TRIES):
        last = run.state.last
        assert isinstance(last, said.Keeping)  # announced above, or by the process that was killed
        refuse_checked_out(run.repo, last.branch)
        try:
            move_branch(run.repo, last.branch, last.old, last.new)
        except OpenclawError:
            if read_ref(run.repo, f"refs/heads/{last.branch}") == last.old:
                raise
            _announce(run, last.new)
            continue
        _keep_receipt(run, last.new)
        run.tell(said.Kept(n=last.n))
        return
    raise OpenclawError(f"the branch of {run.state.task} moves too fast to be kept up with", "resume the run later")


def _make_commit(run: Run) -> str:
    attempt, task = run.state.attempt, run.task
    assert attempt.snapshot is not None  # nothing else is kept
    credit = Credit(task.id, task.title, run.state.run, attempt.number, run.subject.author)
    return make_kept_commit(run.repo, attempt.snapshot, credit, run.settings.commit_message)


def _keep_receipt(run: Run, commit: str) -> None:
    """Says in a note that the work was checked; without it a push checks it once more."""
    try:
        keep_receipt(commit, read_kept_ground(run).policy, run.state.attempt.findings)
    except OpenclawError as error:
        print(f"openclaw: {error}", file=sys.stderr)


def _announce(run: Run, new: str) -> None:
    branch = task_branch(run.state.task)
    old = read_ref(run.repo, f"refs/heads/{branch}")
    if old and old != new and not _contains(run.repo, new, old):
        call = ["update-ref", "-m", "openclaw: a later run", f"{SUPERSEDED}{run.state.task}/{old[:16]}", old]
        ask_store(run.repo, call)
    run.tell(said.Keeping(n=run.state.attempt.number, branch=branch, old=old, new=new))


def _contains(repo: Repo, newer: str, older: str) -> bool:
    return call_store(repo, ["merge-base", "--is-ancestor", older, newer]).code == 0


def refuse_checked_out(repo: Repo, branch: str) -> None:
    """Raises RefusedError while somebody has `branch` checked out: their files would no longer be those of their branch."""
    wanted = f"ref: refs/heads/{branch}".encode()
    parent = os.path.join(repo.common_dir, "worktrees")
    admins = [repo.common_dir]
    with suppress(OSError):
        admins += [os.path.join(parent, name) for name in os.listdir(parent)]
    for admin in admins:
        with suppress(OSError), open(os.path.join(admin, "HEAD"), "rb") as stream:
            if stream.read().strip() == wanted:
                raise RefusedError(
                    f"the branch {branch} is checked out in {_name_place(repo, admin)}", "leave it there first"
                )


def _name_place(repo: Repo, admin: str) -> str:
    if admin == repo.common_dir:
        return os.path.dirname(repo.common_dir)
    try:
        with open(os.path.join(admin, "gitdir"), "rb") as stream:
            return os.path.dirname(os.fsdecode(stream.read().rstrip(b"\n")))
    except OSError:
        return admin


def clean(run: Run) -> None:
    """Removes the worktrees of the attempt under way."""
    settle_interrupted(run)
    remove_trees(run)
    run.tell(said.Cleaned(n=run.state.attempt.number))


def remove_trees(run: Run) -> None:
    """Removes the worktree and the metric's checkout of the attempt under way; what cannot be removed is told, and stays."""
    try:
        if run.state.attempts:
            remove_tree(run, run.state.attempt.number, run.state.attempt.worktree)
        remove_checkout(metric_path(run))
    except OpenclawError as error:
        print(error, file=sys.stderr)


def remove_tree(run: Run, number: int, path: str) -> None:
    """Removes the worktree of an attempt; raises OpenclawError where it has to stay.

    What no snapshot could be taken of, for want of room on the disk, is tried once more, and stays where that fails too.
    """
    owner = find_owner(run.repo, path)
    tried = [attempt for attempt in run.state.attempts if attempt.number == number and attempt.report]
    if owner is None or not tried or tried[-1].snapshot:
        remove_worktree(run.repo, path)
        return
    try:
        salvage_worktree(run.repo, owner)
    except OpenclawError as error:
        told = f"what attempt {number} left lies in {display_path(path)} and nowhere else: it stays ({error.message})"
        raise OpenclawError(
            told, "make room, then `openclaw doctor --fix` keeps it and takes the folder away"
        ) from error
