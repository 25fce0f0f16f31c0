"""Groups of commands as tables: each command is imported only to be run."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.imports import import_msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator


class LazyCommand(NamedTuple):
    """Where a command lies below `cli` (an `app` for a group of commands), and its line in the help."""

    module: str
    attribute: str
    help: str


class LoadedCommands(Mapping[str, Any]):
    """The commands of a table by name; looking one up imports it."""

    def __init__(self, table: Mapping[str, LazyCommand]) -> None:
        self._table = table
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The command `name`, loaded; raises KeyError for one that the table does not have."""
        if name not in self._loaded:
            self._loaded[name] = load_entry(name, self._table[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """The names in the order of the table."""
        return iter(self._table)

    def __len__(self) -> int:
        """How many the table has."""
        return len(self._table)


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and help line, and imports one only to run it.

    A subclass names its `table`. The types of Typer's own copy of click are private, so contexts and commands are
    `Any` here.
    """

    table: ClassVar[Mapping[str, LazyCommand]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = LoadedCommands(self.table)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that carries the help line; `resolve_command` loads the real one."""
        entry = self.table.get(cmd_name)
        return TyperCommand(cmd_name, help=entry.help, rich_markup_mode=None) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that `args` begin with, loaded; raises OpenclawError that names the nearest."""
        if args[0] in self.table:
            return args[0], self.commands[args[0]], args[1:]
        if args[0].startswith("-") or ctx.resilient_parsing:  # the latter while a shell completes a line
            return super().resolve_command(ctx, args)
        from openclaw_hooks.documents import suggest

        words = f"{ctx.command_path.partition(' ')[2]} {args[0]}".strip()
        raise OpenclawError(f"no command `{words}`", suggest(args[0], list(self.table)))


def make_app(table: Mapping[str, LazyCommand], text: str) -> typer.Typer:
    """The commands of `table` as a group with its help."""
    group = type("TableGroup", (LazyGroup,), {"table": table})
    return typer.Typer(
        cls=group, help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None, callback=_do_nothing
    )


def _do_nothing() -> None:
    """Typer wants a callback of a group that has no commands of its own."""


def load_entry(name: str, entry: LazyCommand) -> Any:
    """The command that `entry` points at, imported: a command or group of Typer's own copy of click."""
    import_msgspec()  # most commands do; without a package of 8 ms that it does not need
    found: Any = getattr(import_module(f"openclaw_hooks.cli.{entry.module}"), entry.attribute)
    if not isinstance(found, typer.Typer):
        wrapper = typer.Typer(add_completion=False, rich_markup_mode=None)
        wrapper.command(name)(found)
        found = wrapper
    command = typer.main.get_command(found)
    command.name = name
    return command
