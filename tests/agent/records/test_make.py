from __future__ import annotations

import pytest

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Outcome, Provenance
from openclaw_hooks.agent.records.make import make_row
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Measure
from tests.agent.records.story import ENDED, SPOKEN, TASK, begin, discard, keep, measured, oid, row_of, tell


def test_a_row_says_what_was_tried_what_it_cost_and_what_was_kept() -> None:
    row = row_of(
        begin(role="builder"),
        discard(1, cost_usd=0.25, tokens_in=100, tokens_out=10, model="m-1", version="2.0"),
        keep(2, cost_usd=0.5, tokens_in=50, model="m-2"),
        said.Merging(old=oid("base"), new=oid("kept 2")),
        said.Merged(done=False, why="the checkout is dirty"),
        outcome=Outcome.COMPLETED,
    )
    assert (row.task, row.role, row.agent, row.provenance) == (TASK, "builder", "fake", Provenance.MOCK)
    assert (row.tried, row.minutes, row.cost_usd, row.tokens_in, row.tokens_out) == (2, 30, 0.75, 150, 10)
    assert (row.model, row.version, row.findings) == ("m-2", "2.0", {"scope": 1})
    assert (row.branch, row.kept, row.merged) == (f"openclaw/{TASK}", oid("kept 2"), False)
    first, second = row.trials
    assert (first.verdict, first.cause, first.kept, first.snapshot) == ("discard", "violation", "", oid("snapshot 1"))
    assert (second.verdict, second.kept, second.words) == ("keep", oid("kept 2"), len(SPOKEN))


def test_the_same_log_gives_the_same_row_and_what_the_agent_does_not_tell_is_left_open() -> None:
    events = tell(begin(), discard(1))
    assert make_row(events, Outcome.RELEASED, "", ENDED) == make_row(events, Outcome.RELEASED, "", ENDED)
    row = make_row(events, Outcome.RELEASED, "", ENDED)
    assert (row.cost_usd, row.tokens_in, row.merged, row.best) == (None, None, None, None)


def test_an_attempt_that_was_interrupted_is_one_attempt() -> None:
    cut = discard(1)[:4]
    again = said.Interrupted(n=1, ref=f"refs/openclaw/attempts/{TASK}/1-interrupted-1", commit=oid("half"))
    row = row_of(begin(), cut, said.Resumed(pid=2), again, discard(1))
    assert row.tried == 1
    assert row.trials[0].interrupted == 1
    assert row.trials[0].verdict == "discard"


def test_a_branch_that_was_only_about_to_move_holds_nothing_kept() -> None:
    row = row_of(begin(), keep(1)[:-1])
    assert row.kept == row.trials[0].kept == row.branch == ""


def test_figures_are_those_of_the_named_number_and_the_best_is_the_last_kept_one() -> None:
    first, second = keep(1), keep(2)
    first.insert(-3, said.AttemptMeasured(n=1, measured=measured(12.0, 11.0, 12.0, 13.0)))
    second.insert(-3, said.AttemptMeasured(n=2, measured=measured(15.0, 15.0)))
    baseline = said.BaselineMeasured(measured=measured(10.0, 10.0))
    row = row_of(begin(measure=Measure("speed")), baseline, first, second, outcome=Outcome.COMPLETED)
    assert row.baseline
    assert row.best
    assert (row.baseline.value, row.best.value) == (10.0, 15.0)
    assert row.trials[0].figure
    assert row.trials[0].figure.readings == (11.0, 12.0, 13.0)


def test_only_the_length_of_what_the_agent_said_gets_onto_the_board() -> None:
    row = row_of(begin(), discard(1, text="the customer's name is Grace"))
    assert "Grace" not in repr(row)
    assert row.trials[0].words == len("the customer's name is Grace")


def test_what_was_changed_around_an_attempt_is_told() -> None:
    events = discard(1)
    events[6] = said.Checked(n=1, tampered=("the hook pre-commit",))
    tampered = said.AttemptMeasured(n=1, measured=measured(None), tampered=("branch main",))
    row = row_of(begin(), events[:7], tampered, events[7:])
    assert row.trials[0].tampered == ("the hook pre-commit", "branch main")


def test_a_log_that_does_not_say_what_it_is_about_gives_no_row() -> None:
    with pytest.raises(OpenclawError, match="does not say what it is about"):
        make_row(discard(1), Outcome.RELEASED, "", ENDED)
