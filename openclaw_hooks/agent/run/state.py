"""How a run stands: folded from its log, which is all that a run knows of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.records.history import History, tell_history
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.agent.events import Event, RunBegan
    from openclaw_hooks.agent.model import Attempt, Measured, Terms

# What may follow what; a run may be taken up again, and end, after anything.
FOLLOWS: Final[dict[type[Event], tuple[type[Event], ...]]] = {
    said.RunBegan: (said.Claiming,),
    said.Claiming: (said.Claimed,),
    said.Claimed: (said.Started, said.Closing),
    said.Started: (said.BaselineMeasuring, said.AttemptBegan, said.Closing),
    said.BaselineMeasuring: (said.BaselineMeasured,),
    said.BaselineMeasured: (said.AttemptBegan, said.Closing),
    said.AttemptBegan: (said.Prompted, said.Cleaned),
    said.Prompted: (said.AgentStarting, said.Cleaned),
    said.AgentStarting: (said.AgentStarted, said.AgentEnded, said.Interrupted),
    said.AgentStarted: (said.AgentEnded, said.Interrupted),
    said.Interrupted: (said.AttemptBegan, said.Cleaned),
    said.AgentEnded: (said.Snapshotting, said.Judged),
    said.Snapshotting: (said.Checked, said.Judged),
    said.Checked: (said.Measuring, said.Judged),
    said.Measuring: (said.AttemptMeasured,),
    said.AttemptMeasured: (said.Judged,),
    said.Judged: (said.Keeping, said.Cleaned),
    said.Keeping: (said.Keeping, said.Kept),
    said.Kept: (said.Cleaned,),
    said.Cleaned: (said.AttemptBegan, said.Merging, said.Closing),
    said.Merging: (said.Merged,),
    said.Merged: (said.Closing,),
    said.Closing: (said.Closed,),
    said.Closed: (),
    said.RunEnded: (),
}


class RunState(NamedTuple):
    """A run as far as its log goes; `last` is its last event but for being taken up again, `resumed` how often it was.

    `folder` is where it lies, `token` and `expires` are those of its lease.
    """

    folder: str
    history: History
    last: Event
    token: str = ""
    expires: str = ""
    resumed: int = 0

    @property
    def began(self) -> RunBegan:
        """What the run is about."""
        return self.history.began

    @property
    def run(self) -> str:
        """The id of the run."""
        return self.history.began.run

    @property
    def task(self) -> str:
        """The id of its task."""
        return self.history.began.task

    @property
    def terms(self) -> Terms:
        """What it may take."""
        return self.history.began.terms

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Its attempts, the one under way last."""
        return self.history.attempts

    @property
    def attempt(self) -> Attempt:
        """The last attempt; only while there is one."""
        return self.history.attempts[-1]

    @property
    def kept(self) -> tuple[Attempt, ...]:
        """The attempts whose work is on the task's branch."""
        return tuple(attempt for attempt in self.history.attempts if attempt.kept)

    @property
    def tip(self) -> str:
        """What the next attempt builds on: the last work that was kept, else the base of the run."""
        return self.kept[-1].kept if self.kept else self.began.base

    @property
    def best(self) -> Measured | None:
        """The figure that the next attempt has to beat."""
        return self.kept[-1].measured if self.kept else self.history.baseline

    @property
    def ended(self) -> said.RunEnded | None:
        """How the run ended; None while it has not."""
        return self.history.ended

    @property
    def seconds(self) -> float:
        """What its attempts and their measurements have taken so far."""
        attempts = self.history.attempts
        figures = [self.history.baseline, *(attempt.measured for attempt in attempts)]
        worked = sum(attempt.report.seconds for attempt in attempts if attempt.report)
        return worked + sum(attempt.lost_s for attempt in attempts) + sum(found.seconds for found in figures if found)

    @property
    def cost_usd(self) -> float:
        """What its agents say that they have cost."""
        return sum(attempt.report.cost_usd or 0 for attempt in self.history.attempts if attempt.report)


def fold(folder: str, events: Iterable[Event]) -> RunState:
    """The state that `events` come to; raises OpenclawError for a log in which something follows what it cannot follow."""
    state: RunState | None = None
    for event in events:
        state = begin(folder, event) if state is None else advance(state, event)
    if state is None:
        raise OpenclawError(f"{folder}: the run never began", "the folder can be deleted")
    return state


def begin(folder: str, event: Event) -> RunState:
    """The state after the first event."""
    if not isinstance(event, said.RunBegan):
        raise OpenclawError(f"{folder}: the log does not begin with what the run is about", "it cannot be gone on with")
    return RunState(folder=folder, history=History(event, at=event.at), last=event)


def advance(state: RunState, event: Event) -> RunState:
    """The state after one more event; raises OpenclawError when it cannot follow the last one."""
    if isinstance(state.last, said.RunEnded):
        raise _misplaced(state, event)
    if isinstance(event, said.Resumed):
        return state._replace(resumed=state.resumed + 1)
    if not isinstance(event, said.RunEnded) and type(event) not in FOLLOWS[type(state.last)]:
        raise _misplaced(state, event)
    state = state._replace(history=tell_history(state.history, event), last=event)
    if isinstance(event, said.Claimed):
        return state._replace(token=event.token, expires=event.expires)
    return state


def _misplaced(state: RunState, event: Event) -> OpenclawError:
    names = (type(event).__struct_config__.tag, type(state.last).__struct_config__.tag)
    return OpenclawError(f"{state.folder}: `{names[0]}` cannot follow `{names[1]}`", "the log was changed by somebody")
