"""What is told of a decision: events for everybody, and the answer for whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.state.births import ConflictError
from openclaw_hooks.mesh.state.edit import TooLargeError
from openclaw_hooks.mesh.state.leases import TakenError
from openclaw_hooks.mesh.state.turn import ForbiddenError, NotFoundError
from openclaw_hooks.mesh.wire.events import PLAN, TASK, Event
from openclaw_hooks.mesh.wire.keys import PLANS, bucket_of, path_of
from openclaw_hooks.mesh.wire.messages import Answer, Problem
from openclaw_hooks.plans.service import tell_followed
from openclaw_hooks.tasks.moves import IllegalMoveError

if TYPE_CHECKING:
    from openclaw_hooks.mesh.state.turn import Turn
    from openclaw_hooks.tasks.model import Task

MAX_ANSWER_BYTES: Final = 500_000  # of files; what does not fit comes to everybody by way of the buckets

# The first kind that an error is of says its code.
CODES: Final[tuple[tuple[type[OpenclawError], str], ...]] = (
    (TakenError, "taken"),
    (LostError, "lost"),
    (IllegalMoveError, "illegal"),
    (ConflictError, "conflict"),
    (ForbiddenError, "forbidden"),
    (TooLargeError, "too_large"),
    (NotFoundError, "not_found"),
    (RefusedError, "refused"),
    (OpenclawError, "invalid"),
)


def describe_problem(error: OpenclawError) -> Problem:
    """The error as an answer carries it."""
    code = next(code for kind, code in CODES if isinstance(error, kind))
    return Problem(code, " ".join(error.message.split()), " ".join(error.hint.split()))


def make_answer(turn: Turn, changes: dict[str, tuple[int, bytes]]) -> Answer:
    """The answer to a command that was done: the file that it was about, all others that changed, and what followed."""
    reports = [*turn.result.get("reports", ()), *turn.edit.reports]
    is_plan = bucket_of(turn.named) == PLANS
    lines = tell_followed(turn.edit, () if is_plan else {turn.named})
    result = {**turn.result, "reports": reports}
    return Answer(turn.request.command.id, result=result, files=_show_files(turn, changes), lines=lines)


def make_events(turn: Turn, changes: dict[str, tuple[int, bytes]]) -> tuple[Event, ...]:
    """What happened to each task and plan that changed; the revision is for who writes it to fill in."""
    return tuple(
        _task_event(turn, key) if key in turn.edit.snapshot.tasks else _plan_event(turn, key) for key in changes
    )


def _task_event(turn: Turn, key: str) -> Event:
    old, new = turn.edit.before.get(key), turn.edit.snapshot.tasks[key]
    return Event(
        at=stamp(turn.request.now),
        kind=TASK,
        name=key,
        what=_describe_step(old, new),
        by=turn.node,
        old=str(old.status) if old else "",
        owner=new.owner,
        reason=new.reason,
        title=new.title,
    )


def _describe_step(old: Task | None, new: Task) -> str:
    is_moved = old is None or old.status is not new.status or old.owner != new.owner
    return str(new.status) if is_moved else "edited"


def _plan_event(turn: Turn, key: str) -> Event:
    from openclaw_hooks.documents import DocumentError
    from openclaw_hooks.plans.store import parse_plan

    path = path_of(key)
    at = stamp(turn.request.now)
    try:
        plan = parse_plan(path, turn.edit.snapshot.plans[key])
        before = turn.state.content(key)
        old = str(parse_plan(path, before).status) if before else ""
    except DocumentError:
        return Event(at, PLAN, key, "edited", by=turn.node)
    what = "edited" if old == plan.status else str(plan.status)
    return Event(at, PLAN, key, what, by=turn.node, old=old, reason=plan.reason, title=plan.title)


def _show_files(turn: Turn, changes: dict[str, tuple[int, bytes]]) -> dict[str, str]:
    contents = {key: content for key, (_, content) in changes.items()}
    if turn.named and turn.named not in contents:
        contents[turn.named] = turn.state.content(turn.named) or b""
    files: dict[str, str] = {}
    left = MAX_ANSWER_BYTES
    for key in sorted(contents, key=lambda key: key != turn.named):
        left -= len(contents[key])
        if left >= 0 or key == turn.named:
            files[path_of(key)] = contents[key].decode()
    return files
