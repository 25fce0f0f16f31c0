"""An open change of the board by somebody, with the claims that it makes, keeps and gives back."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.leases.claims import Terms, claim_task, drop, find_loss, read_lease, require_lease
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.leases.lease import describe_holder, is_live
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.board.upkeep.archive import judge_on_board
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans.service import change_board
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.settings import Settings
    from openclaw_hooks.tasks.model import Status, Task


class Work(NamedTuple):
    """An open change of the board: where, who, by which settings, and the claims made on the way."""

    board: Board
    actor: Actor
    settings: Settings
    remote: str
    edit: Edit
    made: list[Lease]

    def find(self, name: str) -> Task:
        """The task that `name` means; raises OpenclawError."""
        return self.edit.snapshot.tasks[find_id(name, self.edit.snapshot.tasks)]


@contextmanager
def open_work(board: Board, actor: Actor, is_local: bool = False) -> Iterator[Work]:
    """A change of the board that is committed, plans advanced, when the block ends without an exception.

    `is_local` makes claims within this clone only, whatever remote the board has.
    """
    from openclaw_hooks.board.sharing.remote import find_claim_remote
    from openclaw_hooks.settings import load_settings

    settings = load_settings(board.repo.top or board.repo.git_dir)
    remote = "" if is_local else find_claim_remote(board, settings)
    made: list[Lease] = []
    edit: Edit | None = None
    try:
        with change_board(board, actor, remote) as edit:
            yield Work(board, actor, settings, remote, edit, made)
    except BaseException:
        for lease in (
            made if edit is None or not edit.commit else ()
        ):  # what is committed stands, and its claims with it
            with suppress(OpenclawError):
                drop(board.repo, lease.task, lease.token, remote)
        raise


def give_up_lost(work: Work, task: Task) -> None:
    """Raises RefusedError when this clone still takes for its own what is lost or over; it does so no more.

    Even a lead must not take the task from its new holder by giving back the claim that was lost to them.
    """
    repo = work.board.repo
    held = held_lease(repo.state_dir, task.id)
    if held and (task.status not in ACTIVE or find_loss(repo, held)):
        drop(repo, task.id, held.token, work.remote)
        raise RefusedError(f"{task.id} is {task.status}: the claim that this clone still had of it is given up")


def move_task(work: Work, task: Task, new: Status, **changes: object) -> None:
    """Write the move and tell it as the commit's line."""
    work.edit.put_task(task.id, {"status": new, **changes}, str(changes.get("reason", "")))


def read_body(work: Work, task: Task) -> str:
    """The text of the task's file; those of a snapshot have none."""
    path = task_path(task.id)
    return parse_task(path, work.edit.content(path)).body


def require_own(work: Work, task: Task, token: str) -> frozenset[Right]:
    """The actor's rights and those of the owner; raises LostError when the lease is not theirs."""
    if task.status in TERMINAL:
        return work.actor.rights
    require_lease(work.board.repo, task.id, work.actor.name, token, work.remote)
    return work.actor.rights | {Right.OWNER}


def take_claim(work: Work, task: Task, minutes: int) -> Lease:
    """A new lease of the task for the actor, given back when the change does not come about; raises RefusedError."""
    # What the board calls claimed already, another process of this clone may be at. Else a claim that this clone has is
    # one that was cut off before its commit.
    terms = claim_terms(work, minutes)._replace(resume=task.status not in ACTIVE)
    lease = claim_task(work.board.repo, task, work.actor.name, terms)
    work.made.append(lease)
    return lease


def claim_terms(work: Work, minutes: int) -> Terms:
    """For how long (0: as the settings say) and through which remote a claim is made."""
    return Terms(minutes or work.settings.board.lease_minutes, work.remote)


def refuse_blocked(work: Work, task: Task) -> None:
    """Raises RefusedError, which names what the task waits for, while it waits for something."""
    standing = judge_on_board(task, work.edit.snapshot.tasks, work.board.top)
    if standing.blocked_by:
        raise RefusedError(f"{task.id} is blocked: {standing.reason}")


def refuse_live(work: Work, task: Task) -> None:
    """Raises RefusedError, which names the holder, while the lease of somebody else holds."""
    lease = read_lease(work.board.repo, task.id)
    if lease is None or not is_live(lease, time.time()):
        return
    held = held_lease(work.board.repo.state_dir, task.id)
    if held is None or held.token != lease.token or lease.owner != work.actor.name:
        hint = "wait for its end, or take the task from them with --force"
        raise RefusedError(f"{task.id} is held by {describe_holder(lease)} until {lease.expires}", hint)


def refuse_held(work: Work, task: Task) -> None:
    """Raises RefusedError when nothing says that the holder's lease has ended."""
    if read_lease(work.board.repo, task.id) is None:
        hint = f"run `openclaw board sync`, or as the lead: `openclaw task release {task.id} --reason TEXT`"
        raise RefusedError(f"{task.id} is {task.status} by {task.owner}, and no lease of theirs is known here", hint)
