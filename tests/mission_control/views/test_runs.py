"""The list of runs, the whole of each, what drawer and overview tell of them, and the tables without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from openclaw_hooks.agent.model import Cause, Found, Outcome, Provenance, Stat, Verdict
from openclaw_hooks.agent.records.row import Figure, Row, Trial
from openclaw_hooks.mission_control.facts import Facts
from openclaw_hooks.mission_control.fallback.runs import runs_html, show_number
from openclaw_hooks.mission_control.place import Place
from openclaw_hooks.mission_control.reading.runs import OpenRun, RunFacts
from openclaw_hooks.mission_control.texts import text
from openclaw_hooks.mission_control.views.run_week import count_week
from openclaw_hooks.mission_control.views.runs import SHARD, view_run_details, view_runs
from openclaw_hooks.mission_control.views.task_runs import MAX_RUNS, list_task_runs
from openclaw_hooks.tasks.model import Direction, Measure
from openclaw_hooks.verdict import Severity
from tests.mission_control.views.scenes import at, stamp

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.runs import RunsView

HOSTILE = "<img src=x onerror=alert(1)>"
MEASURE = Measure(name="seconds", direction=Direction.LOWER, unit="s")
LOST = Trial(
    n=1, verdict=Verdict.DISCARD, cause=Cause.VIOLATION, why=f"out of scope {HOSTILE}", found=7, stat=Stat(1, 5, 2),
    findings=(Found("scope", Severity.ERROR, HOSTILE, 4, "is outside"),), snapshot="a" * 40,
)  # fmt: skip
WON = Trial(n=2, verdict=Verdict.KEEP, cause=Cause.GAIN, figure=Figure(True, 3.25, 0.125), kept="b" * 40)


def row(name: str, minutes: float, **fields: Any) -> Row:
    """A run `R-<name>` of ten minutes that began then."""
    values: dict[str, Any] = {
        "task": "T-aaaaaa", "title": "Do it", "node": "ada", "agent": "claude", "provenance": Provenance.REAL,
        "outcome": Outcome.RELEASED, "began": stamp(minutes), "ended": stamp(minutes + 10), **fields,
    }  # fmt: skip
    return Row(run=f"R-{name}", **values)


def kept_row(name: str, minutes: float, **fields: Any) -> Row:
    """A run of two attempts, the second kept."""
    return row(name, minutes, outcome=Outcome.COMPLETED, trials=(LOST, WON), tried=2, kept="b" * 40, **fields)


def facts_of(*rows: Row, going: tuple[OpenRun, ...] = (), minutes: float = 100) -> Facts:
    """Facts with these runs, in the order in which they began."""
    return Facts(Place("/x", None, at(minutes)), runs=RunFacts(rows, going))


def going(name: str, minutes: float, *, held: bool) -> OpenRun:
    """A run that has not ended."""
    return OpenRun(row(name, minutes, trials=(Trial(n=1),), tried=1), "agent.started", at(minutes), at(minutes), held)


def html_of(facts: Facts) -> tuple[str, RunsView]:
    """The page without a script."""
    view = view_runs(facts)
    return runs_html(facts.runs, view), view


def test_the_newest_run_is_first_and_those_that_go_on_before_all() -> None:
    facts = facts_of(row("1", 0), kept_row("2", 30), going=(going("3", 10, held=True), going("4", 20, held=False)))
    view = view_runs(facts)
    assert [(run.id, run.outcome, run.marks) for run in view.runs] == [
        ("R-4", "interrupted", "o"), ("R-3", "running", "o"), ("R-2", "completed", "dk"), ("R-1", "released", ""),
    ]  # fmt: skip
    assert [run.ended for run in view.runs] == [0, 0, at(40), at(10)]
    live = view.open["R-3"].live
    assert live is not None
    assert (live.event, live.agent_began, set(view.open)) == ("agent.started", at(10), {"R-3", "R-4"})


def test_each_run_is_in_the_file_that_the_list_names_and_a_new_one_moves_no_other() -> None:
    rows = [kept_row(f"{number:06d}", number) for number in range(SHARD * 2 + 3)]
    before, after = facts_of(*rows[:-1]), facts_of(*rows)
    details = view_run_details(after)
    for run in view_runs(after).runs:
        assert details[run.data][run.id].trials == (LOST, WON)
    old = view_run_details(before)
    assert [name for name in details if details[name] != old.get(name)] == ["runs-2"]


def test_a_gain_is_told_from_before_the_first_attempt_to_the_last_that_was_kept() -> None:
    measured = kept_row("1", 0, measure=MEASURE, baseline=Figure(True, 4.5), best=Figure(True, 3.25))
    gain = view_runs(facts_of(measured)).runs[0].gain
    assert gain is not None
    assert (gain.name, gain.direction, gain.baseline, gain.best, gain.unit) == ("seconds", "lower", 4.5, 3.25, "s")


def test_a_drawer_tells_the_last_runs_of_its_task_alone() -> None:
    rows = [kept_row(str(number), number) for number in range(MAX_RUNS + 2)]
    found = list_task_runs(RunFacts((*rows, row("other", 99, task="T-bbbbbb")), (going("now", 100, held=True),)))
    assert [run.id for run in found["T-aaaaaa"]][:2] == ["R-now", f"R-{MAX_RUNS + 1}"]
    assert (len(found["T-aaaaaa"]), [run.id for run in found["T-bbbbbb"]]) == (MAX_RUNS, ["R-other"])
    trials = found["T-aaaaaa"][1].trials
    assert [(trial.n, trial.verdict, trial.value) for trial in trials] == [(1, "discard", None), (2, "keep", 3.25)]


def test_the_week_counts_real_runs_and_others_only_where_none_is_real() -> None:
    mock = kept_row("9", 5, provenance=Provenance.MOCK, cost_usd=99.0)
    old = kept_row("0", -8 * 24 * 60, cost_usd=5.0)
    facts = RunFacts((old, kept_row("1", 0, cost_usd=0.25), row("2", 1), mock), (going("3", 6, held=False),))
    week = count_week(facts, at(100))
    assert week is not None
    told = (week.provenance, week.runs, week.kept, week.tried, week.told, week.cost_usd, week.running, week.interrupted)
    assert told == ("real", 2, 1, 2, 1, 0.25, 0, 1)
    alone = count_week(RunFacts((mock,)), at(100))
    assert alone is not None
    assert (alone.provenance, alone.runs, alone.cost_usd) == ("mock", 1, 99)
    assert count_week(RunFacts(), at(100)) is None


def test_without_a_script_runs_and_attempts_are_tables_and_a_mock_is_called_one() -> None:
    mock = kept_row("9", 5, provenance=Provenance.MOCK, measure=MEASURE, title=HOSTILE, cost_usd=1.5)
    html, _ = html_of(facts_of(row("1", 0), mock))
    assert HOSTILE not in html
    assert html.count("<table") == 2
    for words in (
        "R-9",
        "<td>mock</td>",
        "<td>real</td>",
        "$1.50",
        "3.25 ± 0.125 s",
        "and 6 more",
        "violation: out of scope",
    ):
        assert words in html, words


def test_without_a_run_the_page_says_how_to_make_the_first() -> None:
    html, view = html_of(facts_of())
    assert (view.runs, view.total) == ((), 0)
    assert f"<code>{text('runs.command-first')}</code>" in html


def test_every_outcome_cause_verdict_and_event_has_a_word() -> None:
    keys = [f"run.outcome-{outcome}{why}" for outcome in (*Outcome, "running", "interrupted") for why in ("", "-why")]
    keys += [f"run.cause-{cause}" for cause in Cause] + [f"run.verdict-{verdict}" for verdict in (*Verdict, "open")]
    keys += [f"run.provenance-{kind}{why}" for kind in Provenance for why in ("", "-why")]
    from typing import get_args

    from openclaw_hooks.agent.events import Event

    keys += [f"runs.event-{kind.__struct_config__.tag}" for kind in get_args(Event) if kind.__name__ != "RunEnded"]
    assert [key for key in keys if text(key) == key] == []


def test_every_pattern_is_explained() -> None:
    from openclaw_hooks.agent.records import flags

    names = (flags.REPEATED, flags.MANY, flags.ESCALATED, flags.SILENT)
    assert [name for name in names if text(f"runs.flag-{name}-why").startswith("runs.")] == []


def test_numbers_are_as_short_as_they_say_something() -> None:
    assert [show_number(value) for value in (None, 0, 12.3456, 1234.5, -98765.4)] == [
        "?",
        "0",
        "12.35",
        "1234",
        "-98765",
    ]


def test_a_row_that_another_version_wrote_still_has_marks() -> None:
    odd = replace(LOST, verdict="postponed")
    assert view_runs(facts_of(kept_row("1", 0), row("2", 1, trials=(odd,)))).runs[0].marks == "o"
