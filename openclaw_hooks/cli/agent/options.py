"""What the verbs of `openclaw agent` share: their options, and the desk that a run goes to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.board.leases.held import RUN_VARIABLE
from openclaw_hooks.errors import OpenclawError, RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.agent.desk import Desk
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board


def complete_agent(incomplete: str) -> list[str]:
    """For the shell: the agent commands whose names begin so."""
    from openclaw_hooks.agent.commands import load_agents
    from openclaw_hooks.cli.place import find_repo

    repo = find_repo()
    try:
        return [name for name in load_agents(repo.top if repo else None) if name.startswith(incomplete)]
    except OpenclawError:
        return []


def complete_run(incomplete: str) -> list[tuple[str, str]]:
    """For the shell: the runs of this clone that begin so, with their tasks."""
    from openclaw_hooks.agent.run.folders import list_runs
    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.cli.place import find_repo

    repo = find_repo()
    states = list_runs(repo) if repo else []
    return [
        (state.run, one_line(f"{state.task} {state.began.title}"))
        for state in states
        if state.run.startswith(incomplete)
    ]


def require_finite(amount: float | None) -> float | None:
    """The same amount; a usage error for `nan` and `inf`, which pass every limit and which no log can hold."""
    import math

    if amount is not None and not math.isfinite(amount):
        raise typer.BadParameter(f"{amount} is no amount.")
    return amount


Agent = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="The agent command; `agent.name` of config.yaml by default.", autocompletion=complete_agent
    ),
]
AgentArgv = Annotated[
    str, typer.Option("--agent-command", metavar="WORDS", help="A command of your own; the prompt is on its stdin.")
]
Model = Annotated[str, typer.Option(metavar="NAME", help="The model to ask for.")]
Events = Annotated[bool, typer.Option("--json", help="Print events as lines of JSON, as into a pipe.")]
Plain = Annotated[bool, typer.Option("--plain", help="Print plain lines, also into a pipe.")]


def read_argv(words: str, agent: str) -> tuple[str, ...]:
    """The command that `words` are, as a shell would split them, its program as seen from here; raises OpenclawError."""
    import shlex

    if words and agent not in ("", "any"):
        raise OpenclawError(f"--agent {agent} and --agent-command exclude each other", "leave one of them out")
    try:
        found = tuple(shlex.split(words))
    except ValueError as error:
        raise OpenclawError(f"--agent-command: {error}", "quote it as for a shell") from error
    if words and not found:
        raise OpenclawError("--agent-command has no words")
    if found and os.sep in found[0]:
        return (os.path.abspath(os.path.expanduser(found[0])), *found[1:])
    return found


def refuse_nested() -> None:
    """Raises RefusedError inside an attempt: an agent that starts agents would spend what nobody counts."""
    if run := os.environ.get(RUN_VARIABLE, ""):
        raise RefusedError(
            f"this is an attempt of run {run[:40]!a}: no other run is begun from it", "end the attempt first"
        )


def open_desk(board: Board, actor: Actor, agent: str) -> Desk:
    """Where a run goes with its claim: the lead of the mesh that this repository is part of, else its own board."""
    from openclaw_hooks.cli.task.door import find_line

    line = find_line(board, actor)
    if line is not None:
        from openclaw_hooks.cli.agent.mesh_desk import MeshDesk

        return MeshDesk(board, line, agent)
    from openclaw_hooks.agent.run.local_desk import LocalDesk

    return LocalDesk(board, actor, agent)
