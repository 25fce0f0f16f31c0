"""An open change of the board by somebody, with the claims that it makes, keeps and gives back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.leases.lease import describe_holder, is_live
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.board.upkeep.archive import judge_on_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans.claims import RefClaims
from openclaw_hooks.plans.service import change_board
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import TERMINAL
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.plans.claims import Claims
    from openclaw_hooks.settings import Settings
    from openclaw_hooks.tasks.model import Status, Task


class Work(NamedTuple):
    """An open change of the board: where, who, by which settings, and the claims that it goes by."""

    board: Board
    actor: Actor
    settings: Settings
    edit: Edit
    claims: Claims

    def find(self, name: str) -> Task:
        """The task that `name` means; raises OpenclawError."""
        tasks = self.edit.snapshot.tasks
        return tasks[name if name in tasks else find_id(name, tasks)]


@contextmanager
def open_work(board: Board, actor: Actor, is_local: bool = False, run: str = "") -> Iterator[Work]:
    """A change of the board that is committed, plans advanced, when the block ends without an exception.

    `is_local` makes claims within this clone only, whatever remote the board has. `run` is the agent run that they are for.
    """
    from openclaw_hooks.board.sharing.remote import find_claim_remote
    from openclaw_hooks.settings import load_settings

    settings = load_settings(board.repo.top or board.repo.git_dir)
    claims = RefClaims(board.repo, "" if is_local else find_claim_remote(board, settings), run)
    edit: Edit | None = None
    try:
        with change_board(board, actor, claims) as edit:
            yield Work(board, actor, settings, edit, claims)
    except BaseException:
        if edit is None or not edit.commit:  # what is committed stands, and its claims with it
            claims.undo()
        raise


def move_task(work: Work, task: Task, new: Status, **changes: object) -> None:
    """Write the move and tell it as the commit's line."""
    work.edit.put_task(task.id, {"status": new, **changes}, str(changes.get("reason", "")))


def read_body(work: Work, task: Task) -> str:
    """The text of the task's file; those of a snapshot have none."""
    path = task_path(task.id)
    return parse_task(path, work.edit.content(path)).body


def require_own(work: Work, task: Task, token: str, by_force: bool = False) -> frozenset[Right]:
    """The actor's rights and those of the owner; raises LostError when the lease is not theirs.

    The task of an agent run is its own by its token alone, or a person's `by_force`.
    """
    if task.status in TERMINAL:
        return work.actor.rights
    refuse_run(work, task, token, by_force)
    work.claims.require(task.id, work.actor.name, token)
    return work.actor.rights | {Right.OWNER}


def refuse_run(work: Work, task: Task, token: str = "", by_force: bool = False) -> None:
    """Raises RefusedError while an agent run of this clone works on the task; not with its token, or for a person by force.

    Else an agent that works for the run could end its own task, and the hand that measures it would come too late.
    """
    from openclaw_hooks.board.leases.claims import describe_run
    from openclaw_hooks.board.leases.held import held_lease, is_inside

    held = held_lease(work.board.repo.state_dir, task.id)
    if not held or not held.run:
        return
    may = bool(token) or (by_force and not work.actor.agent)
    if not may or is_inside(held):
        raise describe_run(held)


def take_claim(work: Work, task: Task, minutes: int) -> Lease:
    """A new lease of the task for the actor, given back when the change does not come about; raises RefusedError."""
    return work.claims.take(task, work.actor.name, lease_minutes(work, minutes))


def lease_minutes(work: Work, minutes: int) -> int:
    """For how long a claim is made; 0: as the settings say."""
    return minutes or work.settings.board.lease_minutes


def refuse_blocked(work: Work, task: Task) -> None:
    """Raises RefusedError, which names what the task waits for, while it waits for something."""
    standing = judge_on_board(task, work.edit.snapshot.tasks, work.board.top)
    if standing.blocked_by:
        raise RefusedError(f"{task.id} is blocked: {standing.reason}")


def refuse_live(work: Work, task: Task) -> None:
    """Raises RefusedError, which names the holder, while the lease of somebody else holds."""
    lease = work.claims.read(task.id)
    if lease is None or not is_live(lease, work.claims.now()) or work.claims.is_own(lease, work.actor.name):
        return
    hint = "wait for its end, or take the task from them with --force"
    raise RefusedError(f"{task.id} is held by {describe_holder(lease)} until {lease.expires}", hint)


def refuse_held(work: Work, task: Task) -> None:
    """Raises RefusedError when nothing says that the holder's lease has ended."""
    if work.claims.read(task.id) is None:
        hint = f"run `openclaw board sync`, or as the lead: `openclaw task release {task.id} --reason TEXT`"
        raise RefusedError(f"{task.id} is {task.status} by {task.owner}, and no lease of theirs is known here", hint)
