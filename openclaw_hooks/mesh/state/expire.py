"""What time brings about: tasks whose holder is silent or whose lease is over, and plans whose time is up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.leases.lease import is_live
from openclaw_hooks.mesh.state.decide import Decision, finish_turn
from openclaw_hooks.mesh.state.turn import Policy, Request, Turn, open_turn
from openclaw_hooks.mesh.wire.messages import Command
from openclaw_hooks.plans.dispatch import advance_plan
from openclaw_hooks.plans.service import UNDER_WAY
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.mesh.state.board_state import BoardState
    from openclaw_hooks.mesh.state.leases import MeshLease

UNHELD_S: Final = 300.0  # a task that somebody is said to work on, without a lease
CUT_OFF_S: Final = (
    30.0  # a lease whose task does not say so: a lead ended between the two, and the claim was not asked again
)


def expire(state: BoardState, now: float, silent: Mapping[str, float], policy: Policy, node: str) -> Decision:
    """Tasks whose holder lost them go back to the queue with the reason; leases that came to nothing are dropped.

    `silent` says for how many seconds each node has not been heard: infinitely many for one that was revoked, none for
    one that is not in it. `node` leads.
    """

    def work(turn: Turn) -> None:
        for task in sorted(state.active):
            if reason := _find_reason(turn, task, silent):
                changes = {"status": Status.QUEUED, "owner": "", "reason": reason}
                turn.edit.put_task(task, changes, reason)
        for task, (_, lease) in state.leases.items():
            if _is_cut_off(turn, task, lease):
                turn.claims.drop(task, lease.token)

    return _let_time_pass(state, now, policy, (node, work))


def settle(state: BoardState, now: float, policy: Policy, node: str) -> Decision:
    """Every plan under way goes on as far as it can: tasks over their budget, and what nobody was there to do before."""

    def work(turn: Turn) -> None:
        for plan, content in sorted(state.plans.items()):
            if UNDER_WAY.search(content):
                advance_plan(turn.edit, plan, policy.roles, turn.claims)

    return _let_time_pass(state, now, policy, (node, work))


def _let_time_pass(state: BoardState, now: float, policy: Policy, work: tuple[str, Callable[[Turn], None]]) -> Decision:
    node, step = work
    turn = open_turn(state, Request(node, "lead", Command(id="", verb="put"), now), policy)
    try:
        step(turn)
        return finish_turn(turn)
    finally:
        turn.edit.undo()


def _find_reason(turn: Turn, task: str, silent: Mapping[str, float]) -> str:
    """Why the holder of a task that is claimed or running has lost it; empty while they have not."""
    state, now = turn.state, turn.request.now
    lease = turn.claims.read(task)
    if lease is None:
        return _judge_unheld(state, task, now)
    state.unheld.pop(task, None)
    minutes = turn.policy.settings.mesh.silent_minutes
    if silent.get(lease.owner, 0.0) == math.inf:
        return f"{lease.owner} is not let in any more"
    if silent.get(lease.owner, 0.0) >= minutes * 60:
        return f"{lease.owner} has not been heard for {_describe(silent[lease.owner])}"
    return "" if is_live(lease, now) else f"the lease of {lease.owner} ended {lease.expires}"


def _describe(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{int(seconds // 60)} minutes"


def _judge_unheld(state: BoardState, task: str, now: float) -> str:
    owner = state.tasks[task].owner or "nobody"
    is_over = now - state.unheld.setdefault(task, now) >= UNHELD_S
    return f"{owner} holds no lease of it" if is_over else ""


def _is_cut_off(turn: Turn, task: str, lease: MeshLease) -> bool:
    if not lease.owner or task in turn.state.active:
        if not lease.owner and task not in turn.state.active:
            turn.state.unheld.pop(task, None)
        return False
    return turn.request.now - turn.state.unheld.setdefault(task, turn.request.now) >= CUT_OFF_S
