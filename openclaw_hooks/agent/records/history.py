"""The attempts that a run's log tells of, and how the run stood: folded from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.agent.events import Event, RunBegan
    from openclaw_hooks.agent.model import Measured


class History(NamedTuple):
    """What a log says: its first event, the attempts as far as they got, the figure of the base, and how it ended.

    `keeping` is what a branch was about to be moved to last, `at` the time of the last event.
    """

    began: RunBegan
    attempts: tuple[Attempt, ...] = ()
    baseline: Measured | None = None
    keeping: said.Keeping | None = None
    merged: said.Merged | None = None
    closing: said.Closing | None = None
    ended: said.RunEnded | None = None
    at: str = ""


def fold_history(events: Iterable[Event]) -> History | None:
    """What `events` come to; None for a log that does not say what the run is about."""
    history: History | None = None
    for event in events:
        if history is None:
            history = History(event) if isinstance(event, said.RunBegan) else None
            continue
        history = tell_history(history, event)
    return history


def tell_history(history: History, event: Event) -> History:
    """What the log says with one more event."""
    return _take(history, event)._replace(at=event.at)


def _take(history: History, event: Event) -> History:
    match event:
        case said.BaselineMeasured():
            return history._replace(baseline=event.measured)
        case said.Merged():
            return history._replace(merged=event)
        case said.Closing():
            return history._replace(closing=event)
        case said.RunEnded():
            return history._replace(ended=event)
        case said.Keeping():
            return history._replace(keeping=event)
        case said.Kept():
            return _follow(history, event.n, event)
    number = getattr(event, "n", None)
    return history if number is None else _follow(history, number, event)


def _follow(history: History, number: int, event: Event) -> History:
    attempts = {attempt.number: attempt for attempt in history.attempts}
    known = attempts.get(number, Attempt(number=number, base="", began=event.at))
    attempts[number] = _tell(known, event, history)
    return history._replace(attempts=tuple(attempts.values()))


def _tell(attempt: Attempt, event: Event, history: History) -> Attempt:
    """The attempt after an event that is about it."""
    match event:
        case said.AttemptBegan():  # also the second time, when the first was interrupted
            return Attempt(
                number=event.n,
                base=event.base,
                began=event.at,
                worktree=event.worktree,
                interrupted=attempt.interrupted,
                lost_s=attempt.lost_s,
            )
        case said.Prompted():
            return replace(attempt, prompt_sha256=event.sha256)
        case said.AgentEnded():
            return replace(attempt, report=event.report)
        case said.Interrupted():
            refs = (*attempt.interrupted, event.ref) if event.ref else attempt.interrupted
            return replace(attempt, interrupted=refs, lost_s=attempt.lost_s + event.seconds)
        case said.Snapshotting():
            return replace(attempt, snapshot=event.snapshot)
        case said.Checked():
            return replace(attempt, findings=event.findings, tampered=event.tampered)
        case said.AttemptMeasured():
            return replace(attempt, measured=event.measured, tampered=(*attempt.tampered, *event.tampered))
        case said.Judged():
            return replace(attempt, judgement=event.judgement)
        case said.Kept() if history.keeping and history.keeping.n == event.n:
            return replace(attempt, kept=history.keeping.new)
    return attempt
