from __future__ import annotations

from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Found, Outcome
from openclaw_hooks.agent.records.text import attempts_text
from openclaw_hooks.tasks.markdown import get_section, set_section
from openclaw_hooks.tasks.model import Measure
from openclaw_hooks.verdict import Severity
from tests.agent.records.story import TASK, begin, discard, keep, many_trials, measured, oid, row_of

SECOND = f"`{oid('snapshot 2')[:12]}`"


def test_a_run_is_told_with_a_line_for_each_attempt_and_what_was_found() -> None:
    row = row_of(begin(), discard(1, cost_usd=0.5), keep(2), outcome=Outcome.COMPLETED)
    lines = attempts_text(replace(row, why="")).splitlines()
    assert lines[0] == f"### Run R-000001 of {TASK}: completed (2026-11-22)"
    assert lines[2].startswith("fake (mock) on node-a, 2 attempts in 30.0 min, 0.50 USD.")
    assert lines[7] == f"| 2 | keep: passed | the metric passed |  | 1 file +4 -1 | {SECOND} |"
    assert lines[-1] == "- Attempt 1: `secret/key.py:3`: scope: is outside the scope of the task"


def test_what_was_kept_is_named_once_and_short_runs_are_told_in_seconds() -> None:
    row = row_of(begin(), keep(1), outcome=Outcome.COMPLETED)
    text = attempts_text(replace(row, minutes=0.05, why=f"attempt 1 kept at {row.kept[:12]}"))
    assert text.splitlines()[2] == f"fake (mock) on node-a, 1 attempt in 3 s. Attempt 1 kept at {row.kept[:12]}."
    assert f"Kept: `{row.kept[:12]}` on `{row.branch}`." in attempts_text(row)


def test_figures_stand_beside_the_one_before() -> None:
    events = keep(1)
    events.insert(-3, said.AttemptMeasured(n=1, measured=measured(12.0, 12.0)))
    baseline = said.BaselineMeasured(measured=measured(10.0, 10.0))
    text = attempts_text(row_of(begin(measure=Measure("speed")), baseline, events, outcome=Outcome.COMPLETED))
    assert "Before: speed 10 ± 0.5." in text
    assert "| 12 ± 0.5 |" in text


def test_names_that_an_agent_chose_are_no_markup() -> None:
    odd = Found("scope", Severity.ERROR, "a`|\n## Result\n<b>[x](http://e)\u202e", 1, "[[T-0bbbbb]] | <img> `x`")
    row = row_of(begin(), discard(1))
    text = attempts_text(replace(row, trials=(replace(row.trials[0], findings=(odd,), why="a | b\n# c"),)))
    body = set_section("", "Attempts", text)
    assert get_section(body, "Attempts") == text
    assert get_section(body, "Result") is None
    assert "\u202e" not in text
    assert r"\[\[T-0bbbbb\]\] \| \<img> \`x\`" in text
    assert r"| a \| b # c |" in text
    assert "`aU+0060| ## Result <b>[x](http://e)U+202E:1`" in text


def test_a_run_of_many_attempts_is_told_in_bounds() -> None:
    row = many_trials(row_of(begin(), discard(1)), 200)
    found = tuple(Found("scope", Severity.ERROR, "p" * 300, n, "m" * 300) for n in range(20))
    text = attempts_text(replace(row, trials=tuple(replace(trial, findings=found) for trial in row.trials)))
    assert text.count("\n| ") == 2 + 20
    assert "- Attempt 200: 15 more findings" in text
    assert len(text) < 10_000


def test_a_run_without_an_attempt_says_why() -> None:
    text = attempts_text(row_of(begin()))
    assert text.splitlines()[2:] == ["fake (mock) on node-a, 0 attempts in 30.0 min. No attempt was kept."]
