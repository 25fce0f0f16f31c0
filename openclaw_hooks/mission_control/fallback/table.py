"""HTML made of text: every text is escaped, and no tag comes from anywhere but here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Link(NamedTuple):
    """A text that leads to an address within the site."""

    text: str
    href: str


Cell = str | int | Link


def table(headers: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = "") -> str:
    """A table; without rows one line that says so."""
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    if not body:
        return paragraph(f"{caption}: {text('kernel.none')}" if caption else text("kernel.none"))
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table class="mc-table">{title}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n'


def heading(title: str, level: int = 2) -> str:
    """A heading."""
    return f"<h{level}>{escape(title)}</h{level}>\n"


def paragraph(line: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(line)}</p>\n"


def command(words: str) -> str:
    """A command as it can be copied."""
    return f"<p><code>{escape(words)}</code></p>\n"


def items(lines: Iterable[Cell]) -> str:
    """A list of plain texts and links."""
    return f"<ul>{''.join(f'<li>{_cell(line)}</li>' for line in lines)}</ul>\n"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link):
        return f'<a href="{escape(cell.href)}">{escape(cell.text)}</a>'
    return escape(str(cell))
