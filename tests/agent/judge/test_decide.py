"""What becomes of an attempt: each cause has its case, and what comes first decides."""

from __future__ import annotations

import math
from itertools import product

import pytest

from openclaw_hooks.agent.judge.decide import Facts, judge
from openclaw_hooks.agent.model import Cause, Found, Measured, Report, Snapshot, Verdict
from openclaw_hooks.verdict import Severity

ENDED = Report(code=0)
BROKEN = Report(code=1)
LEFT = Snapshot(commit="c1", tree="t1", base="b1")
SAME = Snapshot(commit="c1", tree="t1", base="b1", is_empty=True)
ERROR = Found("scope", Severity.ERROR, "a.py", 0, "outside the scope")
WARNING = Found("bare-todo", Severity.WARNING, "a.py", 1, "TODO without owner")
YES = Measured("c1", True)
NO = Measured("c1", False, why="exit code 2")
UNKNOWN = Measured("c1", None, why="it was killed after 600 s")
NUMBER = Measured("c1", True, value=3.5)
MOVED = ("ref refs/heads/main was moved",)


def metric(measured: Measured | None, report: Report = ENDED) -> Facts:
    return Facts(report, LEFT, has_metric=True, measured=measured)


def numeric(measured: Measured | None, gain: tuple[bool, str] | None, report: Report = ENDED) -> Facts:
    return Facts(report, LEFT, has_metric=True, is_numeric=True, measured=measured, gain=gain)


CASES = {
    "clean without a metric": (Facts(ENDED, LEFT), Cause.PASSED, "there is no metric"),
    "warnings only": (Facts(ENDED, LEFT, (WARNING,)), Cause.PASSED, "nothing to object"),
    "the metric succeeds": (metric(YES), Cause.PASSED, "the metric succeeded"),
    "a failed agent, a metric that succeeds": (
        metric(YES, BROKEN),
        Cause.PASSED,
        "ended with exit code 1, but the metric vouches",
    ),
    "a gain": (numeric(NUMBER, (True, "3.5, better by 1")), Cause.GAIN, "better by 1"),
    "a gain of a failed agent": (numeric(NUMBER, (True, "3.5"), BROKEN), Cause.GAIN, "but the metric vouches"),
    "no gain": (numeric(NUMBER, (False, "within the noise")), Cause.NO_GAIN, "within the noise"),
    "time over": (Facts(Report(killed="budget"), LEFT), Cause.OVER_BUDGET, "time was over"),
    "time over, and the metric succeeds": (metric(YES, Report(killed="budget")), Cause.OVER_BUDGET, "time was over"),
    "too dear": (metric(YES, Report(killed="cost")), Cause.OVER_BUDGET, "cost more"),
    "stopped": (metric(YES, Report(killed="stopped")), Cause.AGENT_FAILED, "stopped by a person"),
    "lost": (metric(YES, Report(killed="lost")), Cause.AGENT_FAILED, "somebody else's"),
    "interrupted": (metric(YES, Report(killed="interrupted")), Cause.AGENT_FAILED, "runner was killed"),
    "killed for another reason": (metric(YES, Report(killed="gremlins")), Cause.AGENT_FAILED, "gremlins"),
    "tampered": (metric(YES)._replace(tampered=MOVED), Cause.TAMPERED, "refs/heads/main was moved"),
    "nothing changed": (metric(YES)._replace(snapshot=SAME), Cause.NO_CHANGE, "no file differs"),
    "nothing is known of what it left": (metric(YES)._replace(snapshot=None), Cause.NO_CHANGE, "nothing"),
    "an error about a long pattern": (
        metric(YES)._replace(findings=(Found("scope", Severity.ERROR, f"**/{{{'x' * 90}}}", 0, "a test is missing"),)),
        Cause.VIOLATION,
        f"1 error: scope **/{{{'x' * 53}...: a test is missing",
    ),
    "an error": (
        metric(YES)._replace(findings=(WARNING, ERROR)),
        Cause.VIOLATION,
        "1 error: scope a.py: outside the scope",
    ),
    "the metric fails": (metric(NO), Cause.METRIC_FAILED, "exit code 2"),
    "the metric fails without a word": (metric(Measured("c1", False)), Cause.METRIC_FAILED, "the metric failed"),
    "the metric is killed": (metric(UNKNOWN), Cause.METRIC_UNKNOWN, "killed after 600 s"),
    "the metric was not run": (metric(None), Cause.METRIC_UNKNOWN, "not run"),
    "the metric was run on something else": (metric(Measured("b1", True)), Cause.METRIC_UNKNOWN, "not run on what"),
    "no number": (numeric(YES, (True, "?")), Cause.METRIC_UNKNOWN, "no number"),
    "not a number": (numeric(Measured("c1", True, value=math.nan), (True, "?")), Cause.METRIC_UNKNOWN, "no number"),
    "an infinite number": (
        numeric(Measured("c1", True, value=math.inf), (True, "?")),
        Cause.METRIC_UNKNOWN,
        "no number",
    ),
    "a number that was compared with nothing": (numeric(NUMBER, None), Cause.METRIC_UNKNOWN, "no number"),
    "a number, but the metric fails": (
        numeric(Measured("c1", False, value=9), (True, "?")),
        Cause.METRIC_FAILED,
        "the metric failed",
    ),
    "no report": (metric(YES)._replace(report=None), Cause.AGENT_FAILED, "nothing is known of how"),
    "a failed agent without a metric": (Facts(BROKEN, LEFT), Cause.AGENT_FAILED, "exit code 1, and no metric"),
    "an agent that says that it failed": (
        Facts(Report(code=0, failure="it says: error_max_turns"), LEFT),
        Cause.AGENT_FAILED,
        "error_max_turns",
    ),
    "an agent that died": (Facts(Report(code=None), LEFT), Cause.AGENT_FAILED, "was killed"),
}


@pytest.mark.parametrize("name", CASES)
def test_judgement_and_reason(name: str) -> None:
    facts, cause, why = CASES[name]
    judgement = judge(facts)
    assert judgement.cause is cause
    assert why in judgement.why
    keeps = cause in (Cause.PASSED, Cause.GAIN)
    assert judgement.verdict is (Verdict.KEEP if keeps else Verdict.DISCARD)


def test_every_cause_has_a_case() -> None:
    assert {cause for _, cause, _ in CASES.values()} == set(Cause)


ORDER = {
    Cause.OVER_BUDGET: {"report": Report(killed="budget")},
    Cause.TAMPERED: {"tampered": MOVED},
    Cause.NO_CHANGE: {"snapshot": SAME},
    Cause.VIOLATION: {"findings": (ERROR,)},
    Cause.METRIC_FAILED: {"measured": NO},
}


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_of_several_reasons_the_first_in_order_is_told(first: int) -> None:
    facts = metric(YES)
    for wrong in list(ORDER.values())[first:]:
        facts = facts._replace(**wrong)  # type: ignore[arg-type]  # of several types
    assert judge(facts).cause is list(ORDER)[first]


def test_only_what_has_nothing_against_it_is_kept() -> None:
    """Of all combinations: kept needs a whole report, a change, no error, nothing tampered with, and the metric's yes."""
    reports = (None, ENDED, BROKEN, Report(killed="budget"), Report(killed="stopped"))
    snapshots = (None, LEFT, SAME)
    findings: tuple[tuple[Found, ...], ...] = ((), (WARNING,), (ERROR, WARNING))
    measures = (None, YES, NO, UNKNOWN, NUMBER, Measured("b1", True, value=1))
    gains = (None, (True, "more"), (False, "less"))
    kept = 0
    for report, snapshot, found, tampered, measured, gain in product(
        reports, snapshots, findings, ((), MOVED), measures, gains
    ):
        for has_metric, is_numeric in ((False, False), (True, False), (True, True)):
            facts = Facts(report, snapshot, found, tampered, has_metric, is_numeric, measured, gain)
            judgement = judge(facts)
            assert judgement.why
            if judgement.verdict is Verdict.DISCARD:
                continue
            kept += 1
            assert report in (ENDED, BROKEN)
            assert snapshot is LEFT
            assert ERROR not in found
            assert not tampered
            if is_numeric:
                assert measured is NUMBER
                assert gain == (True, "more")
            elif has_metric:
                assert measured in (YES, NUMBER)
            else:
                assert report is ENDED
    assert kept


def test_an_error_about_no_file_names_none() -> None:
    said = Found("harness", Severity.ERROR, "", 3, "No sweeping deletion: rm -rf /")
    assert judge(Facts(ENDED, LEFT, (said,))).why == "1 error: harness: No sweeping deletion: rm -rf /"


def test_many_reasons_are_summed_up() -> None:
    findings = tuple(Found("scope", Severity.ERROR, f"{n}.py", 0, f"wrong {n}") for n in range(9))
    assert judge(Facts(ENDED, LEFT, findings)).why == (
        "9 errors: scope 0.py: wrong 0; scope 1.py: wrong 1; scope 2.py: wrong 2; and 6 more"
    )
