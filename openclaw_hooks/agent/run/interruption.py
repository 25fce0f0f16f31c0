"""An attempt whose runner was killed while its agent was at work: nothing of it goes on, and nothing of it is lost."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.launch import end_guardian
from openclaw_hooks.agent.run.papers import agent_log, read_watch
from openclaw_hooks.agent.trees.refs import interrupted_refs, set_attempt_ref
from openclaw_hooks.agent.trees.snapshot import Taking, holds_work, take_snapshot
from openclaw_hooks.agent.trees.spots import find_owner
from openclaw_hooks.agent.trees.tampering import find_tampering
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.agent.model import Snapshot
    from openclaw_hooks.agent.run.context import Run


def interrupt_attempt(run: Run) -> None:
    """Ends what is left of the agent, takes what lies there, and puts back what it changed around it."""
    number = run.state.attempt.number
    if not end_guardian(agent_log(run)):
        raise OpenclawError(
            f"the agent of attempt {number} cannot be ended", "look for it with `ps`, then resume again"
        )
    snapshot = _take(run)
    ref = free_name(run, number) if snapshot and holds_work(run.repo, snapshot) else ""
    commit = snapshot.commit if snapshot and ref else ""
    run.tell(said.Interrupted(n=number, ref=ref, commit=commit, seconds=_count_seconds(run)))


def free_name(run: Run, number: int) -> str:
    """The name of the next ref for what an attempt of that number left without coming to its end."""
    taken = interrupted_refs(run.repo, run.state.task)
    count = 1
    while f"{number}-interrupted-{count}" in taken:
        count += 1
    return f"{number}-interrupted-{count}"


def settle_interrupted(run: Run) -> None:
    """Puts what an interrupted attempt left under its ref, where that was announced last."""
    last = run.state.last
    if isinstance(last, said.Interrupted) and last.ref:
        set_attempt_ref(run.repo, run.state.task, last.ref, last.commit)


def _take(run: Run) -> Snapshot | None:
    """What lies in the worktree, after what was changed around it is put back; None where nothing can be taken."""
    attempt = run.state.attempt
    message = f"{run.state.task}: attempt {attempt.number}, interrupted\n\nRun: {run.state.run}\n"
    try:
        watch = read_watch(run)
        snapshot = take_snapshot(run.repo, Taking(attempt.worktree, attempt.base, message, run.subject.author, watch))
        find_tampering(run.repo, watch, snapshot).undo()
    except OpenclawError as error:
        if find_owner(run.repo, attempt.worktree) and os.path.isdir(attempt.worktree):
            raise  # made anew, the attempt would take the folder away
        print(f"nothing could be taken of attempt {attempt.number}: {error}", file=sys.stderr)
        return None
    return snapshot


def _count_seconds(run: Run) -> float:
    """How long the agent was at work before, as far as the runner was seen alive."""
    with suppress(ValueError):
        began = datetime.fromisoformat(run.state.last.at).timestamp()
        return round(max(run.left_at - began, 0), 3)
    return 0.0
