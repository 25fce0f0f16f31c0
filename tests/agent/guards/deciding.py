"""The questions that decide what becomes of an attempt."""

from __future__ import annotations

from tests.agent.guards.model import Guard

DECIDE = "openclaw_hooks/agent/judge/decide.py"
_DECIDED = ("tests/agent/judge/test_decide.py::test_judgement_and_reason",)


def _question(name: str, holds: str, function: str) -> Guard:
    return Guard(name, holds, DECIDE, f"    {function},\n", "", _DECIDED)


DECIDED = (
    _question("killed", "work of an agent that was killed is discarded", "_was_killed"),
    _question("tampered", "so is that of one that changed the repository around it", "_has_tampered"),
    _question("no-change", "done without a diff is not done", "_changed_nothing"),
    _question("violation", "an error among the findings discards", "_violates"),
    _question("metric-asked", "the metric is asked where there is one", "_metric_says"),
    _question("agent-failed", "without a metric an agent that failed has failed", "_agent_failed"),
    Guard(
        "metric-other-commit",
        "a measurement of something else says nothing",
        DECIDE,
        " or measured.commit != facts.snapshot.commit",
        "",
        _DECIDED,
    ),
    Guard(
        "metric-nan",
        "a value that is no finite number keeps nothing",
        DECIDE,
        " or not isfinite(measured.value)",
        "",
        _DECIDED,
    ),
    Guard(
        "metric-unknown",
        "no answer of the metric is no yes",
        DECIDE,
        "if measured.passed is None:",
        "if False:",
        _DECIDED,
    ),
    Guard("metric-failed", "a metric that fails discards", DECIDE, "if not measured.passed:", "if False:", _DECIDED),
    Guard(
        "no-gain",
        "a number that is no gain discards",
        DECIDE,
        "(Cause.GAIN if is_gain else Cause.NO_GAIN), why",
        "Cause.GAIN, why",
        _DECIDED,
    ),
    Guard(
        "no-exit-code",
        "an agent without an exit code has failed",
        DECIDE,
        "if report.code is None:",
        "if False:",
        _DECIDED,
    ),
)
