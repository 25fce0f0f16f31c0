"""The board of another moment: commits undone one by one, from now backwards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.mission_control.reading.history_cache import HistoryCommit

COLUMNS: Final = ("proposed", "ready", "blocked", "progress", "review", "done", "closed")
_COLUMN_OF: Final = {
    Status.PROPOSED: "proposed",
    Status.QUEUED: "ready",
    Status.CLAIMED: "progress",
    Status.RUNNING: "progress",
    Status.PENDING_REVIEW: "review",
    Status.COMPLETED: "done",
    Status.FAILED: "closed",
    Status.RELEASED: "ready",
    Status.CANCELLED: "closed",
    Status.REJECTED: "closed",
}

Row = dict[str, Any]  # the small fields of a task, as `reading.small_fields` names them
Rows = dict[str, Row]


def state_at(rows: Mapping[str, Row], commits: Iterable[HistoryCommit], moment: float) -> Rows:
    """The tasks as they were at `moment`: `rows` (now) with every later commit (newest first) undone."""
    state = dict(rows)
    for commit in commits:
        if commit.time <= moment:
            break
        undo_commit(state, commit)
    return state


def undo_commit(state: Rows, commit: HistoryCommit) -> None:
    """Takes what `commit` changed out of `state`."""
    for change in commit.changes:
        if change.before is None:
            state.pop(change.id, None)
        elif change.after is None or change.id not in state:
            state[change.id] = dict(change.before)
        elif change.before:
            state[change.id] = state[change.id] | change.before


def column_of(row: Row, rows: Mapping[str, Row], archived: Mapping[str, str]) -> str:
    """The column that a task has among `rows`; `archived` has the statuses of those that left the board."""
    column = _COLUMN_OF.get(row.get("status", ""), "closed")
    if column != "ready":
        return column
    for name in row.get("depends_on", ()):
        status = rows[name].get("status", "") if name in rows else archived.get(name, "")
        if status != Status.COMPLETED:
            return "blocked"
    return column


class CountedBoard:
    """The board while it is taken back, with the number of tasks per column kept up to date."""

    def __init__(self, rows: Mapping[str, Row], archived: Mapping[str, str]) -> None:
        self.rows: Rows = dict(rows)
        self.archived = archived
        self.dependents: dict[str, set[str]] = {}
        self.columns: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        for name, row in self.rows.items():
            self._link(name, row)
        self._judge(self.rows)

    def undo(self, commit: HistoryCommit) -> None:
        """Takes a commit out, and looks again at the tasks that it touched and those that wait for them."""
        undo_commit(self.rows, commit)
        touched = {change.id for change in commit.changes if change.before != {} or change.after != {}}
        for name in touched:
            self._link(name, self.rows.get(name, {}))
        self._judge(touched.union(*(self.dependents.get(name, ()) for name in touched)))

    def _link(self, name: str, row: Row) -> None:
        for depends in row.get("depends_on", ()):
            self.dependents.setdefault(depends, set()).add(name)

    def _judge(self, names: Iterable[str]) -> None:
        for name in names:
            old = self.columns.pop(name, "")
            if old:
                self.counts[old] -= 1
            if name in self.rows:
                new = self.columns[name] = column_of(self.rows[name], self.rows, self.archived)
                self.counts[new] += 1
