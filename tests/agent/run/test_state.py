"""The state of a run is what its log says, and nothing else can be read into it."""

from __future__ import annotations

import pytest

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Cause, Found, Judgement, Outcome, Provenance, Report, Snapshot, Terms, Verdict
from openclaw_hooks.agent.run.decide import Step, choose_step, find_end, next_number, remaining_s
from openclaw_hooks.agent.run.state import FOLLOWS, RunState, advance, fold
from openclaw_hooks.agent.run.stops import Stops
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.verdict import Severity

BEGAN = said.RunBegan(
    run="R-aaaaaa",
    task="T-aaaaaa",
    title="Answer it",
    node="node-a",
    agent="any",
    provenance=Provenance.REAL,
    base="b" * 40,
    target="main",
    terms=Terms(attempts=2, minutes=10, max_cost_usd=1),
    first=3,
)
CLAIMED: list[said.Event] = [BEGAN, said.Claiming(), said.Claimed(token="1-x", expires=""), said.Started()]


def attempt(n: int, report: Report, judgement: Judgement, found: tuple[Found, ...] = ()) -> list[said.Event]:
    """An attempt that left a file, from its beginning to its end."""
    return [
        said.AttemptBegan(n=n, base="b" * 40, worktree="/nowhere"),
        said.Prompted(n=n, sha256="", chars=0),
        said.AgentStarting(n=n, argv=("agent",)),
        said.AgentStarted(n=n, pid=1),
        said.AgentEnded(n=n, report=report),
        said.Snapshotting(n=n, snapshot=Snapshot("c" * 40, "t" * 40, "b" * 40)),
        said.Checked(n=n, findings=found),
        said.Judged(n=n, judgement=judgement),
        said.Cleaned(n=n),
    ]


def discarded(cause: Cause = Cause.METRIC_FAILED) -> Judgement:
    """A word against an attempt."""
    return Judgement(Verdict.DISCARD, cause, "no")


def state_of(*events: said.Event) -> RunState:
    """The state after a run that was begun and `events`."""
    return fold("/runs/R-aaaaaa", [*CLAIMED, *events])


def test_what_cannot_follow_is_refused_and_named() -> None:
    with pytest.raises(OpenclawError, match="`kept` cannot follow `started`"):
        state_of(said.Kept(n=1))
    with pytest.raises(OpenclawError, match="does not begin with what the run is about"):
        fold("/runs/R-aaaaaa", [said.Claiming()])
    with pytest.raises(OpenclawError, match=r"cannot follow `run\.ended`"):
        advance(state_of(said.RunEnded(outcome=Outcome.LOST)), said.Resumed(pid=1))


def test_every_event_has_its_followers_and_every_state_a_step() -> None:
    kinds = set(said.Event.__args__) - {said.Resumed}
    assert set(FOLLOWS) == kinds
    assert {kind for followers in FOLLOWS.values() for kind in followers} == kinds - {said.RunBegan, said.RunEnded}


def test_being_taken_up_changes_nothing_but_the_count() -> None:
    state = state_of(said.Resumed(pid=1), said.Resumed(pid=2))
    assert (state.resumed, state.last) == (2, said.Started())


def test_attempts_are_counted_on_from_earlier_runs_until_none_is_left() -> None:
    state = state_of(*attempt(3, Report(code=0, seconds=60), discarded()))
    assert (next_number(state), choose_step(state, Stops())) == (4, Step.BEGIN)
    assert remaining_s(state) == 540
    state = fold(
        "/runs", [*CLAIMED, *attempt(3, Report(code=0), discarded()), *attempt(4, Report(code=0), discarded())]
    )
    end = find_end(state, Stops())
    assert end
    assert end.why == "failed: no attempt is left; 2 attempts, none kept; the last one: metric failed: no"


@pytest.mark.parametrize(
    ("report", "outcome", "reason"),
    [
        (Report(code=None, killed="budget", seconds=600), Outcome.OVER_BUDGET, "over budget: 10 minutes are over"),
        (Report(code=0, cost_usd=1.5), Outcome.OVER_BUDGET, "over budget: it has cost 1.50 of 1 US dollars"),
    ],
)
def test_a_budget_that_is_used_up_ends_the_run(report: Report, outcome: Outcome, reason: str) -> None:
    end = find_end(state_of(*attempt(3, report, discarded(Cause.OVER_BUDGET))), Stops())
    assert end
    assert end.outcome is outcome
    assert end.why.startswith(reason)


def test_an_interrupted_attempt_is_made_anew_and_its_time_counts() -> None:
    begun = attempt(3, Report(), discarded())[:4]
    state = state_of(*begun, said.Resumed(pid=2))
    assert choose_step(state, Stops()) is Step.INTERRUPT
    state = advance(state, said.Interrupted(n=3, ref="3-interrupted-1", commit="c" * 40, seconds=100))
    assert (choose_step(state, Stops()), next_number(state), remaining_s(state)) == (Step.BEGIN, 3, 500)
    state = advance(state, begun[0])
    assert state.attempt.interrupted == ("3-interrupted-1",)
    assert remaining_s(state) == 500


def test_a_scope_violation_is_told_as_one() -> None:
    found = (Found("scope", Severity.ERROR, "a.txt", 0, "outside"),)
    both = [*attempt(3, Report(code=0), discarded()), *attempt(4, Report(code=0), discarded(Cause.VIOLATION), found)]
    end = find_end(state_of(*both), Stops())
    assert end
    assert end.why.startswith("scope violation: ")


def test_a_lost_lease_ends_all_but_the_snapshot_of_what_an_agent_left() -> None:
    lost = Stops()
    lost.lose("gone")
    events = attempt(3, Report(code=0), Judgement(Verdict.KEEP, Cause.PASSED, ""))
    steps = {}
    for count in range(1, len(events) + 1):
        state = state_of(*events[:count])
        steps[type(state.last)] = choose_step(state, lost)
    assert steps.pop(said.AgentStarting) is Step.INTERRUPT
    assert steps.pop(said.AgentStarted) is Step.INTERRUPT
    assert steps.pop(said.AgentEnded) is Step.SNAPSHOT
    assert set(steps.values()) == {Step.LOSE}
