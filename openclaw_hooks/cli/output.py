"""How commands print: JSON in an envelope, tables on a terminal, plain columns into a pipe.

What others wrote (titles, reasons, names) loses control characters before it gets to a terminal: they could hide or
forge what is shown there.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_DRAWN = 200  # rows; rich takes 2 s for 5,000 of them, and nobody sees the lines of a table that long


def print_json(name: str, data: object) -> None:
    """`data` in the envelope `{"schema": "openclaw/NAME/1", "data": ...}`."""
    import msgspec

    encoded = msgspec.json.encode({"schema": f"openclaw/{name}/1", "data": data})
    typer.echo(msgspec.json.format(encoded, indent=2).decode())


def all_fields(value: Any) -> Any:
    """`value` as JSON shows it: structs with every field, also those that their files leave out."""
    import msgspec

    if isinstance(value, msgspec.Struct):
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: all_fields(found) for name, found in fields if found is not msgspec.UNSET}
    if isinstance(value, dict):
        return {key: all_fields(found) for key, found in value.items()}
    if isinstance(value, tuple | list):
        return [all_fields(found) for found in value]
    return value


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Mapping[str, str] | None = None, unwrapped: int = 1
) -> None:
    """`rows` below `columns`: drawn by rich on a terminal, tab-free aligned text in a pipe and when there are very many.

    On a terminal `styles` colours the cells that say these words, the first `unwrapped` columns are never cut, and
    columns that say nothing are left out.
    """
    from openclaw_hooks.checks.report import one_line

    rows = [[one_line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty() and len(rows) <= MOST_DRAWN:
        _draw_table(columns, rows, styles or {}, unwrapped)
        return
    colours = styles or {}
    widths = [max(map(count_cells, column)) for column in zip(columns, *rows, strict=True)]
    lines = []
    for row in (columns, *rows):
        spaces = (" " * (width - count_cells(cell)) for cell, width in zip(row, widths, strict=True))
        cells = (paint(cell, colours.get(cell, "")) + space for cell, space in zip(row, spaces, strict=True))
        lines.append("  ".join(cells).rstrip())
    typer.echo("\n".join(lines))  # at once: each call costs as much as making the line


def _draw_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Mapping[str, str], unwrapped: int
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    told = [place for place in range(len(columns)) if any(row[place] for row in rows)]  # there is little room
    for place in told:
        table.add_column(columns[place], no_wrap=place < unwrapped)
    for row in rows:  # Text: what users wrote is never markup
        table.add_row(*(Text(row[place], styles.get(row[place], "")) for place in told))
    Console().print(table)


def count_cells(text: str) -> int:
    """How many columns of a terminal `text` takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def paint(text: str, colour: str) -> str:
    """`text` in a colour of the terminal; as it is in a pipe, with NO_COLOR, and without a colour."""
    if not colour or os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return typer.style(text, fg=colour)


def printable_text(text: str) -> str:
    """A text of several lines without control characters other than line ends and tabs."""
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)


def print_raw(content: bytes) -> None:
    """A file byte for byte; on a terminal without control characters."""
    if sys.stdout.isatty():
        typer.echo(printable_text(content.decode("utf-8", "replace")), nl=False)
    else:
        sys.stdout.buffer.write(content)
