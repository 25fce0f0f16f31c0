"""`openclaw agent run`: an agent on one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.agent.options import (
    Agent,
    AgentArgv,
    Events,
    Model,
    Plain,
    open_desk,
    read_argv,
    refuse_nested,
    require_finite,
)
from openclaw_hooks.cli.task.options import TaskArgument  # noqa: TC001 - Typer reads it
from openclaw_hooks.settings import Merge  # noqa: TC001

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.request import Request
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.cli.agent.watch import Form


def run(
    task: TaskArgument,
    agent: Agent = "",
    agent_command: AgentArgv = "",
    model: Model = "",
    attempts: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1000, help="At most N; 3, or as config.yaml says.")
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            min=0.01,
            callback=require_finite,
            help="Of all attempts together; the task's budget by default.",
        ),
    ] = None,
    metric_repeat: Annotated[
        int | None, typer.Option(metavar="K", min=1, max=100, help="Measure a number K times; the median counts.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(metavar="USD", min=0, callback=require_finite, help="Where the agent tells its cost; 0 for any."),
    ] = None,
    merge: Annotated[
        Merge | None,
        typer.Option(help="Kept work: leave it on its branch, fast-forward the target, or push the branch."),
    ] = None,
    plain: Plain = False,
    as_json: Events = False,
) -> None:
    """Run an agent on a task until an attempt passes checks and metric, or attempts, minutes or money are used up.

    Each attempt has a worktree of its own; your checkout is not touched. What passes is a commit on the branch
    `openclaw/TASK`, and nothing that was tried is lost. Exit code 0: work was kept; 1: none, or the run was refused.

    Example: openclaw agent run T-4k7 --agent claude --attempts 5 --minutes 60
    """
    from openclaw_hooks.agent.run.request import Request
    from openclaw_hooks.cli.agent.watch import choose_form, exit_code, show_end
    from openclaw_hooks.cli.task.options import open_place

    refuse_nested()
    argv = read_argv(agent_command, agent)
    board, actor = open_place()
    named = "any" if argv else agent
    request = Request(board.repo, task, named, argv, model, attempts, minutes, max_cost, metric_repeat, merge)
    form = choose_form(as_json, plain)
    state = begin(board, actor, request, form)
    show_end(state, form)
    if code := exit_code(state):
        raise typer.Exit(code)


def begin(board: Board, actor: Actor, request: Request, form: Form) -> RunState:
    """The state that a new run ends in, told in `form`."""
    from openclaw_hooks.agent.run.start import start_run
    from openclaw_hooks.cli.agent.watch import open_listener

    desk = open_desk(board, actor, request.agent)
    with open_listener(form) as listener:
        return start_run(request, desk, listener)
