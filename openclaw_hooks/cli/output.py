"""How commands print: JSON in an envelope, tables on a terminal, plain columns into a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence


def print_json(name: str, data: object) -> None:
    """`data` in the envelope `{"schema": "openclaw/NAME/1", "data": ...}`."""
    import msgspec

    encoded = msgspec.json.encode({"schema": f"openclaw/{name}/1", "data": data})
    typer.echo(msgspec.json.format(encoded, indent=2).decode())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """`rows` below `columns`: drawn by rich on a terminal, tab-free aligned text in a pipe."""
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for row in rows:
            table.add_row(*map(Text, row))  # Text: what users wrote is never markup
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
