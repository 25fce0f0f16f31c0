"""Claims that the mesh has granted, told to the hooks of this clone: as the ref and the file that they look at."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from openclaw_hooks.board.leases.held import FOLDER, Held, forget_held, held_lease, save_held
from openclaw_hooks.board.leases.lease import Lease, read_claim
from openclaw_hooks.board.leases.refs import swap_ref, write_blob
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import ACTIVE, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import TaskHead

FINISHED = frozenset({Status.COMPLETED, Status.PENDING_REVIEW})
TRIES = 5


class Desk(NamedTuple):
    """Where the work of a claim is done: the working tree, the agent's session, the agent run."""

    worktree: str = ""
    session: str = ""
    run: str = ""


def record_claim(repo: Repo, task: TaskHead, lease: Lease, desk: Desk | None = None) -> None:
    """Writes down that this clone holds `lease`, for the hooks of the working tree; again is no harm.

    A claim that was recorded before keeps its working tree, session and run where `desk` names none.
    """
    desk = desk or Desk()
    old = held_lease(repo.state_dir, task.id)
    if old is not None and old.token == lease.token:
        desk = Desk(desk.worktree or old.worktree, desk.session or old.session, desk.run or old.run)
    if desk.run:
        desk = desk._replace(
            worktree=""
        )  # the run's own worktrees say under which claim they are; nobody else is held to it
    held = Held(
        task=task.id,
        owner=lease.owner,
        token=lease.token,
        expires=lease.expires,
        made=lease.made,
        minutes=lease.minutes,
        worktree=os.path.realpath(desk.worktree) if desk.worktree else "",
        session=desk.session,
        title=task.title,
        scope=task.scope,
        role=task.role,
        metric=task.metric,
        run=desk.run,
    )
    _move_ref(repo, msgspec.structs.replace(lease, task=task.id, node=lease.node or platform.node()))
    if held != old:
        save_held(repo.state_dir, held)


def held_tasks(repo: Repo) -> frozenset[str]:
    """The ids of the tasks that this clone holds, by the names of files alone."""
    try:
        names = os.listdir(os.path.join(repo.state_dir, FOLDER))
    except OSError:
        return frozenset()
    return frozenset(name.removesuffix(".json") for name in names if name.endswith(".json") and name[0] != ".")


def follow_claims(repo: Repo, node: str, tasks: Mapping[str, TaskHead]) -> list[str]:
    """Gives up what this clone holds of `tasks` and the mesh no longer gives to `node`; what to tell of it.

    From then on hooks refuse commits made under such a claim. The claim of a task that `node` has finished is
    forgotten: its commits are wanted.
    """
    told = []
    for task_id in sorted(held_tasks(repo) & tasks.keys()):
        held, task = held_lease(repo.state_dir, task_id), tasks[task_id]
        if held is None or (task.status in ACTIVE and task.owner == node):
            continue
        number = Lease(task_id, token=held.token).number + 1
        if task.status in FINISHED and task.owner == node:
            _move_ref(repo, Lease(task_id, token=held.token))
            forget_held(repo.state_dir, task_id)
            continue
        if task.status in ACTIVE:
            new = Lease(task_id, task.owner, f"{number}-{'0' * 8}", held.expires, node=task.owner)
            told.append(f"{task_id}: the claim is lost, {task.owner} has the task now")
        else:
            new = Lease(task_id, token=held.token)
            told.append(f"{task_id}: the claim is over, the task is {task.status}")
        _move_ref(repo, new)
    return told


def follow_files(repo: Repo, node: str, contents: Mapping[str, bytes | None]) -> list[str]:
    """As `follow_claims`, for the tasks whose files now say `contents`, by id."""
    tasks = {}
    for name, content in contents.items():
        try:
            tasks[name] = parse_task(task_path(name), content or b"")
        except DocumentError:
            continue
    return follow_claims(repo, node, tasks) if tasks else []


def _move_ref(repo: Repo, lease: Lease) -> None:
    """Makes the claim's ref say what the mesh says, whatever it said before."""
    for _ in range(TRIES):
        known, found = read_claim(repo, lease.task)
        if known.oid and found == lease:
            return
        if swap_ref(repo, lease.task, write_blob(repo, msgspec.json.encode(lease)), known.oid):
            return
