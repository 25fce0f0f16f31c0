"""The end of a run: what becomes of kept work, and what the board is told."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, assert_never

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.desk import Ending
from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.make import make_row
from openclaw_hooks.agent.records.store import decode_row, read_rows, tell_row
from openclaw_hooks.agent.records.text import attempts_text
from openclaw_hooks.agent.run.decide import End, find_end
from openclaw_hooks.agent.run.folders import ROW
from openclaw_hooks.agent.run.interruption import settle_interrupted
from openclaw_hooks.agent.run.judging import keep_snapshot, put_back
from openclaw_hooks.agent.run.keeping import remove_tree, remove_trees
from openclaw_hooks.agent.run.review import find_review, is_same_metric
from openclaw_hooks.agent.trees.merging import Offer, merge_kept
from openclaw_hooks.agent.trees.refs import task_branch
from openclaw_hooks.agent.trees.worktrees import list_worktrees_of
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.leases.refs import UnreachableError
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.settings import Merge
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.agent.run.context import Run

# Status of the task after it -> how the run ended.
OUTCOMES = {Status.COMPLETED: Outcome.COMPLETED, Status.PENDING_REVIEW: Outcome.REVIEW}


def merge(run: Run) -> None:
    """Merges or pushes what was kept, as the terms say; what a person has to look at first is not merged."""
    state = run.state
    if not isinstance(state.last, said.Merging):
        run.claim_is_held()
        run.tell(said.Merging(old=state.began.base, new=state.tip))
    last = run.state.last
    assert isinstance(last, said.Merging)
    policy = state.terms.merge
    if policy is Merge.FF and (review := find_review(state, run.task, run.desk.find(state.task))):
        run.tell(said.Merged(done=False, why=f"a person looks at it first: {review}"))
        return
    offer = Offer(
        policy, task_branch(state.task), state.began.target, last.old, last.new, run.settings.agent.push_remote
    )
    try:
        done, why = merge_kept(run.repo, offer)
    except RefusedError as error:
        done, why = False, str(error)
    run.tell(said.Merged(done=done, why=why))


def close(run: Run) -> None:
    """Tells the board how the run ended; raises LostError when the task is somebody else's by now."""
    if not isinstance(run.state.last, said.Closing):
        end = find_end(run.state, run.stops)
        assert end is not None  # the step comes only then
        _announce(run, end)
    last = run.state.last
    assert isinstance(last, said.Closing)
    with open(run.path(ROW), "rb") as stream:
        row = stream.read()
    try:
        status, why = _tell_board(run, last, row)
    except (LostError, UnreachableError):
        raise
    except RefusedError as error:  # such as a task that a person has cancelled
        status, why = "", str(error)
        _tell_lost(run, why)
    run.tell(said.Closed(status=status, why=why))


def _announce(run: Run, end: End) -> None:
    outcome = end.outcome
    if outcome is Outcome.COMPLETED and find_review(run.state, run.task, run.desk.find(run.state.task)):
        outcome = Outcome.REVIEW
    row = make_row(run.events, outcome, end.why, stamp(time.time()), _read_earlier(run))
    atomic_write(run.path(ROW), fit_row(row), 0o600)
    run.tell(said.Closing(outcome=outcome, why=end.why))


def _read_earlier(run: Run) -> tuple[Row, ...]:
    """The rows of the board, by which patterns over several tasks are seen; none where it cannot be read."""
    try:
        return read_rows(open_board(run.repo.top or run.repo.git_dir)).rows
    except OpenclawError:
        return ()


def _tell_board(run: Run, closing: said.Closing, row: bytes) -> tuple[str, str]:
    state, text = run.state, attempts_text(decode_row(row))
    match closing.outcome:
        case Outcome.COMPLETED | Outcome.REVIEW:
            now = run.desk.find(state.task)
            is_measured = bool(state.began.metric) and is_same_metric(run.task, now)
            ending = Ending(text, row, is_measured, find_review(state, run.task, now))
            status, why = run.desk.complete(state.task, state.token, ending)
            return str(status), why
        case Outcome.RELEASED | Outcome.OVER_BUDGET | Outcome.STOPPED:
            return str(run.desk.release(state.task, state.token, closing.why, Ending(text, row))), closing.why
        case Outcome.LOST:
            raise LostError(closing.why)
    assert_never(closing.outcome)


def end(run: Run) -> None:
    """Removes what is left of worktrees; the run is over."""
    _remove_all(run)
    last, closing = run.state.last, run.state.history.closing
    assert isinstance(last, said.Closed)
    assert closing is not None
    outcome = OUTCOMES.get(Status(last.status), closing.outcome) if last.status else Outcome.LOST
    why = closing.why if last.why in ("", closing.why) else f"{closing.why}; {last.why}"
    run.tell(said.RunEnded(outcome=outcome, why=why))


def lose(run: Run) -> None:
    """Ends a run whose lease is somebody else's: what was tried stays under its ref, and nothing is completed."""
    settle_interrupted(run)
    if (
        run.state.attempts and run.state.attempt.judgement is None
    ):  # later, what is changed around it is the user's doing
        put_back(run)
        keep_snapshot(run)
    remove_trees(run)
    _remove_all(run)
    _tell_lost(run, run.stops.why)
    run.tell(said.RunEnded(outcome=Outcome.LOST, why=run.stops.why))


def _tell_lost(run: Run, why: str) -> None:
    """The telemetry of a run that has no say in its task any more, put onto this clone's board by itself."""
    try:
        row = make_row(run.events, Outcome.LOST, why, _find_end(run), _read_earlier(run))
        atomic_write(run.path(ROW), fit_row(row), 0o600)
        tell_row(open_board(run.repo.top or run.repo.git_dir), find_actor(run.repo), row)
    except (OpenclawError, OSError) as error:  # telemetry only informs
        print(error, file=sys.stderr)


def _find_end(run: Run) -> str:
    """When the run ended, the same each time that it is asked."""
    try:
        with open(run.path(ROW), "rb") as stream:
            return decode_row(stream.read()).ended
    except (OSError, OpenclawError):
        return stamp(time.time())


def _remove_all(run: Run) -> None:
    for owner in list_worktrees_of(run.repo, run.state.run):
        try:
            remove_tree(run, owner.n, owner.path)
        except OpenclawError as error:
            print(error, file=sys.stderr)
