"""The memory without JavaScript: a table of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, paragraph, table
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.memory import MemoryView


def memory_html(view: MemoryView) -> str:
    """Every note with its day and its beginning; without any, how to begin."""
    if not view.notes:
        return broken_html(view.broken) + paragraph(text("memory.empty-why")) + command(text("memory.empty-command"))
    headers = [text(f"memory.head-{name}") for name in ("day", "kind", "title", "file", "excerpt")]
    rows = ((note.day, text(f"memory.kind-{note.kind}"), note.title, note.path, note.excerpt) for note in view.notes)
    return broken_html(view.broken) + table(headers, rows, text("memory.title"))
