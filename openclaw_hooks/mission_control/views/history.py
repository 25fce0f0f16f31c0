"""The time machine: days with their counts, months of changes, and moments to compare with."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openclaw_hooks.mission_control.reading.history import History
    from openclaw_hooks.mission_control.reading.history_cache import HistoryCommit

DAY: Final = 86_400
MAX_TARGETS: Final = 120
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


class Change(Struct, frozen=True, omit_defaults=True):
    """What a commit changed of a task: only fields that differ; null where there was, or is, no such task."""

    id: str
    before: Row | None = msgspec.field(default_factory=dict)
    after: Row | None = msgspec.field(default_factory=dict)


class Commit(Struct, frozen=True, omit_defaults=True):
    """A commit of the board: `c` is the beginning of its id, `t` when it was made, `what` its subject."""

    c: str
    t: int
    who: str = ""
    what: str = ""
    changes: tuple[Change, ...] = ()


class MonthView(Struct, frozen=True):
    """The commits of one month, newest first: `history-2026-11`."""

    month: str
    commits: tuple[Commit, ...]


class MonthEntry(Struct, frozen=True):
    """A month that there is a file of."""

    name: str
    commits: int
    changes: int
    begins: int
    ends: int


class Day(Struct, frozen=True, omit_defaults=True):
    """How the board stood at the end of a day (of UTC), and what happened in it."""

    day: str
    t: int
    counts: dict[str, int]
    created: int = 0
    finished: int = 0
    commits: int = 0


class Target(Struct, frozen=True, omit_defaults=True):
    """A moment to compare the board with."""

    kind: str
    name: str
    t: int
    commit: str = ""
    title: str = ""


class HistoryView(Struct, frozen=True, omit_defaults=True):
    """What is known of the past; nothing before `begins`, which is the board's birth when it is `complete`."""

    begins: int
    ends: int
    complete: bool
    months: tuple[MonthEntry, ...] = ()
    days: tuple[Day, ...] = ()
    targets: tuple[Target, ...] = ()
    archived: dict[str, str] = msgspec.field(default_factory=dict)


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


class _Counted:
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


def view_history(history: History, rows: Mapping[str, Row], archived: Mapping[str, str], now: float) -> HistoryView:
    """The index of what `history` knows, for a board that is `rows` now."""
    return HistoryView(
        begins=history.begins,
        ends=int(now),
        complete=history.complete,
        months=tuple(_list_months(history.commits)),
        days=tuple(_count_days(history, rows, archived, int(now))),
        targets=tuple(_list_targets(history)),
        archived=dict(archived),
    )


def view_months(history: History) -> dict[str, MonthView]:
    """The months of `history` by the name of their data."""
    return {
        f"history-{name}": MonthView(name, tuple(map(_show, commits)))
        for name, commits in _by_month(history.commits).items()
    }


def _show(commit: HistoryCommit) -> Commit:
    changes = tuple(Change(change.id, change.before, change.after) for change in commit.changes)
    return Commit(commit.commit, commit.time, commit.who, commit.what, changes)


def _by_month(commits: Sequence[HistoryCommit]) -> dict[str, list[HistoryCommit]]:
    months: dict[str, list[HistoryCommit]] = {}
    names: dict[int, str] = {}
    for commit in commits:
        day = commit.time // DAY
        if day not in names:
            names[day] = time.strftime("%Y-%m", time.gmtime(commit.time))
        months.setdefault(names[day], []).append(commit)
    return months


def _list_months(commits: Sequence[HistoryCommit]) -> Iterable[MonthEntry]:
    for name, found in _by_month(commits).items():
        changes = sum(len(commit.changes) for commit in found)
        yield MonthEntry(name, len(found), changes, found[-1].time, found[0].time)


def _list_targets(history: History) -> list[Target]:
    tags = [
        Target("tag", tag.name, tag.time, tag.commit, tag.title) for tag in history.tags if tag.time >= history.begins
    ]
    newest = history.commits[:MAX_TARGETS]
    commits = [Target("commit", commit.commit[:7], commit.time, commit.commit, commit.what) for commit in newest]
    return sorted([*tags, *commits], key=lambda target: -target.t)


def _count_days(history: History, rows: Mapping[str, Row], archived: Mapping[str, str], now: int) -> list[Day]:
    """Every day from the first that is known to today, oldest first."""
    board = _Counted(rows, archived)
    first, last = history.begins // DAY, now // DAY
    commits = history.commits
    days: list[Day] = []
    at = 0
    for number in range(last, first - 1, -1):
        counts = {column: board.counts[column] for column in COLUMNS if board.counts[column]}
        created = finished = 0
        since = at
        while at < len(commits) and commits[at].time >= number * DAY:
            made, ended = _tally(commits[at])
            created, finished = created + made, finished + ended
            board.undo(commits[at])
            at += 1
        name = time.strftime("%Y-%m-%d", time.gmtime(number * DAY))
        days.append(Day(name, min((number + 1) * DAY - 1, now), counts, created, finished, at - since))
    return days[::-1]


def _tally(commit: HistoryCommit) -> tuple[int, int]:
    """How many tasks a commit created, and how many it brought to their completion."""
    created = sum(change.before is None for change in commit.changes)
    done = Status.COMPLETED
    finished = sum((change.after or {}).get("status") == done for change in commit.changes)
    return created, finished
