"""The `openclaw` command: a table of commands, each loaded only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from openclaw_hooks.cli.boundary import run_guarded
from openclaw_hooks.errors import OpenclawError


class LazyCommand(NamedTuple):
    """Where a command lies (`app` for a group of commands), and its line in the help."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "init": LazyCommand("init", "init", "Set this repository up: hooks, policy, agents."),
    "uninstall": LazyCommand("uninstall", "uninstall", "Take back what init wrote."),
    "doctor": LazyCommand("doctor", "doctor", "Show whether every layer is alive, and mend it."),
    "check": LazyCommand("check", "check", "Run the checks on files, on what is staged, or on commits."),
    "task": LazyCommand("task.app", "app", "Make, list, claim and finish tasks."),
    "plan": LazyCommand("plan.app", "app", "Make plans from templates, approve them, see how far they are."),
    "explain": LazyCommand("explain", "explain", "Show what a command line runs, and whether an agent may run it."),
    "rules": LazyCommand("rules", "app", "List, show, match, lint and backtest the rules."),
    "roles": LazyCommand("roles", "app", "List, show and match the roles."),
    "prompt": LazyCommand("prompt", "prompt", "Print the exact text that an agent is given."),
    "schema": LazyCommand("schema", "schema", "Print the JSON Schema of a file format."),
    "log": LazyCommand("log", "log", "Show what the hooks decided."),
    "drill": LazyCommand("drill", "drill", "Try what must not get through, at every layer that is installed."),
    "demo": LazyCommand("demo", "demo", "See it work in a scratch repository."),
}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and help line, and imports one only to run it.

    The types of Typer's own copy of click are private, so contexts and commands are `Any` here.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that carries the help line; `resolve_command` loads the real one."""
        entry = COMMANDS.get(cmd_name)
        return TyperCommand(cmd_name, help=entry.help, rich_markup_mode=None) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that `args` begin with, loaded; raises OpenclawError that names the nearest."""
        if args[0] not in COMMANDS:
            if args[0].startswith("-"):
                return super().resolve_command(ctx, args)
            from openclaw_hooks.documents import suggest

            raise OpenclawError(f"no command `{args[0]}`", suggest(args[0], list(COMMANDS)))
        return args[0], load_command(args[0]), args[1:]


def load_command(name: str) -> Any:
    """The command `name`, imported: a command or group of Typer's own copy of click."""
    entry = COMMANDS[name]
    found: Any = getattr(import_module(f"openclaw_hooks.cli.{entry.module}"), entry.attribute)
    if not isinstance(found, typer.Typer):
        wrapper = typer.Typer(add_completion=False, rich_markup_mode=None)
        wrapper.command(name)(found)
        found = wrapper
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    name="openclaw",
    cls=LazyGroup,
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
    raise SystemExit(run_guarded(lambda: app(standalone_mode=False)))
