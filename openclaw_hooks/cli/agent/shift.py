"""The loop of a worker: what was cut off goes on, what is ready is begun, and where there is nothing it sleeps."""

from __future__ import annotations

import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.cli.agent.naps import board_mark, sleep_until_change
from openclaw_hooks.cli.agent.pauses import Pauses
from openclaw_hooks.cli.agent.pick import Picked, pick_tasks
from openclaw_hooks.cli.agent.resume import go_on, list_cut_off
from openclaw_hooks.cli.agent.run import begin
from openclaw_hooks.cli.agent.watch import exit_code, show_end
from openclaw_hooks.cli.agent.words import shorten
from openclaw_hooks.cli.output import printable_text
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_OK, OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.run.request import Request
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.cli.agent.naps import Bell
    from openclaw_hooks.cli.agent.pick import Wanted
    from openclaw_hooks.cli.agent.watch import Form
    from openclaw_hooks.tasks.model import Task

IDLE_S: Final = 60.0  # then it looks even though the board has not changed: leases end, and people merge
MAX_TOLD: Final = 5


class Shift:
    """A worker at the board, in the name of `actor`: `request` is what it wants of each run, but for the task."""

    def __init__(self, board: Board, actor: Actor, request: Request, wanted: Wanted, form: Form) -> None:
        self.board = board
        self.actor = actor
        self.request = request
        self.wanted = wanted
        self.form = form
        self._pauses = Pauses()
        self._told: dict[str, str] | None = None

    def run(self, bell: Bell, is_once: bool) -> int:
        """The exit code, after one task or when the bell rings."""
        while not bell.rung:
            mark = board_mark(self.board)
            state = self._work_once(bell)
            if state and state.ended and state.ended.outcome is Outcome.STOPPED:
                return EXIT_INTERRUPTED if signal.SIGINT.name in state.ended.why else EXIT_OK
            if is_once:
                return exit_code(state) if state else EXIT_FINDINGS
            if state is None:
                sleep_until_change(self.board, bell, mark, IDLE_S)
        return EXIT_INTERRUPTED if bell.rung == signal.SIGINT else EXIT_OK

    def _work_once(self, bell: Bell) -> RunState | None:
        """The end of the run that was gone on with or begun; None where there is nothing to do now."""
        for state in list_cut_off(self.board.repo):
            if state.began.node != self.actor.name or not self._pauses.is_over(state.run, state.last):
                continue
            if done := self._drive(bell, partial(go_on, self.board, self.actor, state, self.form)):
                return done
            self._pauses.add(state.run, state.last)
        picked = self._pick()
        for task in picked.tasks:
            if not bell.rung and (done := self._begin(bell, task)):
                return done
        self._tell_idle(picked)
        return None

    def _pick(self) -> Picked:
        from openclaw_hooks.board.store import read_board
        from openclaw_hooks.board.upkeep.archive import judge_board
        from openclaw_hooks.roles.late import LateRoles

        tasks = read_board(self.board).tasks
        standings = judge_board(tasks, self.board.top)
        picked = pick_tasks(tasks, standings, self.wanted, LateRoles(self.board.repo.top or None))
        return picked._replace(tasks=tuple(task for task in picked.tasks if self._pauses.is_over(task.id, task)))

    def _begin(self, bell: Bell, task: Task) -> RunState | None:
        request = self.request._replace(task=task.id)
        done = self._drive(bell, partial(begin, self.board, self.actor, request, self.form))
        if done is None:
            self._pauses.add(task.id, task)
        return done

    def _drive(self, bell: Bell, drive: Callable[[], RunState]) -> RunState | None:
        """How the run ended; None for one that could not begin or go on, with the reason on stderr."""
        self._told = None
        bell.is_busy = True
        try:
            state = drive()
        except OpenclawError as error:
            print(f"openclaw: {printable_text(str(error))}", file=sys.stderr, flush=True)
            return None
        finally:
            bell.is_busy = False
        show_end(state, self.form)
        return state

    def _tell_idle(self, picked: Picked) -> None:
        """On stderr, once, that there is nothing to do, and which ready tasks are left to others."""
        if picked.left == self._told or picked.tasks:
            return
        self._told = picked.left
        print("openclaw: nothing is ready for an agent", file=sys.stderr)
        for name, reason in list(picked.left.items())[:MAX_TOLD]:
            print(f"openclaw: left alone: {name}: {shorten(reason)}", file=sys.stderr)
        if len(picked.left) > MAX_TOLD:
            print(f"openclaw: left alone: {len(picked.left) - MAX_TOLD} more", file=sys.stderr)
        sys.stderr.flush()
