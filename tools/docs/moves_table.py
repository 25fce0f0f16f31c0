"""The table of a task's moves, read off the table that the program goes by."""

from __future__ import annotations

from openclaw_hooks.tasks.model import Status
from openclaw_hooks.tasks.moves import BIRTHS, MOVES, Right

MARK = "<!-- moves -->"
COLUMNS = {Right.ANY: "Anybody", Right.OWNER: "Owner", Right.LEAD: "Lead", Right.HUMAN: "Person"}
NEW = "new"


def render_moves() -> str:
    """A row for each status that can be left, and in each column where those may move a task who stand at its head."""
    rows = {NEW: dict(BIRTHS)}
    for (old, new), rights in MOVES.items():
        rows.setdefault(old.value, {})[new] = rights
    lines = [f"| From | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, moves in rows.items():
        cells = (_list_moves(moves, right) for right in COLUMNS)
        lines.append(f"| {f'`{name}`' if name != NEW else 'a new task'} | {' | '.join(cells)} |")
    ends = ", ".join(f"`{status}`" for status in Status if status.value not in rows)
    return "\n".join(lines) + f"\n\nNothing follows {ends}."


def _list_moves(moves: dict[Status, frozenset[Right]], right: Right) -> str:
    """Where `right` leads; what anybody may do is not repeated for those who may do more."""
    found = (
        status
        for status, rights in moves.items()
        if right in rights and (right is Right.ANY or Right.ANY not in rights)
    )
    return ", ".join(found)
