"""Taking up a run whose process is gone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.run.context import Company, stand_in, take_up
from openclaw_hooks.agent.run.folders import find_run, read_run, run_folder
from openclaw_hooks.agent.run.lock import hold_run
from openclaw_hooks.agent.run.loop import drive
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.errors import RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.agent.desk import Desk
    from openclaw_hooks.agent.run.context import Run
    from openclaw_hooks.agent.run.progress import Listener
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.git import Repo


def resume_run(repo: Repo, run_id: str, desk: Desk, listener: Listener) -> RunState:
    """The state of the run at its end, after it went on where it was left.

    Raises RefusedError for a run that has ended, or that a process is at; LOST is how one ends whose lease is gone.
    """
    folder = run_folder(repo, find_run(repo, run_id))
    refuse_ended(read_run(folder))
    with hold_run(folder), stand_in(repo):
        run = take_up(repo, folder, Company(desk, listener))
        refuse_ended(run.state)  # while we waited for the lock
        run.tell(said.Resumed(pid=os.getpid()))
        _require_lease(run)
        return drive(run)


def refuse_ended(state: RunState) -> None:
    """Raises RefusedError for a run that has ended."""
    if state.ended is not None:
        why = f": {state.ended.why}" if state.ended.why else ""
        hint = f"see what it tried: `openclaw agent attempts {state.task}`"
        raise RefusedError(f"{state.run} has ended, {state.ended.outcome}{why}", hint)


def _require_lease(run: Run) -> None:
    """Has a run end as lost whose lease is somebody else's; not when the board was told already."""
    if not run.state.token or isinstance(run.state.last, said.Closing | said.Closed):
        return
    try:
        run.claim_is_held()
    except LostError as error:
        run.stops.lose(error.message)
