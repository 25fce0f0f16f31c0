"""`openclaw agent work`: an agent on one ready task after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.agent.options import (
    Agent,
    AgentArgv,
    Events,
    Model,
    Plain,
    read_argv,
    refuse_nested,
    require_finite,
)
from openclaw_hooks.settings import Merge  # noqa: TC001 - Typer reads it

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board


def work(
    once: Annotated[bool, typer.Option("--once", help="At most one task, then end: for cron and CI.")] = False,
    agent: Agent = "",
    agent_command: AgentArgv = "",
    model: Model = "",
    role: Annotated[list[str] | None, typer.Option(metavar="ROLE", help="Only tasks in one of these roles.")] = None,
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="LABEL", help="Only tasks with all of these labels.")
    ] = None,
    attempts: Annotated[int | None, typer.Option(metavar="N", min=1, max=1000, help="At most N at each task.")] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            metavar="USD", min=0, callback=require_finite, help="Of each run, where the agent tells its cost."
        ),
    ] = None,
    merge: Annotated[Merge | None, typer.Option(help="What is done with kept work, as for `agent run`.")] = None,
    plain: Plain = False,
    as_json: Events = False,
) -> None:
    """Run an agent on one ready task after the other, and wait where there is none, until interrupted.

    Taken are tasks for an agent alone: mode solo_mesh, or auto where the same signals as in a plan say so. A run that
    was cut off goes on first; what a run gave back is not tried again before somebody requeues it.

    Example: openclaw agent work --role backend-dev --merge branch
    """
    from openclaw_hooks.agent.run.request import Request
    from openclaw_hooks.cli.agent.naps import open_bell
    from openclaw_hooks.cli.agent.pick import Wanted
    from openclaw_hooks.cli.agent.shift import Shift
    from openclaw_hooks.cli.agent.watch import choose_form
    from openclaw_hooks.cli.task.options import open_place

    refuse_nested()
    argv = read_argv(agent_command, agent)
    board, actor = open_place()
    named = "any" if argv else agent
    require_agent(board, named)
    request = Request(board.repo, "", named, argv, model, attempts, None, max_cost, None, merge)
    with open_bell() as bell:
        shift = Shift(board, actor, request, Wanted(tuple(role or ()), tuple(label or ())), choose_form(as_json, plain))
        code = shift.run(bell, is_once=once)
    if code:
        raise typer.Exit(code)


def require_agent(board: Board, name: str) -> None:
    """Raises OpenclawError unless there is an agent command of that name, or one that the settings name."""
    from openclaw_hooks.agent.commands import find_agent, load_agents
    from openclaw_hooks.settings import load_settings

    repo = board.repo
    find_agent(load_agents(repo.top or None), name, load_settings(repo.top or repo.git_dir).agent)
