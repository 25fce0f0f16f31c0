"""What a person adds to a decision on their own machine: the approval of what this board shows them, signed where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.board.approving.approvals import Subject, make_approval
from openclaw_hooks.board.approving.content_hash import Kind
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Status
from openclaw_hooks.tasks.moves import IllegalMoveError, Right, require_move

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board


def sign_task(board: Board, actor: Actor, task_id: str, key: str) -> dict[str, Any]:
    """The approval of a task as it is on this board; the lead refuses it when the task says something else by now.

    Raises RefusedError for who is no person, and when a signature is due and cannot be made.
    """
    from openclaw_hooks.board.store import read_task

    task, content = read_task(board, task_id)
    if task.status is not Status.COMPLETED:  # whether what was approved before needs it again, the lead knows
        require_move(task.id, task.status, Status.COMPLETED, actor.rights - {Right.LEAD})
    return _approve(board, actor, Subject(Kind.TASK, task.id, content), key)


def sign_plan(board: Board, actor: Actor, plan_id: str, key: str) -> dict[str, Any]:
    """The approval of a draft as it is on this board; raises as `sign_task`."""
    from openclaw_hooks.board.disk import read_disk
    from openclaw_hooks.board.snapshot import plan_path
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.plans import lifecycle
    from openclaw_hooks.plans.model import PlanStatus
    from openclaw_hooks.plans.store import parse_plan

    path = plan_path(plan_id)
    content = read_disk(board, path) or read_board(board).plans.get(plan_id)
    if content is None:
        raise OpenclawError(f"this board has no plan {plan_id} yet", "see `openclaw plan list`")
    lifecycle.require_plan_move(parse_plan(path, content), PlanStatus.APPROVED)
    if Right.HUMAN not in actor.rights and not actor.agent:
        raise IllegalMoveError(f"{plan_id}: approving is for a person, not for a worker")
    return _approve(board, actor, Subject(Kind.PLAN, plan_id, content), key)


def _approve(board: Board, actor: Actor, subject: Subject, key: str) -> dict[str, Any]:
    import msgspec

    approval: dict[str, Any] = msgspec.to_builtins(make_approval(board.repo, subject, actor, key))
    return {"approval": approval}
