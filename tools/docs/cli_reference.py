"""The reference of the command line, read off the commands themselves."""

from __future__ import annotations

import re
from typing import Any

from openclaw_hooks.cli.app import COMMANDS, app, load_command

INTRO = """\
# Command line

`openclaw` is for people and scripts; `openclaw-hooks` is the same command under a name that no other program has.
`openclaw-hook` is what git and hook frameworks call; nobody types it.

Every command has `--help`. What a program may read has `--json`: one object `{"schema": "openclaw/<name>/1", "data": ...}`.
On a terminal tables are drawn; into a pipe goes plain text. See also [exit codes](exit-codes.md).

"""


def render_cli() -> str:
    """The page: one section per command, in the order of the table, subcommands below their group."""
    import typer

    sections = [_render("openclaw", typer.main.get_command(app), 2)]
    for name in COMMANDS:
        command = load_command(name)
        sections.append(_render(f"openclaw {name}", command, 2))
        below = getattr(command, "commands", {})
        sections += [_render(f"openclaw {name} {sub}", below[sub], 3) for sub in below]
    return INTRO + "\n".join(sections)


def _render(name: str, command: Any, level: int) -> str:
    text, _, example = (command.help or "").partition("Example: ")
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    parts = [
        f"{'#' * level} `{name}`",
        text.strip(),
        f'```text title="Usage"\n{_usage(name, command, arguments)}\n```',
        _table("Argument", [(_argument(param), param.help or "") for param in arguments]),
        _table("Option", [(_option(param), _describe(param)) for param in options]),
        f'```console title="Example"\n$ {example.strip()}\n```' if example else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _usage(name: str, command: Any, arguments: list[Any]) -> str:
    words = [name, "[OPTIONS]", *(_argument(param) for param in arguments)]
    return " ".join([*words, "COMMAND ..."] if hasattr(command, "commands") or name == "openclaw" else words)


def _argument(param: Any) -> str:
    name = (param.metavar or param.name or "").strip("[]{}").removesuffix("...").upper()
    many = f"{name}..." if param.nargs == -1 else name
    return many if param.required else f"[{many}]"


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or _choices(param) or param.type.name.upper()}"
    return ", ".join(f"{name}{value}" for name in param.opts)


def _choices(param: Any) -> str:
    return "|".join(str(getattr(choice, "value", choice)) for choice in getattr(param.type, "choices", ()))


def _describe(param: Any) -> str:
    default = param.default
    shown = getattr(default, "value", default)
    if param.is_flag or shown in (None, "", 0, ()):
        return param.help or ""
    return f"{param.help} Default: `{shown}`."


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    cells = [f"| {escape_cell(f'`{name}`')} | {escape_cell(text)} |" for name, text in rows]
    return "\n".join([f"| {title} | Meaning |", "|---|---|", *cells])


def escape_cell(text: str) -> str:
    """`text` for one cell of a table: a bar would end the cell, but not in code, where a backslash would be shown."""
    return re.sub(r"`[^`]*`|\|", lambda found: r"\|" if found[0] == "|" else found[0], text).replace("\n", " ")
