"""The loop of a run: its state says what is next, that is done, and its log says so."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.run.attempting import begin_attempt, launch, prepare_attempt
from openclaw_hooks.agent.run.claiming import claim, start
from openclaw_hooks.agent.run.context import LEASE_MINUTES
from openclaw_hooks.agent.run.decide import Step, choose_step
from openclaw_hooks.agent.run.ending import close, end, lose, merge
from openclaw_hooks.agent.run.heart import Lifeline, beat
from openclaw_hooks.agent.run.interruption import interrupt_attempt
from openclaw_hooks.agent.run.judging import check, judge_attempt, measure_attempt, snapshot_attempt
from openclaw_hooks.agent.run.keeping import clean, keep
from openclaw_hooks.agent.run.measuring import measure_base
from openclaw_hooks.agent.run.stops import heed_signals
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.run.context import Run
    from openclaw_hooks.agent.run.state import RunState

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})

STEPS: Final[dict[Step, Callable[[Run], None]]] = {
    Step.CLAIM: claim,
    Step.START: start,
    Step.MEASURE_BASE: measure_base,
    Step.BEGIN: begin_attempt,
    Step.PREPARE: prepare_attempt,
    Step.LAUNCH: launch,
    Step.INTERRUPT: interrupt_attempt,
    Step.SNAPSHOT: snapshot_attempt,
    Step.CHECK: check,
    Step.MEASURE: measure_attempt,
    Step.JUDGE: judge_attempt,
    Step.KEEP: keep,
    Step.CLEAN: clean,
    Step.MERGE: merge,
    Step.CLOSE: close,
    Step.END: end,
    Step.LOSE: lose,
}


def drive(run: Run) -> RunState:
    """The state of the run at its end; raises OpenclawError where the disk takes nothing more.

    An exception leaves it as it is: whoever takes it up goes on where it was. The lease is kept alive as long as there is one.
    """
    try:
        return _drive(run)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        message = f"the run cannot go on: {error.strerror}" + (f" ({error.filename})" if error.filename else "")
        raise OpenclawError(message, f"mend that, then `openclaw agent resume {run.state.run}`") from error


def _drive(run: Run) -> RunState:
    with ExitStack() as stack:
        stack.enter_context(heed_signals(run.stops))
        has_heart = False
        while run.state.ended is None:
            if run.state.token and not has_heart:
                has_heart = True
                line = Lifeline(run.state.folder, run.state.task, run.state.token, LEASE_MINUTES)
                stack.enter_context(beat(run.desk, line, run.stops))
                run.stops.look_out(partial(run.desk.find_loss, line.task, line.token))
            try:
                STEPS[choose_step(run.state, run.stops)](run)
            except LostError as error:
                run.stops.lose(error.message)
    return run.state
