"""`openclaw agent list`: which agent commands there are, and whether they can be run here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.cli.task.options import Json  # noqa: TC001 - Typer reads it

if TYPE_CHECKING:
    from openclaw_hooks.agent.commands import AgentCommand

COLUMNS = ("AGENT", "", "PROGRAM", "VERSION", "EVENTS", "FROM")
COLOURS = {"not found": "red", "mock": "yellow"}


class Known(NamedTuple):
    """An agent command, where its program lies (empty: nowhere), and what that says of its version."""

    command: AgentCommand
    program: str
    version: str


def list_agents(
    fast: Annotated[bool, typer.Option("--fast", help="Do not ask the programs for their versions.")] = False,
    as_json: Json = False,
) -> None:
    """List the agent commands: those that are shipped, and those of `.openclaw/agents.yaml`.

    Example: openclaw agent list
    """
    from openclaw_hooks.agent.commands import load_agents
    from openclaw_hooks.cli.output import print_json
    from openclaw_hooks.cli.place import find_repo
    from openclaw_hooks.settings import load_settings

    repo = find_repo()
    root = (repo.top or None) if repo else None
    default = load_settings(root).agent.name if root else ""
    known = look_up([*load_agents(root).values()], asks_version=not fast)
    if as_json:
        print_json("agents", [_values(one, default) for one in known])
        return
    _show(known, default)


def look_up(commands: list[AgentCommand], asks_version: bool) -> list[Known]:
    """Where the programs of `commands` lie and which versions they are, all asked at once: some take a second."""
    from concurrent.futures import ThreadPoolExecutor

    from openclaw_hooks.agent.commands import agent_env, find_program
    from openclaw_hooks.agent.launch import ask_version

    def look(command: AgentCommand) -> Known:
        words = tuple(word for word in command.argv if isinstance(word, str))
        program = find_program(words, os.environ)
        is_asked = asks_version and program and command.version_cmd
        version = ask_version(command, os.getcwd(), agent_env(command, os.environ, {})) if is_asked else ""
        return Known(command, program, version)

    with ThreadPoolExecutor(max(1, len(commands))) as pool:
        return list(pool.map(look, commands))


def _values(known: Known, default: str) -> dict[str, object]:
    from openclaw_hooks.cli.output import all_fields

    told = {"is_default": known.command.name == default, "program": known.program, "version": known.version}
    return {**all_fields(known.command), **told}


def _show(known: list[Known], default: str) -> None:
    from openclaw_hooks.cli.output import print_table

    rows = []
    for one in known:
        command = one.command
        marks = ["default"] if command.name == default else []
        marks += [str(command.provenance)] if command.provenance != "real" else []
        program = one.program or ("not found" if command.argv else "--agent-command")
        rows.append(
            (command.name, ", ".join(marks), program, one.version, str(command.events), command.file or "shipped")
        )
    print_table(COLUMNS, rows, COLOURS)
