"""What a run does next, and how it ends: decided by its state alone, so that whoever takes it up decides the same."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.measure.gain import is_target_reached
from openclaw_hooks.agent.model import Cause, Outcome, Verdict
from openclaw_hooks.agent.run.stops import FAILED, Stops
from openclaw_hooks.plans.escalation import Failure, state_failure
from openclaw_hooks.settings import Merge

if TYPE_CHECKING:
    from openclaw_hooks.agent.model import Attempt
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.tasks.model import Measure

LEAST_S: Final = 1.0  # an attempt with less time than that would not even begin
MAX_WHY: Final = 400  # characters


class Step(StrEnum):
    """What is done next; each is done again by whoever takes up a run that was killed in it."""

    CLAIM = "claim"
    START = "start"
    MEASURE_BASE = "measure base"
    BEGIN = "begin attempt"
    PREPARE = "prepare"
    LAUNCH = "launch"
    INTERRUPT = "interrupt"
    SNAPSHOT = "snapshot"
    CHECK = "check"
    MEASURE = "measure"
    JUDGE = "judge"
    KEEP = "keep"
    CLEAN = "clean"
    MERGE = "merge"
    CLOSE = "close"
    END = "end"
    LOSE = "lose"


class End(NamedTuple):
    """How a run ends, and why; for a task that is given back the reason begins with the kind of failure."""

    outcome: Outcome
    why: str


def choose_step(state: RunState, stop: Stops) -> Step:
    """The next step of a run that has not ended; `stop` is what keeps it from going on, if anything does."""
    last = state.last
    if stop.is_lost and not isinstance(last, said.AgentStarting | said.AgentStarted | said.AgentEnded):
        return Step.LOSE  # what an agent was at is snapshot before
    match last:
        case said.RunBegan() | said.Claiming():
            return Step.CLAIM
        case said.Claimed():
            return Step.CLOSE if stop.reason else Step.START
        case said.Started() | said.BaselineMeasuring():
            return Step.MEASURE_BASE if state.began.measure and not stop.reason else _next_attempt(state, stop)
        case said.BaselineMeasured() | said.Cleaned():
            return _next_attempt(state, stop)
        case said.AttemptBegan():
            return Step.CLEAN if stop.reason else Step.PREPARE
        case said.Prompted():
            return Step.CLEAN if stop.reason else Step.LAUNCH
        case said.AgentStarting() | said.AgentStarted():
            return Step.INTERRUPT
        case said.Interrupted():
            return Step.CLEAN if find_end(state, stop) else Step.BEGIN
    return _after_agent(state)


def _after_agent(state: RunState) -> Step:
    match state.last:
        case said.AgentEnded():
            return Step.SNAPSHOT
        case said.Snapshotting():
            return Step.CHECK
        case said.Checked():
            return Step.MEASURE if needs_metric(state, state.last) else Step.JUDGE
        case said.Measuring():
            return Step.MEASURE
        case said.AttemptMeasured():
            return Step.JUDGE
        case said.Judged(judgement=judgement):
            return Step.KEEP if judgement.verdict is Verdict.KEEP else Step.CLEAN
        case said.Keeping():
            return Step.KEEP
        case said.Kept():
            return Step.CLEAN
        case said.Merging():
            return Step.MERGE
        case said.Merged() | said.Closing():
            return Step.CLOSE
        case said.Closed() | said.RunEnded():
            return Step.END
    raise AssertionError(f"{type(state.last).__name__} is answered by choose_step")


def _next_attempt(state: RunState, stop: Stops) -> Step:
    end = find_end(state, stop)
    if end is None:
        return Step.BEGIN
    wants_merge = state.terms.merge is not Merge.NONE and state.kept and end.outcome is Outcome.COMPLETED
    return Step.MERGE if wants_merge else Step.CLOSE


def needs_metric(state: RunState, checked: said.Checked) -> bool:
    """Whether the metric is worth running: nothing that was found discards the attempt anyway."""
    attempt = state.attempt
    if not state.began.metric or checked.tampered or attempt.snapshot is None or attempt.snapshot.is_empty:
        return False
    if attempt.report is None or attempt.report.killed:
        return False
    return not any(found.is_error for found in checked.findings)


def next_number(state: RunState) -> int:
    """The number of the next attempt; one that was interrupted is made anew under its own."""
    return state.began.first + len(_judged(state))


def remaining_s(state: RunState) -> float:
    """The seconds that the run still has."""
    return max(state.terms.minutes * 60 - state.seconds, 0)


def remaining_usd(state: RunState) -> float:
    """The US dollars that the run may still cost; 0 where it may cost any."""
    return max(state.terms.max_cost_usd - state.cost_usd, 0.01) if state.terms.max_cost_usd else 0


def find_end(state: RunState, stop: Stops) -> End | None:
    """How the run ends now that no attempt is under way; None when there is to be another one."""
    measure, kept = state.began.measure, state.kept
    if kept and measure is None:
        return End(Outcome.COMPLETED, _tell_kept(state))
    if stop.reason == FAILED:
        return End(Outcome.RELEASED, _give_back(Failure.METRIC, state, stop.why))
    if stop.reason:
        return End(Outcome.STOPPED, _give_back(Failure.RELEASED, state, f"stopped {stop.why}"))
    if measure is not None and (ended := _ends_by_figure(state, measure)):
        return ended
    if spent := _find_spent(state):
        failure, why = spent
        if kept:
            return End(Outcome.COMPLETED, _tell_kept(state))
        outcome = Outcome.OVER_BUDGET if failure is Failure.BUDGET else Outcome.RELEASED
        return End(outcome, _give_back(failure, state, why))
    return None


def _find_spent(state: RunState) -> tuple[Failure, str] | None:
    """What the run has used up: its time, its money or its attempts."""
    terms, judged = state.terms, _judged(state)
    if remaining_s(state) < LEAST_S:
        return Failure.BUDGET, f"{terms.minutes:g} minutes are over"
    if terms.max_cost_usd and state.cost_usd >= terms.max_cost_usd:
        return Failure.BUDGET, f"it has cost {state.cost_usd:.2f} of {terms.max_cost_usd:g} US dollars"
    if len(judged) < terms.attempts:
        return None
    return (Failure.SCOPE if judged and _left_scope(judged[-1]) else Failure.METRIC), "no attempt is left"


def _ends_by_figure(state: RunState, measure: Measure) -> End | None:
    """The end of a run that improves a number: when its metric is broken, or when the target is reached.

    A metric that fails at the base is none of that: work can make it succeed, and anything is a gain then.
    """
    base, best = state.history.baseline, state.best
    if base is not None and base.passed is None:
        why = base.why or "the metric gave no number"
        return End(Outcome.RELEASED, state_failure(Failure.METRIC, f"the base cannot be measured: {why}"[:MAX_WHY]))
    if best is None or not is_target_reached(best, measure):
        return None
    if state.kept:
        return End(Outcome.COMPLETED, f"the target is reached: {_tell_kept(state)}")
    why = f"nothing to do: the base has {measure.name}={best.value} and the target is {measure.target}"
    return End(Outcome.RELEASED, state_failure(Failure.RELEASED, why))


def _judged(state: RunState) -> list[Attempt]:
    return [attempt for attempt in state.attempts if attempt.judgement]


def _left_scope(attempt: Attempt) -> bool:
    """Whether an attempt was discarded for files outside of what it might change."""
    is_violation = attempt.judgement is not None and attempt.judgement.cause is Cause.VIOLATION
    return is_violation and any(found.is_error and found.check == "scope" for found in attempt.findings)


def _tell_kept(state: RunState) -> str:
    kept, base, best = state.kept, state.history.baseline, state.best
    told = f"attempt {kept[-1].number} kept at {kept[-1].kept[:12]}"
    if base and best and base.value is not None and best.value is not None and state.began.measure:
        told += f", {state.began.measure.name} {base.value:g} -> {best.value:g}"
    return told if len(kept) == 1 else f"{told}, {len(kept)} of {len(_judged(state))} attempts"


def _give_back(failure: Failure, state: RunState, why: str) -> str:
    """The reason that the board is given: the kind of failure, what the run came to, and why its last attempt failed."""
    judged = _judged(state)
    told = f"{why}; {len(judged)} attempt{'' if len(judged) == 1 else 's'}, {len(state.kept) or 'none'} kept"
    if judged and (last := judged[-1].judgement) and last.verdict is Verdict.DISCARD:
        told += f"; the last one: {last.cause}: {last.why}"
    return state_failure(failure, " ".join(told.split())[:MAX_WHY])
