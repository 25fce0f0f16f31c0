"""The beginning of a run on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.run.context import LEASE_MINUTES

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.context import Run


def claim(run: Run) -> None:
    """Takes the task; raises RefusedError when somebody else has it, or when it cannot be begun."""
    if not isinstance(run.state.last, said.Claiming):
        run.tell(said.Claiming())
    lease = run.desk.claim(run.state.task, run.state.run, LEASE_MINUTES)
    run.tell(said.Claimed(token=lease.token, expires=lease.expires))


def start(run: Run) -> None:
    """Says on the board that the work has begun."""
    run.desk.start(run.state.task, run.state.token)
    run.tell(said.Started())
