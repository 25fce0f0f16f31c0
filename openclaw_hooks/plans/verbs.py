"""What may be done with a task, one function a verb: checked against lease, rights and gate, then written.

Every verb works on an open `Work`: the board's lock is held and nothing is committed before it ends. A claim made on
the way is given back when the commit does not come about; one that has served is dropped with the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans.account import NOTHING, Account, tell_body
from openclaw_hooks.plans.board_gate import judge_gate_on
from openclaw_hooks.plans.service import approve_subject
from openclaw_hooks.plans.work import (
    lease_minutes,
    move_task,
    read_body,
    refuse_blocked,
    refuse_held,
    refuse_live,
    refuse_run,
    require_own,
    take_claim,
)
from openclaw_hooks.tasks.model import ACTIVE, Mode, Status
from openclaw_hooks.tasks.moves import IllegalMoveError, Right, require_move

if TYPE_CHECKING:
    from openclaw_hooks.board.approving.approvals import Subject
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.tasks.model import Approval, Task

BY_HAND = frozenset({Mode.LOCAL, Mode.HUMAN, Mode.SOUL})
# The verb by which a task in this status comes nearer to being completed.
FIRST = {
    Status.PROPOSED: "accept",
    Status.PENDING_REVIEW: "approve",
    Status.RELEASED: "claim",
    Status.FAILED: "requeue",
}


def claim(work: Work, name: str, minutes: int = 0) -> Lease:
    """Take a task: queued, released, or with a lease that has ended. Raises RefusedError, which names the holder."""
    task = work.find(name)
    require_move(task.id, task.status, Status.CLAIMED, work.actor.rights)
    refuse_blocked(work, task)
    if task.status in ACTIVE:
        refuse_held(work, task)
    lease = take_claim(work, task, minutes)
    move_task(work, task, Status.CLAIMED, owner=work.actor.name, reason="")
    return lease


def start(work: Work, name: str, token: str = "") -> None:
    """Say that the work on a claimed task has begun."""
    task = work.find(name)
    rights = require_own(work, task, token)
    require_move(task.id, task.status, Status.RUNNING, rights)
    move_task(work, task, Status.RUNNING)


def heartbeat(work: Work, name: str, minutes: int = 0) -> Lease:
    """Put off the end of a lease. Raises LostError when somebody else has it by now."""
    task = work.find(name)
    if task.status not in ACTIVE:
        raise RefusedError(f"{task.id} is {task.status}: there is no claim to renew")
    return work.claims.renew(task.id, work.actor.name, lease_minutes(work, minutes))


def complete(
    work: Work, name: str, result: str = "", measured: bool | None = None, token: str = "", account: Account = NOTHING
) -> str:
    """Say that the work is done: completed, or waiting for review when the gate or `account` asks for one; says why.

    A person completes a task that nobody has claimed in one step. `measured` says whether the metric was run and
    passed; one that was not run cannot stand for a review.
    """
    task = require_completable(work, name, token)
    rights = _own_or_take(work, task, token)
    needs_review, why = judge_gate_on(work, task)
    if not needs_review and task.metric and measured is not True:
        needs_review, why = True, "its metric was not measured"
    if not needs_review and account.review:
        needs_review, why = True, account.review
    new = Status.PENDING_REVIEW if needs_review else Status.COMPLETED
    before = Status.CLAIMED if task.status not in ACTIVE else task.status
    require_move(task.id, before, new, rights)
    changes: dict[str, object] = {"owner": work.actor.name, "reason": ""}
    move_task(work, task, new, **changes, **_tell(work, task, result, account))
    return why


def require_completable(work: Work, name: str, token: str = "") -> Task:
    """The task that `name` means; raises RefusedError unless the actor could complete it now."""
    task = work.find(name)
    if task.status not in (Status.QUEUED, *ACTIVE):
        first = f"`openclaw task {FIRST[task.status]} {task.id}` comes first" if task.status in FIRST else ""
        raise IllegalMoveError(f"{task.id} is {task.status} and cannot be completed", first)
    if task.status in ACTIVE or token:
        require_own(work, task, token)
        return task
    if Right.HUMAN not in work.actor.rights and task.delegation.mode not in BY_HAND:
        raise RefusedError(f"{task.id} is not claimed", f"claim it first: `openclaw task claim {task.id}`")
    refuse_blocked(work, task)
    return task


def fail(
    work: Work, name: str, reason: str, token: str = "", by_force: bool = False, account: Account = NOTHING
) -> None:
    """Say that the work cannot be done as asked; a lead with `by_force` also while somebody else holds the task."""
    _end(work, name, _End(Status.FAILED, reason, account), token, by_force)


def release(
    work: Work, name: str, reason: str, token: str = "", by_force: bool = False, account: Account = NOTHING
) -> None:
    """Give a claimed task back; a lead with `by_force` also while somebody else holds it."""
    _end(work, name, _End(Status.RELEASED, reason, account), token, by_force)


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


def approve(work: Work, name: str, key: str = "", given: Approval | None = None) -> None:
    """Accept work under review, in a person's name; signed where the settings ask for it.

    `given` is an approval that the person made on another machine; it is verified, and none is made here.
    """
    from openclaw_hooks.board.approving.approvals import Subject
    from openclaw_hooks.board.approving.content_hash import Kind

    task = work.find(name)
    subject = Subject(Kind.TASK, task.id, work.edit.content(task_path(task.id)))
    if task.status is Status.COMPLETED and _is_void(work, task, subject):
        if given and Right.HUMAN not in work.actor.rights:
            raise IllegalMoveError(f"{task.id}: approving is for a person only")
        approval = approve_subject(work, subject, key, given)
        work.edit.put_task(task.id, {"approval": approval}, "approved again")
        return
    require_move(task.id, task.status, Status.COMPLETED, work.actor.rights - {Right.LEAD})
    move_task(work, task, Status.COMPLETED, approval=approve_subject(work, subject, key, given), reason="")


def _is_void(work: Work, task: Task, subject: Subject) -> bool:
    """Whether completed work was reviewed, but what was approved is not what it says now."""
    from openclaw_hooks.board.approving.approvals import verify_approval

    if not judge_gate_on(work, task).needs_review:
        return False
    return not verify_approval(work.board.repo, subject, task.approval, policy=work.edit.policy).ok


def cancel(work: Work, name: str, reason: str) -> None:
    """End a task that is not wanted any more."""
    task = work.find(name)
    require_move(task.id, task.status, Status.CANCELLED, work.actor.rights)
    refuse_run(work, task, by_force=True)
    move_task(work, task, Status.CANCELLED, reason=reason)


def requeue(work: Work, name: str, reason: str = "", by_force: bool = False) -> None:
    """Put a failed, released or stalled task back into the queue; with `by_force` also while somebody holds it."""
    task = work.find(name)
    require_move(task.id, task.status, Status.QUEUED, work.actor.rights - {Right.HUMAN})
    if task.status in ACTIVE:
        refuse_run(work, task, by_force=by_force)
        refuse_held(work, task)
        if not by_force:
            refuse_live(work, task)
    move_task(work, task, Status.QUEUED, owner="", reason=reason)


class _End(NamedTuple):
    """How a task ends that was not completed."""

    new: Status
    reason: str
    account: Account


def _end(work: Work, name: str, how: _End, token: str, by_force: bool) -> None:
    new, reason, account = how
    task = work.find(name)
    work.claims.give_up_lost(task)  # even a lead must not take the task from its new holder by giving that back
    if not reason.strip():
        raise OpenclawError(f"{task.id}: say why", "add --reason TEXT")
    try:
        rights = require_own(work, task, token, by_force)
    except LostError:
        work.claims.give_up_lost(task)  # the remote may have told it just now
        rights = work.actor.rights
        if Right.LEAD not in rights or token:
            raise
        if not by_force:
            refuse_live(work, task)
    require_move(task.id, task.status, new, rights)
    owner = "" if new is Status.RELEASED else task.owner
    move_task(work, task, new, reason=reason, owner=owner, **_tell(work, task, "", account))


def _tell(work: Work, task: Task, result: str, account: Account) -> dict[str, object]:
    """The change of the task's text by what was done and tried; none where there is nothing to tell."""
    is_told = bool(result.strip() or account.attempts.strip())
    return {"body": tell_body(read_body(work, task), result, account)} if is_told else {}


def _decide(work: Work, name: str, old: Status, new: Status, reason: str = "") -> None:
    task = work.find(name)
    if task.status is not old:
        raise IllegalMoveError(f"{task.id} is {task.status}, not {old}")
    require_move(task.id, old, new, work.actor.rights)
    move_task(work, task, new, reason=reason, owner="" if new is Status.QUEUED else task.owner)


def _own_or_take(work: Work, task: Task, token: str) -> frozenset[Right]:
    if task.status is not Status.QUEUED or token:
        return require_own(work, task, token)
    take_claim(work, task, 0)
    return work.actor.rights | {Right.OWNER}
