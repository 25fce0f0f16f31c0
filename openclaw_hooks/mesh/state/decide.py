"""The lead's decision about a command: state and command in; changes, leases, events and an answer out.

Nothing is written, read or waited for here. The state shows the changes only while they are made: it learns of them,
like of those of anybody else, when they are written (`BoardState.take`). Two decisions whose keys overlap, the plans of
their tasks among them, are made one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.leaks import refuse_leaks
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.state import births, merges, task_verbs
from openclaw_hooks.mesh.state.edit import TooLargeError
from openclaw_hooks.mesh.state.tell import describe_problem, make_answer, make_events
from openclaw_hooks.mesh.state.turn import Policy, Request, Turn, open_turn
from openclaw_hooks.mesh.wire.keys import key_of
from openclaw_hooks.mesh.wire.messages import Answer
from openclaw_hooks.plans.service import advance_plans, ended_leases
from openclaw_hooks.tasks.model import MAX_TASK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.state.board_state import BoardState
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.mesh.wire.events import Event

__all__ = ["VERBS", "Decision", "Policy", "Request", "decide", "finish_turn", "read_policy"]

VERBS: Final[dict[str, Callable[[Turn], None]]] = {
    "propose": births.propose,
    "new": births.new,
    "edit": merges.edit,
    "put": merges.put,
    "claim": task_verbs.claim,
    "start": task_verbs.start,
    "heartbeat": task_verbs.heartbeat,
    "complete": task_verbs.complete,
    "fail": task_verbs.fail,
    "release": task_verbs.release,
    "accept": task_verbs.accept,
    "reject": task_verbs.reject,
    "approve": task_verbs.approve,
    "cancel": task_verbs.cancel,
    "requeue": task_verbs.requeue,
    "plan_approve": task_verbs.plan_approve,
    "plan_abort": task_verbs.plan_abort,
    "plan_advance": task_verbs.plan_advance,
    "hello": task_verbs.hello,
}
UNDER_A_CLAIM: Final = frozenset({"start", "heartbeat", "complete", "fail", "release"})
UNSEARCHED: Final = frozenset({"put"})  # the lead's own board was searched for secrets before


class Decision(NamedTuple):
    """What follows from a command.

    `changes`: key -> the revision that it was decided from (0: there was none) and the new value. `leases`: the same for
    the tasks' leases, to be written first: a claim holds others off before the task says so. `rows` are for the lead's
    own board: the mesh does not carry them.
    """

    changes: dict[str, tuple[int, bytes]]
    leases: dict[str, tuple[int, MeshLease]]
    answer: Answer
    events: tuple[Event, ...] = ()
    deletes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def read_policy(board: Board) -> Policy:
    """What the lead goes by, from its clone: settings, signers and roles; raises DocumentError. Starts git."""
    from openclaw_hooks.board.approving import signers
    from openclaw_hooks.roles.late import LateRoles
    from openclaw_hooks.settings import load_settings

    settings = load_settings(board.repo.top or board.repo.git_dir)
    return Policy(board, settings, signers.read_policy(board.repo), LateRoles(board.repo.top or None))


def decide(state: BoardState, request: Request, policy: Policy) -> Decision:
    """What follows from the command of `request`; raises nothing that a command can cause."""
    turn: Turn | None = None
    try:
        turn = open_turn(state, request, policy)
        verb = VERBS.get(request.command.verb)
        if verb is None:
            raise OpenclawError(f"the lead knows no command `{request.command.verb}`", "is it of another version?")
        _take_up_claim(turn)
        verb(turn)
        return finish_turn(turn)
    except OpenclawError as error:
        told = _as_too_large(turn, error) if turn else error
        return Decision({}, {}, Answer(request.command.id, ok=False, error=describe_problem(told)))
    finally:
        if turn:
            turn.edit.undo()


def _take_up_claim(turn: Turn) -> None:
    """Knows the claim that a command is made under again, where the store has lost all leases."""
    command = turn.request.command
    task = turn.state.tasks.get(command.task)
    if task is not None and command.token and command.verb in UNDER_A_CLAIM:
        turn.claims.take_up(task, command.token)


def finish_turn(turn: Turn) -> Decision:
    """What the verb did and what follows for plans and leases; raises RefusedError for secrets."""
    advance_plans(turn.edit, turn.edit.before, turn.claims, turn.policy.roles)
    for lease in ended_leases(turn.edit, turn.edit.before, turn.claims):
        turn.claims.drop(lease.task, lease.token)
    if turn.request.command.verb not in UNSEARCHED:
        refuse_leaks(turn.edit)
    changes = _list_changes(turn)
    leases = {
        task: (turn.state.leases[task][0] if task in turn.state.leases else 0, lease)
        for task, lease in turn.claims.changes.items()
    }
    answer, events = make_answer(turn, changes), make_events(turn, changes)
    return Decision(changes, leases, answer, events, rows=tuple(turn.rows))


def _list_changes(turn: Turn) -> dict[str, tuple[int, bytes]]:
    changes = {}
    for path, content in turn.edit.changes.items():
        key = key_of(path)
        if content is not None and content != turn.state.content(key):
            changes[key] = (turn.state.revision(key), content)
    return changes


def _as_too_large(turn: Turn, error: OpenclawError) -> OpenclawError:
    """The error of a file that grew too large says so, whoever noticed it."""
    old = turn.state.content(turn.named) or b""
    if isinstance(error, RefusedError | TooLargeError) or len(old) + turn.args.size <= MAX_TASK_BYTES:
        return error
    return TooLargeError(error.message, error.hint or "shorten it")
