"""The `openclaw` command: a table of commands, each loaded only when it is called."""

from __future__ import annotations

import gc
from typing import Annotated, Any

import typer

from openclaw_hooks.cli.boundary import run_guarded
from openclaw_hooks.cli.lazy import LazyCommand, LazyGroup, load_entry

COMMANDS = {
    "init": LazyCommand("init", "init", "Set this repository up: hooks, policy, agents."),
    "uninstall": LazyCommand("uninstall", "uninstall", "Take back what init wrote."),
    "doctor": LazyCommand("doctor", "doctor", "Show whether every layer is alive, and mend it."),
    "check": LazyCommand("check", "check", "Run the checks on files, on what is staged, or on commits."),
    "task": LazyCommand("task.app", "app", "Make, list, claim and finish tasks."),
    "plan": LazyCommand("plan.app", "app", "Make plans from templates, approve them, see how far they are."),
    "agent": LazyCommand("agent.app", "app", "Run agents on tasks; keep only what passes."),
    "board": LazyCommand("board.app", "app", "Attach, look at and share the branch that holds tasks and plans."),
    "sync": LazyCommand("sync", "sync", "Keep this board in step with those of other machines."),
    "mesh": LazyCommand("mesh.app", "app", "Run the server that boards will be joined on; let nodes in."),
    "knowledge": LazyCommand("knowledge.app", "app", "Search documents, tasks, plans, rules, roles and memory."),
    "site": LazyCommand("site.app", "app", "Mission Control: build and serve the board, plans and rules as a site."),
    "explain": LazyCommand("explain", "explain", "Show what a command line runs, and whether an agent may run it."),
    "rules": LazyCommand("rules", "app", "List, show, match, lint and backtest the rules."),
    "roles": LazyCommand("roles", "app", "List, show and match the roles."),
    "prompt": LazyCommand("prompt", "prompt", "Print the exact text that an agent is given."),
    "schema": LazyCommand("schema", "schema", "Print the JSON Schema of a file format."),
    "log": LazyCommand("log", "log", "Show what the hooks decided."),
    "drill": LazyCommand("drill", "drill", "Try what must not get through, at every layer that is installed."),
    "demo": LazyCommand("demo", "demo", "See it work in a scratch repository."),
}


class Commands(LazyGroup):
    """The commands of `openclaw`."""

    table = COMMANDS


def load_command(name: str) -> Any:
    """The command `name`, imported: a command or group of Typer's own copy of click."""
    return load_entry(name, COMMANDS[name])


app = typer.Typer(
    name="openclaw",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from openclaw_hooks import __version__

        typer.echo(f"openclaw-hooks {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Guard rails and mission control for coding agents, kept as files in a git repo.

    Example: openclaw init && openclaw doctor
    """


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings or refused, 2 usage, 3 internal error, 130 interrupted."""
    gc.set_threshold(50_000)  # thousands of tasks are read at once, and hardly anything dies in so short a life
    code = run_guarded(lambda: app(standalone_mode=False))
    gc.freeze()  # the interpreter's last collection would walk through all that was read: 20 ms for 5,000 tasks
    raise SystemExit(code)
