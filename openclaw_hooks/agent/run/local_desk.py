"""The desk of a run whose board is this clone's own: the verbs of people, under the lease of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent.records.store import decode_row, read_rows, settle_outcome, write_row
from openclaw_hooks.board.leases.claims import LostError, Terms, find_loss, find_token_loss, read_lease, renew
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.store import read_board, read_task
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.account import Account
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.model import ACTIVE, Status
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.desk import Ending
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.leases.held import Held
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.tasks.model import Task


class LocalDesk:
    """A run at the board of this clone, in the name of `actor`; whoever started it, the run is no person."""

    def __init__(self, board: Board, actor: Actor, agent: str = "") -> None:
        name = agent or actor.agent or "agent"
        author = actor.author if actor.agent else actor.author.replace(" <", f" ({name}) <", 1)
        rights = actor.rights - {Right.HUMAN}
        self._board = board
        self._actor = actor._replace(agent=name, rights=rights, author=author)
        self._seen: dict[str, Task] = {}

    def find(self, name: str) -> Task:
        """The task that `name` means, with its body, as it is now; raises OpenclawError."""
        tasks = read_board(self._board).tasks
        task = read_task(self._board, name if name in tasks else find_id(name, tasks))[0]
        self._seen[task.id] = task
        return task

    def claim(self, task_id: str, run: str, minutes: int) -> Lease:
        """The lease of a task for a run; the one that this run has of it already where it has one."""
        with open_work(self._board, self._actor, run=run) as work:
            held = self._held(task_id)
            if held is None or held.run != run or work.find(task_id).status not in ACTIVE:
                return verbs.claim(work, task_id, minutes)
            work.claims.require(task_id, self._actor.name, held.token)
        return self.heartbeat(task_id, held.token, minutes)

    def start(self, task_id: str, token: str) -> None:
        """Say that the work has begun; nothing where that was said."""
        with open_work(self._board, self._actor) as work:
            if work.find(task_id).status is Status.RUNNING:
                work.claims.require(task_id, self._actor.name, token)
            else:
                verbs.start(work, task_id, token)

    def heartbeat(self, task_id: str, token: str, minutes: int) -> Lease:
        """The lease with its end put off; raises LostError also when the task was taken away, such as cancelled.

        The board is only looked at, so nobody waits for a sign of life.
        """
        held = self._held(task_id)
        if held is None or held.token != token:
            raise LostError(_describe_loss(task_id, read_lease(self._board.repo, task_id)))
        if loss := find_loss(self._board.repo, held):
            raise loss
        status = read_task(self._board, task_id)[0].status
        if status not in ACTIVE:
            raise LostError(f"{task_id} is {status} by now: the run has no claim to it any more")
        terms = Terms(minutes or held.minutes, held.remote, run=held.run)
        return renew(self._board.repo, task_id, self._actor.name, terms)

    def find_loss(self, task_id: str, token: str) -> str:
        """Why the lease is gone as far as this clone knows; empty while it is not."""
        return find_token_loss(self._board.repo, task_id, token)

    def complete(self, task_id: str, token: str, ending: Ending) -> tuple[Status, str]:
        """The status that the work came to, and why; what is done already is not done again."""

        def finish(work: Work) -> str:
            task = work.find(task_id)
            seen = self._seen.get(task_id, task)
            how = (task.metric, task.measure, task.evaluator)
            is_measured = ending.is_measured and how == (seen.metric, seen.measure, seen.evaluator)
            account = Account(ending.result, ending.review)
            return verbs.complete(work, task_id, "", is_measured, token, account)

        return self._end(task_id, ending, finish)

    def release(self, task_id: str, token: str, reason: str, ending: Ending) -> Status:
        """The status after giving the task back for `reason`; what is done already is not done again."""

        def give_back(work: Work) -> str:
            verbs.release(work, task_id, reason, token, account=Account(ending.result))
            return reason

        return self._end(task_id, ending, give_back)[0]

    def _end(self, task_id: str, ending: Ending, how: Callable[[Work], str]) -> tuple[Status, str]:
        row = decode_row(ending.row)
        if any(told.run == row.run for told in read_rows(self._board).rows):
            return self.find(task_id).status, "the board was told already"
        with open_work(self._board, self._actor) as work:
            why = how(work)
            write_row(work.edit, settle_outcome(row, work.find(task_id).status))
        status = work.edit.snapshot.tasks[task_id].status  # a plan may have moved it on
        return status, why

    def _held(self, task_id: str) -> Held | None:
        return held_lease(self._board.repo.state_dir, task_id)


def _describe_loss(task_id: str, lease: Lease | None) -> str:
    if lease is None:
        return f"the claim of {task_id} is lost: it was given free"
    return f"the claim of {task_id} is lost: {lease.owner} has it now, until {lease.expires}"
