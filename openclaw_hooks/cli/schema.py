"""`openclaw schema`: the JSON Schemas of our formats, for editors and other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from openclaw_hooks.cli.output import print_table
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.schemas import FORMATS, encode_schema


def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=f"One of: {', '.join(FORMATS)}.", show_default=False)
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List the schemas in place of printing one.")] = False,
) -> None:
    """Print the JSON Schema of a file format or of a command's output.

    Example: openclaw schema config > .openclaw/config.schema.json
    """
    if list_:
        rows = [(key, found.title, found.where) for key, found in FORMATS.items()]
        print_table(("NAME", "WHAT", "WHERE"), rows)
        return
    if not name:
        raise OpenclawError("which schema?", f"one of: {', '.join(FORMATS)}")
    typer.echo(encode_schema(name).decode(), nl=False)
