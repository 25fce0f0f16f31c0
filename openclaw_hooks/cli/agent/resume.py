"""`openclaw agent resume`: a run that was cut off, gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.agent.options import Events, Plain, complete_run, open_desk, refuse_nested
from openclaw_hooks.errors import OpenclawError, RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.cli.agent.watch import Form
    from openclaw_hooks.git import Repo

COLUMNS = ("RUN", "TASK", "AGENT", "BEGAN", "ATTEMPTS", "CUT OFF WHILE", "TITLE")


def resume(
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", help="Its id; the first characters do.", autocompletion=complete_run)
    ] = "",
    plain: Plain = False,
    as_json: Events = False,
) -> None:
    """Go on with a run that was cut off, such as by a crash; without RUN the only one, or a list of them.

    What its log says is not done again: an attempt whose agent was at work is kept as it was, and made anew.

    Example: openclaw agent resume R-4k2m9x
    """
    from openclaw_hooks.cli.agent.watch import choose_form, exit_code, show_end
    from openclaw_hooks.cli.task.options import open_place

    refuse_nested()
    board, actor = open_place()
    state = find_cut_off(board.repo, run)
    form = choose_form(as_json, plain)
    state = go_on(board, actor, state, form)
    show_end(state, form)
    if code := exit_code(state):
        raise typer.Exit(code)


def go_on(board: Board, actor: Actor, state: RunState, form: Form) -> RunState:
    """The state that a run which was cut off ends in, told in `form`."""
    from openclaw_hooks.agent.run.resume import resume_run
    from openclaw_hooks.cli.agent.watch import open_listener

    desk = open_desk(board, actor, state.began.agent)
    with open_listener(form) as listener:
        return resume_run(board.repo, state.run, desk, listener)


def find_cut_off(repo: Repo, name: str) -> RunState:
    """The run that `name` means, or the only one that was cut off.

    Raises OpenclawError for one that is not there or not alone, RefusedError for one that has ended or is at work.
    """
    from openclaw_hooks.agent.run.folders import find_run, is_alive, read_run, run_folder

    if not name:
        return _choose(list_cut_off(repo))
    state = read_run(run_folder(repo, find_run(repo, name)))
    if state.ended:
        raise RefusedError(
            f"{state.run} has ended: {state.ended.outcome}", f"see `openclaw agent attempts {state.task}`"
        )
    if is_alive(state.folder):
        raise RefusedError(f"{state.run} is not cut off: a process is at it", "wait for its end, or interrupt it there")
    return state


def list_cut_off(repo: Repo) -> list[RunState]:
    """The runs of this clone that have not ended and that no process is at, oldest first."""
    from openclaw_hooks.agent.run.folders import is_alive, list_runs

    return [state for state in list_runs(repo) if state.ended is None and not is_alive(state.folder)]


def _choose(states: list[RunState]) -> RunState:
    if not states:
        raise RefusedError("no run was cut off here", "begin one: `openclaw agent run TASK`")
    if len(states) > 1:
        _show(states)
        raise OpenclawError(f"{len(states)} runs were cut off", "name one: `openclaw agent resume RUN`")
    return states[0]


def _show(states: list[RunState]) -> None:
    from openclaw_hooks.cli.agent.tell import show_phase
    from openclaw_hooks.cli.output import print_table

    rows = [
        (
            state.run,
            state.task,
            state.began.agent,
            state.began.at,
            str(len(state.attempts)),
            show_phase(state.last),
            state.began.title,
        )
        for state in states
    ]
    print_table(COLUMNS, rows, unwrapped=2)
