"""What may be done with a task, one function a verb: checked against lease, rights and gate, then written.

Every verb works on an open `Work`: the board's lock is held and nothing is committed before it ends. A claim made on
the way is given back when the commit does not come about; one that has served is dropped with the change.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.archive import judge_on_board
from openclaw_hooks.board.claims import LostError, Terms, claim_task, drop, find_loss, read_lease, renew, require_lease
from openclaw_hooks.board.held import held_lease
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans.gate import Gate, judge_planned
from openclaw_hooks.plans.service import change_board
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.markdown import parse_task, set_section
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL, Mode, Status
from openclaw_hooks.tasks.moves import IllegalMoveError, Right, require_move

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.approvals import Subject
    from openclaw_hooks.board.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.settings import Settings
    from openclaw_hooks.tasks.model import Task

BY_HAND = frozenset({Mode.LOCAL, Mode.HUMAN, Mode.SOUL})
# The verb by which a task in this status comes nearer to being completed.
FIRST = {
    Status.PROPOSED: "accept",
    Status.PENDING_REVIEW: "approve",
    Status.RELEASED: "claim",
    Status.FAILED: "requeue",
}


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
    from openclaw_hooks.board.remote import find_claim_remote
    from openclaw_hooks.settings import load_settings

    settings = load_settings(board.repo.top or board.repo.git_dir)
    remote = "" if is_local else find_claim_remote(board, settings)
    made: list[Lease] = []
    try:
        with change_board(board, actor, remote) as edit:
            yield Work(board, actor, settings, remote, edit, made)
    except BaseException:
        for lease in made:
            with suppress(OpenclawError):
                drop(board.repo, lease.task, lease.token, remote)
        raise


def claim(work: Work, name: str, minutes: int = 0) -> Lease:
    """Take a task: queued, released, or with a lease that has ended. Raises RefusedError, which names the holder."""
    task = work.find(name)
    require_move(task.id, task.status, Status.CLAIMED, work.actor.rights)
    _refuse_blocked(work, task)
    if task.status in ACTIVE:
        _refuse_held(work, task)
    lease = _take(work, task, minutes)
    _move(work, task, Status.CLAIMED, owner=work.actor.name, reason="")
    return lease


def start(work: Work, name: str, token: str = "") -> None:
    """Say that the work on a claimed task has begun."""
    task = work.find(name)
    rights = _own(work, task, token)
    require_move(task.id, task.status, Status.RUNNING, rights)
    _move(work, task, Status.RUNNING)


def heartbeat(work: Work, name: str, minutes: int = 0) -> Lease:
    """Put off the end of a lease. Raises LostError when somebody else has it by now."""
    task = work.find(name)
    if task.status not in ACTIVE:
        raise RefusedError(f"{task.id} is {task.status}: there is no claim to renew")
    return renew(work.board.repo, task.id, work.actor.name, _terms(work, minutes))


def complete(work: Work, name: str, result: str = "", measured: bool | None = None, token: str = "") -> str:
    """Say that the work is done: completed, or waiting for review when the gate asks for one; says why.

    A person completes a task that nobody has claimed in one step. `measured` says whether the metric was run and
    passed; one that was not run cannot stand for a review.
    """
    task = require_completable(work, name, token)
    rights = _own_or_take(work, task, token)
    needs_review, why = _judge_gate(work, task)
    if not needs_review and task.metric and measured is not True:
        needs_review, why = True, "its metric was not measured"
    new = Status.PENDING_REVIEW if needs_review else Status.COMPLETED
    before = Status.CLAIMED if task.status not in ACTIVE else task.status
    require_move(task.id, before, new, rights)
    changes: dict[str, object] = {"owner": work.actor.name, "reason": ""}
    if result.strip():
        changes["body"] = set_section(_read_body(work, task), "Result", result)
    _move(work, task, new, **changes)
    return why


def require_completable(work: Work, name: str, token: str = "") -> Task:
    """The task that `name` means; raises RefusedError unless the actor could complete it now."""
    task = work.find(name)
    if task.status not in (Status.QUEUED, *ACTIVE):
        first = f"`openclaw task {FIRST[task.status]} {task.id}` comes first" if task.status in FIRST else ""
        raise IllegalMoveError(f"{task.id} is {task.status} and cannot be completed", first)
    if task.status in ACTIVE or token:
        _own(work, task, token)
        return task
    if Right.HUMAN not in work.actor.rights and task.delegation.mode not in BY_HAND:
        raise RefusedError(f"{task.id} is not claimed", f"claim it first: `openclaw task claim {task.id}`")
    _refuse_blocked(work, task)
    return task


def fail(work: Work, name: str, reason: str, token: str = "") -> None:
    """Say that the work cannot be done as asked."""
    _end(work, name, Status.FAILED, reason, token)


def release(work: Work, name: str, reason: str, token: str = "") -> None:
    """Give a claimed task back."""
    _end(work, name, Status.RELEASED, reason, token)


def accept(work: Work, name: str) -> None:
    """Put a proposed task into the queue."""
    _decide(work, name, Status.PROPOSED, Status.QUEUED)


def reject(work: Work, name: str, reason: str, is_final: bool = False) -> None:
    """Turn a proposal down, or send work under review back to the queue; `is_final` ends it as failed."""
    task = work.find(name)
    if task.status is not Status.PENDING_REVIEW:
        _decide(work, name, Status.PROPOSED, Status.REJECTED, reason)
        return
    _decide(work, name, Status.PENDING_REVIEW, Status.FAILED if is_final else Status.QUEUED, reason)


def approve(work: Work, name: str, key: str = "") -> None:
    """Accept work under review, in a person's name; signed where the settings ask for it."""
    from openclaw_hooks.board.approvals import Subject, make_approval
    from openclaw_hooks.board.content_hash import Kind

    task = work.find(name)
    subject = Subject(Kind.TASK, task.id, work.edit.content(task_path(task.id)))
    if task.status is Status.COMPLETED and _is_void(work, task, subject):
        approval = make_approval(work.board.repo, subject, work.actor, key)
        work.edit.put_task(task.id, {"approval": approval}, "approved again")
        return
    require_move(task.id, task.status, Status.COMPLETED, work.actor.rights - {Right.LEAD})
    _move(work, task, Status.COMPLETED, approval=make_approval(work.board.repo, subject, work.actor, key), reason="")


def _is_void(work: Work, task: Task, subject: Subject) -> bool:
    """Whether completed work was reviewed, but what was approved is not what it says now."""
    from openclaw_hooks.board.approvals import verify_approval

    if not _judge_gate(work, task).needs_review:
        return False
    return not verify_approval(work.board.repo, subject, task.approval).ok


def cancel(work: Work, name: str, reason: str) -> None:
    """End a task that is not wanted any more."""
    task = work.find(name)
    require_move(task.id, task.status, Status.CANCELLED, work.actor.rights)
    _move(work, task, Status.CANCELLED, reason=reason)


def requeue(work: Work, name: str, reason: str = "") -> None:
    """Put a failed, released or stalled task back into the queue."""
    task = work.find(name)
    require_move(task.id, task.status, Status.QUEUED, work.actor.rights - {Right.HUMAN})
    if task.status in ACTIVE:
        _refuse_held(work, task)
    _move(work, task, Status.QUEUED, owner="", reason=reason)


def _judge_gate(work: Work, task: Task) -> Gate:
    """What the gate says, by the task and by its plan; what was changed in a plan after its approval, nobody approved."""
    from openclaw_hooks.board.content_hash import Kind, content_hash
    from openclaw_hooks.board.snapshot import plan_path
    from openclaw_hooks.plans.store import parse_plan

    content = work.edit.snapshot.plans.get(task.plan)
    if content is None or not task.subtask:
        return judge_planned(task, None)
    path = plan_path(task.plan)
    try:
        plan = parse_plan(path, content)
        if plan.approval and content_hash(Kind.PLAN, content, path) != plan.approval.hash:
            return Gate(True, f"{plan.id} was changed after its approval")
    except DocumentError:  # what is wrong with it is reported where the plan does not go on
        return Gate(True, f"{task.plan} cannot be read")
    return judge_planned(task, plan)


def _end(work: Work, name: str, new: Status, reason: str, token: str) -> None:
    task = work.find(name)
    _give_up_lost(work, task)
    if not reason.strip():
        raise OpenclawError(f"{task.id}: say why", "add --reason TEXT")
    try:
        rights = _own(work, task, token)
    except LostError:
        _give_up_lost(work, task)  # the remote may have told it just now
        rights = work.actor.rights
        if Right.LEAD not in rights or token:
            raise
    require_move(task.id, task.status, new, rights)
    _move(work, task, new, reason=reason, owner="" if new is Status.RELEASED else task.owner)


def _give_up_lost(work: Work, task: Task) -> None:
    """Raises RefusedError when this clone still takes for its own what is lost or over; it does so no more.

    Even a lead must not take the task from its new holder by giving back the claim that was lost to them.
    """
    repo = work.board.repo
    held = held_lease(repo.state_dir, task.id)
    if held and (task.status not in ACTIVE or find_loss(repo, held)):
        drop(repo, task.id, held.token, work.remote)
        raise RefusedError(f"{task.id} is {task.status}: the claim that this clone still had of it is given up")


def _decide(work: Work, name: str, old: Status, new: Status, reason: str = "") -> None:
    task = work.find(name)
    if task.status is not old:
        raise IllegalMoveError(f"{task.id} is {task.status}, not {old}")
    require_move(task.id, old, new, work.actor.rights)
    _move(work, task, new, reason=reason, owner="" if new is Status.QUEUED else task.owner)


def _move(work: Work, task: Task, new: Status, **changes: object) -> None:
    """Write the move and tell it as the commit's line."""
    work.edit.put_task(task.id, {"status": new, **changes}, str(changes.get("reason", "")))


def _read_body(work: Work, task: Task) -> str:
    path = task_path(task.id)
    return parse_task(path, work.edit.content(path)).body


def _own(work: Work, task: Task, token: str) -> frozenset[Right]:
    """The actor's rights and those of the owner; raises LostError when the lease is not theirs."""
    if task.status in TERMINAL:
        return work.actor.rights
    require_lease(work.board.repo, task.id, work.actor.name, token, work.remote)
    return work.actor.rights | {Right.OWNER}


def _own_or_take(work: Work, task: Task, token: str) -> frozenset[Right]:
    if task.status is not Status.QUEUED or token:
        return _own(work, task, token)
    _take(work, task, 0)
    return work.actor.rights | {Right.OWNER}


def _take(work: Work, task: Task, minutes: int) -> Lease:
    # What the board calls claimed already, another process of this clone may be at. Else a claim that this clone has is
    # one that was cut off before its commit.
    terms = _terms(work, minutes)._replace(resume=task.status not in ACTIVE)
    lease = claim_task(work.board.repo, task, work.actor.name, terms)
    work.made.append(lease)
    return lease


def _terms(work: Work, minutes: int) -> Terms:
    return Terms(minutes or work.settings.board.lease_minutes, work.remote)


def _refuse_blocked(work: Work, task: Task) -> None:
    standing = judge_on_board(task, work.edit.snapshot.tasks, work.board.top)
    if standing.blocked_by:
        raise RefusedError(f"{task.id} is blocked: {standing.reason}")


def _refuse_held(work: Work, task: Task) -> None:
    """Raises RefusedError when nothing says that the holder's lease has ended."""
    if read_lease(work.board.repo, task.id) is None:
        hint = f"run `openclaw board sync`, or as the lead: `openclaw task release {task.id} --reason TEXT`"
        raise RefusedError(f"{task.id} is {task.status} by {task.owner}, and no lease of theirs is known here", hint)
