"""The verbs that move tasks and plans, as commands: the rules are those of `plans`, here is what a command adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.state.rows import read_account, take_row
from openclaw_hooks.plans import service, verbs
from openclaw_hooks.plans.dispatch import advance_plan
from openclaw_hooks.plans.store import parse_plan
from openclaw_hooks.tasks.model import ACTIVE
from openclaw_hooks.tasks.moves import IllegalMoveError, Right

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.mesh.state.turn import Turn
    from openclaw_hooks.tasks.model import Approval


def claim(turn: Turn) -> None:
    """A lease for the node, and the task in its name."""
    task = turn.find_task()
    lease = turn.claims.was_taken(task.id)
    if lease is None or task.status not in ACTIVE:
        lease = verbs.claim(turn.work, task.id, turn.args.minutes)
    turn.result["lease"] = show_lease(lease)


def start(turn: Turn) -> None:
    """Claimed becomes running."""
    verbs.start(turn.work, turn.find_task().id, turn.token)


def heartbeat(turn: Turn) -> None:
    """The lease's end put off."""
    task = turn.find_task()
    turn.claims.require(task.id, turn.node, turn.token)
    turn.result["lease"] = show_lease(verbs.heartbeat(turn.work, task.id, turn.args.minutes))


def complete(turn: Turn) -> None:
    """Done, or under review."""
    task, args = turn.find_task(), turn.args
    if not turn.claims.was_given_back(task.id) or task.status in ACTIVE:  # else by this very command: no answer came
        is_measured = bool(args.measured) and args.measured == task.metric
        account = read_account(turn)
        turn.result["why"] = verbs.complete(turn.work, task.id, args.result, is_measured, turn.token, account)
    take_row(turn)


def fail(turn: Turn) -> None:
    """It cannot be done as asked."""
    task = turn.find_task()
    if not turn.claims.was_given_back(task.id) or task.status in ACTIVE:
        verbs.fail(turn.work, task.id, turn.args.reason, turn.token, turn.args.force, read_account(turn))
    take_row(turn)


def release(turn: Turn) -> None:
    """Given back."""
    task = turn.find_task()
    if not turn.claims.was_given_back(task.id) or task.status in ACTIVE:
        verbs.release(turn.work, task.id, turn.args.reason, turn.token, turn.args.force, read_account(turn))
    take_row(turn)


def accept(turn: Turn) -> None:
    """A proposal goes into the queue."""
    verbs.accept(turn.work, turn.find_task().id)


def reject(turn: Turn) -> None:
    """A proposal is turned down, or work under review sent back."""
    verbs.reject(turn.work, turn.find_task().id, turn.args.reason, turn.args.final)


def approve(turn: Turn) -> None:
    """Work under review counts, by the approval that a person made on their machine."""
    task = turn.find_task()
    verbs.approve(turn.work, task.id, given=_approval(turn))


def cancel(turn: Turn) -> None:
    """Not wanted any more."""
    verbs.cancel(turn.work, turn.find_task().id, turn.args.reason)


def requeue(turn: Turn) -> None:
    """Back into the queue."""
    verbs.requeue(turn.work, turn.find_task().id, turn.args.reason, turn.args.force)


def plan_approve(turn: Turn) -> None:
    """A draft is approved; its first wave becomes tasks."""
    plan = _open_plan(turn)
    service.approve_plan(plan, given=_approval(turn))


def plan_abort(turn: Turn) -> None:
    """A plan ends, and with it what is not finished."""
    service.abort_plan(_open_plan(turn), turn.args.reason)


def plan_advance(turn: Turn) -> None:
    """What follows for a plan from how its tasks stand and what time it is."""
    advance_plan(turn.edit, turn.find_plan(), turn.policy.roles, turn.claims)


def hello(turn: Turn) -> None:
    """Who the asking node is here."""
    turn.result |= {"node": turn.node, "role": turn.request.role, "rights": sorted(turn.work.actor.rights)}


def show_lease(lease: Lease) -> dict[str, Any]:
    """A lease as an answer tells it."""
    names = ("task", "owner", "token", "expires", "made", "minutes", "clone")
    return {name: getattr(lease, name) for name in names}


def _open_plan(turn: Turn) -> service.PlanWork:
    name = turn.find_plan()
    plan = parse_plan(plan_path(name), turn.state.plans[name])
    return service.PlanWork(turn.work.board, turn.work.actor, turn.edit, plan)


def _approval(turn: Turn) -> Approval:
    if turn.args.approval is None:
        raise OpenclawError("the command brings no approval", "a person runs the approve command on their machine")
    if Right.HUMAN not in turn.work.actor.rights:  # before anything is verified: that may start programs
        raise IllegalMoveError(f"{turn.named}: approving is for a person only")
    return turn.args.approval
