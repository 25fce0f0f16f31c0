"""When each task was worked on, reviewed and ended: read out of the changes of its status in the board's history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.mission_control.moments import LAST, read_moment
from openclaw_hooks.plans.actions import Clock
from openclaw_hooks.plans.repairs import minutes_over
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.mission_control.reading.history_cache import HistoryChange, HistoryCommit
    from openclaw_hooks.tasks.model import Task

WORK: Final = "work"
REVIEW: Final = "review"
_KINDS: Final = {**dict.fromkeys(ACTIVE, WORK), Status.PENDING_REVIEW: REVIEW}


class Segment(NamedTuple):
    """A stretch of time in which a task was worked on, or waited for a person's review."""

    begins: float
    ends: float
    kind: str  # WORK or REVIEW


@dataclass(frozen=True)
class Span:
    """The life of a task so far; times in seconds since the epoch, 0 where history does not know.

    `since` is when the task got its status of now. `open_kind` is the kind of the last segment while it goes on,
    whose end is then the moment that was asked about.
    """

    born: float = 0
    since: float = 0
    ended: float = 0
    open_kind: str = ""
    segments: tuple[Segment, ...] = ()
    completions: tuple[tuple[float, bool], ...] = ()  # each time that it became completed, or stopped to be

    @property
    def started(self) -> float:
        """When the work first began."""
        return self.segments[0].begins if self.segments else 0

    @property
    def active_since(self) -> float:
        """When the work that is going on now began."""
        return self.segments[-1].begins if self.open_kind == WORK else 0

    @property
    def minutes(self) -> int:
        """How long it was worked on, all its segments together."""
        return round(sum(part.ends - part.begins for part in self.segments if part.kind == WORK) / 60)


NO_SPAN: Final = Span()


@dataclass
class _Trace:
    """What is known of a task while its changes are read, oldest first."""

    born: float = 0
    since: float = 0
    ended: float = 0
    kind: str = ""
    begun: float = 0
    is_done: bool = False
    segments: list[Segment] = field(default_factory=list)
    completions: list[tuple[float, bool]] = field(default_factory=list)

    def enter(self, status: str, time: float) -> None:
        """The task gets `status` at `time`; a claim that becomes a run goes on as one stretch of work."""
        self.since = time
        kind = _KINDS.get(Status(status), "") if status in set(Status) else ""
        if kind != self.kind:
            self.leave(time)
            self.kind, self.begun = kind, time
        self.ended = time if status in TERMINAL else 0
        if (status == Status.COMPLETED) != self.is_done:
            self.is_done = not self.is_done
            self.completions.append((time, self.is_done))

    def leave(self, time: float) -> None:
        """The stretch that is going on ends at `time`."""
        if self.kind:
            self.segments.append(Segment(self.begun, time, self.kind))
        self.kind = ""

    def close(self, now: float) -> Span:
        """The life up to `now`."""
        open_kind = self.kind
        self.leave(max(now, self.begun))
        return Span(self.born, self.since, self.ended, open_kind, tuple(self.segments), tuple(self.completions))


def trace_spans(commits: Iterable[HistoryCommit], now: float) -> dict[str, Span]:
    """The life of every task that `commits` (newest first) touch, by id."""
    traces: dict[str, _Trace] = {}
    for commit in reversed(list(commits)):
        for change in commit.changes:
            _follow(traces.setdefault(change.id, _Trace()), change, commit.time)
    return {name: trace.close(now) for name, trace in traces.items()}


def _follow(trace: _Trace, change: HistoryChange, time: float) -> None:
    before, after = change.before, change.after
    if after is None:  # archived or deleted: what was going on is over
        trace.leave(time)
        return
    if before is None and not trace.born:
        trace.born = time
    if "status" in after and (before is None or before.get("status") != after["status"]):
        trace.enter(str(after["status"]), time)


def is_late(task: Task, active_since: float, now: float) -> bool:
    """Whether the work on a task goes on for longer than its budget, as the engine of plans counts it."""
    if not active_since:
        return False
    started = datetime.fromtimestamp(min(active_since, LAST), UTC)
    return bool(minutes_over(task, Clock(datetime.fromtimestamp(now, UTC), {task.id: started})))


def find_span(task: Task, spans: Mapping[str, Span]) -> Span:
    """The life of a task; of one that history does not know, when its file says that it was made."""
    return spans.get(task.id) or Span(born=read_moment(task.created))
