"""Who may move a task from which status to which: one table, and the question put to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.model import Status


class Right(StrEnum):
    """What entitles somebody to a move.

    `any`: every node. `lead`: who keeps the board (without a mesh, everyone at this repository). `owner`: the
    claim's holder, with its token. `human`: a person, which no agent's environment is.
    """

    ANY = "any"
    LEAD = "lead"
    OWNER = "owner"
    HUMAN = "human"


class IllegalMoveError(RefusedError):
    """The table does not have this move, or not for who asks."""


_PEOPLE: Final = {Right.ANY: "anybody", Right.LEAD: "the lead", Right.OWNER: "its owner", Right.HUMAN: "a person"}
_ANY = frozenset({Right.ANY, Right.LEAD, Right.OWNER, Right.HUMAN})
_LEAD = frozenset({Right.LEAD})
_OWNER = frozenset({Right.OWNER})
_HUMAN = frozenset({Right.HUMAN})

# From nothing to the statuses that a task can begin with.
BIRTHS: Final[dict[Status, frozenset[Right]]] = {
    Status.PROPOSED: _ANY,
    Status.QUEUED: _LEAD,
}

# A claim moves an own lease on, and takes over one that has ended: claimed and running go to claimed again.
MOVES: Final[dict[tuple[Status, Status], frozenset[Right]]] = {
    (Status.PROPOSED, Status.QUEUED): _LEAD,
    (Status.PROPOSED, Status.REJECTED): _LEAD,
    (Status.PROPOSED, Status.CANCELLED): _LEAD,
    (Status.QUEUED, Status.CLAIMED): _ANY,
    (Status.QUEUED, Status.CANCELLED): _LEAD,
    (Status.QUEUED, Status.FAILED): _LEAD,
    (Status.CLAIMED, Status.CLAIMED): _ANY,
    (Status.CLAIMED, Status.RUNNING): _OWNER,
    (Status.CLAIMED, Status.PENDING_REVIEW): _OWNER,
    (Status.CLAIMED, Status.COMPLETED): _OWNER,
    (Status.CLAIMED, Status.FAILED): _OWNER | _LEAD,
    (Status.CLAIMED, Status.RELEASED): _OWNER | _LEAD,
    (Status.CLAIMED, Status.QUEUED): _LEAD,
    (Status.CLAIMED, Status.CANCELLED): _LEAD,
    (Status.RUNNING, Status.CLAIMED): _ANY,
    (Status.RUNNING, Status.PENDING_REVIEW): _OWNER,
    (Status.RUNNING, Status.COMPLETED): _OWNER,
    (Status.RUNNING, Status.FAILED): _OWNER | _LEAD,
    (Status.RUNNING, Status.RELEASED): _OWNER | _LEAD,
    (Status.RUNNING, Status.QUEUED): _LEAD,
    (Status.RUNNING, Status.CANCELLED): _LEAD,
    (Status.PENDING_REVIEW, Status.COMPLETED): _HUMAN,
    (Status.PENDING_REVIEW, Status.QUEUED): _HUMAN,
    (Status.PENDING_REVIEW, Status.FAILED): _HUMAN,
    (Status.PENDING_REVIEW, Status.CANCELLED): _LEAD,
    (Status.RELEASED, Status.CLAIMED): _ANY,
    (Status.RELEASED, Status.QUEUED): _LEAD,
    (Status.RELEASED, Status.FAILED): _LEAD,
    (Status.RELEASED, Status.CANCELLED): _LEAD,
    (Status.RELEASED, Status.COMPLETED): _LEAD,  # a recovery task made it good
    (Status.FAILED, Status.QUEUED): _LEAD,
    (Status.FAILED, Status.COMPLETED): _LEAD,  # a recovery task made it good
}


def allowed_moves(status: Status, rights: frozenset[Right]) -> tuple[Status, ...]:
    """Where somebody with `rights` may move a task that is `status`, in the order of the table."""
    return tuple(new for (old, new), entitled in MOVES.items() if old is status and entitled & rights)


def require_move(task_id: str, old: Status | None, new: Status, rights: frozenset[Right]) -> None:
    """Raises IllegalMoveError, which names the moves that are allowed, unless `rights` entitle to old -> new.

    `old` is None for a task that is made.
    """
    entitled = BIRTHS.get(new, frozenset()) if old is None else MOVES.get((old, new), frozenset())
    if entitled & rights:
        return
    if old is None:
        allowed = [status for status, able in BIRTHS.items() if able & rights]
        raise IllegalMoveError(f"{task_id} may not begin as {new}", f"allowed: {_join(allowed)}")
    open_to = _join(allowed_moves(old, rights))
    if not entitled:
        raise IllegalMoveError(f"{task_id} is {old} and cannot become {new}", f"allowed from here: {open_to}")
    able = " or ".join(_PEOPLE[right] for right in sorted(entitled))
    raise IllegalMoveError(f"{task_id}: {old} -> {new} is for {able} only", f"allowed for you: {open_to}")


def _join(statuses: list[Status] | tuple[Status, ...]) -> str:
    return ", ".join(statuses) or "nothing"
