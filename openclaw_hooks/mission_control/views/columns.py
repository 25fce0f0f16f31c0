"""The columns of the board, as data names them."""

from __future__ import annotations

from typing import Final

from openclaw_hooks.tasks.model import Column

COLUMNS: Final[dict[Column, str]] = {
    Column.PROPOSED: "proposed",
    Column.READY: "ready",
    Column.BLOCKED: "blocked",
    Column.IN_PROGRESS: "progress",
    Column.REVIEW: "review",
    Column.DONE: "done",
    Column.CLOSED: "closed",
}
