"""What becomes of an attempt: one question after the other, the first that is answered decides."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.model import Cause, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.model import Found, Measured, Report, Snapshot

KEEPS: Final = frozenset({Cause.PASSED, Cause.GAIN})
KILLED: Final = {
    "budget": (Cause.OVER_BUDGET, "its time was over"),
    "cost": (Cause.OVER_BUDGET, "it cost more than the run may"),
    "stopped": (Cause.AGENT_FAILED, "it was stopped by a person"),
    "lost": (Cause.AGENT_FAILED, "the task was somebody else's by then"),
    "interrupted": (Cause.AGENT_FAILED, "its runner was killed"),
}
MAX_NAMED: Final = 3
MAX_PATH: Final = 60


class Facts(NamedTuple):
    """All that is known of an attempt when it is judged; what is missing never speaks for it.

    `has_metric`: the task has one. `gain` is what `measure.is_gain` says of a numeric metric, None where the task has none;
    `is_numeric` says whether it has.
    """

    report: Report | None
    snapshot: Snapshot | None
    findings: tuple[Found, ...] = ()
    tampered: tuple[str, ...] = ()
    has_metric: bool = False
    is_numeric: bool = False
    measured: Measured | None = None
    gain: tuple[bool, str] | None = None


Answer = tuple[Cause, str] | None


def judge(facts: Facts) -> Judgement:
    """What becomes of the attempt that `facts` are about."""
    for question in QUESTIONS:
        if answer := question(facts):
            cause, why = answer
            return Judgement(
                Verdict.KEEP if cause in KEEPS else Verdict.DISCARD, cause, why + _note_failure(cause, facts)
            )
    return Judgement(Verdict.KEEP, Cause.PASSED, "the checks found nothing to object to; there is no metric")


def _was_killed(facts: Facts) -> Answer:
    if facts.report is None:
        return Cause.AGENT_FAILED, "nothing is known of how the agent ended"
    if not facts.report.killed:
        return None
    return KILLED.get(facts.report.killed, (Cause.AGENT_FAILED, f"it was killed: {facts.report.killed}"))


def _has_tampered(facts: Facts) -> Answer:
    return (Cause.TAMPERED, f"changed around its worktree: {_name_some(facts.tampered)}") if facts.tampered else None


def _changed_nothing(facts: Facts) -> Answer:
    if facts.snapshot is None:
        return Cause.NO_CHANGE, "nothing that it left is known"
    return (Cause.NO_CHANGE, "no file differs from the base") if facts.snapshot.is_empty else None


def _violates(facts: Facts) -> Answer:
    errors = [found for found in facts.findings if found.is_error]
    if not errors:
        return None
    told = (f"{f'{found.check} {_shorten(found.path)}'.rstrip()}: {found.message}" for found in errors)
    shown = _name_some(tuple(dict.fromkeys(told)))
    return Cause.VIOLATION, f"{len(errors)} error{'s' if len(errors) > 1 else ''}: {shown}"


def _shorten(path: str) -> str:
    """`path` as a reason has it: what is missing is named by a pattern, which may be longer than the reason itself."""
    return path if len(path) <= MAX_PATH else f"{path[: MAX_PATH - 3]}..."


def _metric_says(facts: Facts) -> Answer:
    """The metric's word, where there is one to ask; anything but a clear yes discards."""
    if not (facts.has_metric or facts.is_numeric):
        return None
    measured = facts.measured
    if measured is None or facts.snapshot is None or measured.commit != facts.snapshot.commit:
        return Cause.METRIC_UNKNOWN, "the metric was not run on what it left"
    if measured.passed is None:
        return Cause.METRIC_UNKNOWN, measured.why or "the metric gave no answer"
    if not measured.passed:
        return Cause.METRIC_FAILED, measured.why or "the metric failed"
    if not facts.is_numeric:
        return Cause.PASSED, "the checks found nothing to object to, and the metric succeeded"
    if measured.value is None or not isfinite(measured.value) or facts.gain is None:
        return Cause.METRIC_UNKNOWN, measured.why or "the metric gave no number to compare"
    is_gain, why = facts.gain
    return (Cause.GAIN if is_gain else Cause.NO_GAIN), why


def _agent_failed(facts: Facts) -> Answer:
    failure = describe_failure(facts.report)
    return (Cause.AGENT_FAILED, f"{failure}, and no metric vouches for what it left") if failure else None


# In the order of Cause.
QUESTIONS: Final[tuple[Callable[[Facts], Answer], ...]] = (
    _was_killed,
    _has_tampered,
    _changed_nothing,
    _violates,
    _metric_says,
    _agent_failed,
)


def describe_failure(report: Report | None) -> str:
    """How the agent failed, by its own word or by its exit code; empty when it did not."""
    if report is None:
        return "nothing is known of how the agent ended"
    if report.failure:
        return report.failure
    if report.code is None:
        return "the agent was killed"
    return f"the agent ended with exit code {report.code}" if report.code else ""


def _note_failure(cause: Cause, facts: Facts) -> str:
    """For work that is kept because a metric vouches for it: that its agent failed all the same."""
    failure = describe_failure(facts.report) if cause in KEEPS else ""
    return f"; {failure}, but the metric vouches for what it left" if failure else ""


def _name_some(names: tuple[str, ...]) -> str:
    more = f"; and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return "; ".join(names[:MAX_NAMED]) + more
