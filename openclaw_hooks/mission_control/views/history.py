"""The time machine: days with their counts, months of changes, and moments to compare with."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.past import COLUMNS, CountedBoard, Row
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.history import History
    from openclaw_hooks.mission_control.reading.history_cache import HistoryCommit
    from openclaw_hooks.tasks.model import Task

DAY: Final = 86_400
MAX_TARGETS: Final = 120


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


@kept
def view_timeline(facts: Facts) -> HistoryView:
    """The index of the time machine at the moment of `facts`."""
    history = facts.history
    rows = {name: _small_row(task) for name, task in facts.board.tasks.items()}
    return view_history(history, rows, history.archived, facts.place.now)


def _small_row(task: Task) -> Row:
    return {
        "title": task.title,
        "status": task.status.value,
        "owner": task.owner,
        "priority": task.priority,
        "labels": list(task.labels),
        "depends_on": list(task.depends_on),
        "plan": task.plan,
        "subtask": task.subtask,
        "role": task.role,
        "created": int(read_moment(task.created)),
    }


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
    board = CountedBoard(rows, archived)
    first, last = history.begins // DAY, now // DAY
    commits = history.commits
    days: list[Day] = []
    at = 0
    for number in range(last, first - 1, -1):
        counts = {column: board.counts[column] for column in COLUMNS if board.counts[column]}
        created = finished = 0
        since = at
        while at < len(commits) and commits[at].time >= number * DAY:
            made, ended = tally_commit(commits[at])
            created, finished = created + made, finished + ended
            board.undo(commits[at])
            at += 1
        name = time.strftime("%Y-%m-%d", time.gmtime(number * DAY))
        days.append(Day(name, min((number + 1) * DAY - 1, now), counts, created, finished, at - since))
    return days[::-1]


def tally_commit(commit: HistoryCommit) -> tuple[int, int]:
    """How many tasks a commit created, and how many it brought to their completion."""
    created = sum(change.before is None for change in commit.changes)
    done = Status.COMPLETED
    finished = sum((change.after or {}).get("status") == done for change in commit.changes)
    return created, finished
