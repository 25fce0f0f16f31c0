"""The whole board at a glance: what waits for a person, what goes on, what got done, and who did what last."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.views.board import TaskRow, view_tasks
from openclaw_hooks.mission_control.views.columns import COLUMNS
from openclaw_hooks.mission_control.views.history import DAY, tally_commit
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.plans import PlanRow, view_plans
from openclaw_hooks.mission_control.views.run_week import RunWeek, count_week
from openclaw_hooks.mission_control.views.scene import scene_of
from openclaw_hooks.plans.model import ENDED, PlanStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.history_cache import HistoryCommit

DAYS: Final = 28
WEEK: Final = 7
LISTED: Final = 12  # tasks in one list; the board has the others
ACTIVITY: Final = 40
ENDED_PLANS: Final = 3
MAX_SUBJECT: Final = 300  # characters


class Tasks(Struct, frozen=True, omit_defaults=True):
    """Some tasks of a kind, and how many there are in all."""

    total: int
    tasks: tuple[TaskRow, ...] = ()


class PlanLine(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How far a plan is. `waits` says that it is a draft which nobody has approved."""

    id: str
    title: str
    status: str
    done: int = 0
    total: int = 0
    running: int = 0
    late: int = 0
    lost: int = 0
    waits: bool = False
    created: int = 0


class Act(Struct, frozen=True, omit_defaults=True):
    """A commit of the board: when, who, in which words; `tasks` are those that it changed, some of them; `title` is that of a single one."""

    t: int
    commit: str
    who: str
    what: str
    tasks: tuple[str, ...] = ()
    title: str = ""


class OverviewView(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the overview shows. `needs` counts what people are to do by kind. `blocked` are those that only
    somebody can free, `held` is how many wait at all. `finished` and `created` are numbers of tasks per day of UTC, the
    last of them today. `runs` is about agents at work.
    """

    now: float
    columns: dict[str, int]
    needs: dict[str, int]
    needs_you: Tasks
    running: Tasks
    blocked: Tasks
    ready: Tasks
    held: int = 0
    late: int = 0
    plans: tuple[PlanLine, ...] = ()
    further_plans: int = 0
    first_day: int
    finished: tuple[int, ...]
    created: tuple[int, ...]
    known_since: int = 0
    activity: tuple[Act, ...] = ()
    runs: RunWeek | None = None
    broken: tuple[Broken, ...] = ()
    absent: str = ""
    start: str = ""


@kept
def view_overview(facts: Facts) -> OverviewView:
    """The overview of `facts`."""
    board, plans, scene = view_tasks(facts), view_plans(facts), scene_of(facts)
    absent = (board.absent, board.start)
    view = show_overview((board.tasks, plans.plans, scene.commits), scene.now, board.broken, absent)
    return replace(view, runs=count_week(facts.runs, scene.now)) if facts.place.options.shows("runs") else view


def show_overview(
    found: tuple[Sequence[TaskRow], Sequence[PlanRow], Sequence[HistoryCommit]],
    now: float,
    broken: Sequence[Broken] = (),
    absent: tuple[str, str] = ("", ""),
) -> OverviewView:
    """The overview of a board's tasks, plans and commits (newest first)."""
    rows, plans, commits = found
    first_day, finished, created = count_days(commits, now)
    lines = tuple(_list_plans(plans))
    titles = {row.id: row.title for row in rows}
    counts = Counter(row.column for row in rows)
    return OverviewView(
        now=now,
        columns={name: counts[name] for name in COLUMNS.values() if name in counts},
        needs=dict(Counter(row.needs_you for row in rows if row.needs_you)),
        needs_you=_pick(rows, lambda row: bool(row.needs_you), lambda row: (-row.priority, row.since)),
        running=_pick(rows, lambda row: row.column == "progress", lambda row: (not row.late, not row.live, -row.since)),
        blocked=_pick(rows, lambda row: row.blocked, lambda row: (-row.priority, row.since)),
        ready=_pick(rows, lambda row: row.column == "ready", lambda row: (-row.priority, row.created)),
        held=sum(row.blocked or row.column == "blocked" for row in rows),
        late=sum(row.late for row in rows),
        plans=lines,
        further_plans=len(plans) - len(lines),
        first_day=first_day,
        finished=finished,
        created=created,
        known_since=commits[-1].time if commits else 0,
        activity=tuple(_tell(commit, titles) for commit in commits[:ACTIVITY]),
        broken=tuple(broken),
        absent=absent[0],
        start=absent[1],
    )


def _pick(
    rows: Sequence[TaskRow], wanted: Callable[[TaskRow], bool], order: Callable[[TaskRow], tuple[float, ...]]
) -> Tasks:
    found = sorted(filter(wanted, rows), key=order)
    return Tasks(len(found), tuple(found[:LISTED]))


def count_days(commits: Sequence[HistoryCommit], now: float) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """When the first of the last DAYS days begins, and how many tasks were finished and created in each of them."""
    today = int(now) // DAY
    finished, created = [0] * DAYS, [0] * DAYS
    for commit in commits:
        place = DAYS - 1 - (today - commit.time // DAY)
        if place < 0:
            break
        made, done = tally_commit(commit)
        finished[min(place, DAYS - 1)] += done
        created[min(place, DAYS - 1)] += made
    return (today - DAYS + 1) * DAY, tuple(finished), tuple(created)


def _list_plans(plans: Sequence[PlanRow]) -> Iterator[PlanLine]:
    """The plans that go on, and the newest of those that have ended."""
    ended = [plan.id for plan in plans if plan.status in ENDED][:ENDED_PLANS]
    for plan in plans:
        if plan.status in ENDED and plan.id not in ended:
            continue
        yield PlanLine(
            id=plan.id,
            title=plan.title,
            status=plan.status,
            done=plan.done,
            total=plan.total,
            running=plan.running,
            late=plan.late,
            lost=plan.lost,
            waits=plan.status == PlanStatus.DRAFT and plan.requires_approval,
            created=plan.created,
        )


def _tell(commit: HistoryCommit, titles: Mapping[str, str]) -> Act:
    names = tuple(change.id for change in commit.changes[:4])
    title = titles.get(names[0], "") if len(names) == 1 else ""
    return Act(commit.time, commit.commit[:7], commit.who, commit.what[:MAX_SUBJECT], names, title)
