"""How the claims of this clone stand, as far as is known here: no remote is asked."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.leases.claims import clone_id, find_loss
from openclaw_hooks.board.leases.held import FOLDER, held_lease, is_file_name, lost_lease, stamp
from openclaw_hooks.board.leases.lease import is_live, read_claim
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import TaskHead


class ClaimState(NamedTuple):
    """A claim that this clone made: what is wrong with it (empty: nothing), and the command for that."""

    task: str
    owner: str
    expires: str
    worktree: str
    trouble: str = ""
    fix: str = ""


def inspect_claims(repo: Repo) -> list[ClaimState]:
    """Every claim that this clone holds or has lost, by task."""
    try:
        names = sorted(os.listdir(os.path.join(repo.state_dir, FOLDER)))
    except OSError:
        return []
    now = time.time()
    stems = [os.path.splitext(name) for name in names]
    found = [_inspect(repo, task, ending, now) for task, ending in stems if is_file_name(task)]
    return [state for state in found if state]


def _inspect(repo: Repo, task: str, ending: str, now: float) -> ClaimState | None:
    is_lost = ending == ".lost"
    held = lost_lease(repo.state_dir, task) if is_lost else held_lease(repo.state_dir, task)
    if held is None:
        return None
    state = ClaimState(task, held.owner, held.expires, held.worktree)
    loss = find_loss(repo, held)
    if loss:
        return state._replace(trouble=loss.message, fix=f"openclaw task show {task}")
    if is_lost:
        return None  # it was taken back since
    if held.expires < stamp(now):
        fix = f"openclaw task heartbeat {task}"
        return state._replace(trouble=f"the lease of {held.owner} ended at {held.expires}", fix=fix)
    return state


def find_orphans(repo: Repo, tasks: Mapping[str, TaskHead], owner: str) -> list[ClaimState]:
    """The tasks that `owner` is at work on by what the board says, though no lease says so."""
    found = []
    for task in tasks.values():
        if task.status not in ACTIVE or task.owner != owner or held_lease(repo.state_dir, task.id):
            continue
        lease = read_claim(repo, task.id)[1]
        if is_live(lease, time.time()) and lease.clone != clone_id(repo):
            continue  # another clone of the same node
        trouble = f"is {task.status} by {owner}, but no lease says so"
        found.append(ClaimState(task.id, owner, lease.expires, "", trouble, f"openclaw task claim {task.id}"))
    return found
