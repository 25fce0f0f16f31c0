"""What a run may cost, as its agents tell it."""

from __future__ import annotations

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Outcome, Terms
from openclaw_hooks.agent.run.decide import find_end, remaining_usd
from openclaw_hooks.agent.run.state import fold
from openclaw_hooks.agent.run.stops import Stops
from tests.agent.records.story import begin, discard, tell


def test_a_run_that_has_cost_what_it_may_makes_no_further_attempt() -> None:
    began = begin(terms=Terms(attempts=5, max_cost_usd=1.0))
    claimed: list[said.Event] = [said.Claiming(), said.Claimed(token="1-0000aaaa", expires=""), said.Started()]
    first = tell(began, claimed, discard(1, cost_usd=0.4), said.Cleaned(n=1))
    state = fold("", first)
    assert find_end(state, Stops()) is None
    assert remaining_usd(state) == 0.6
    end = find_end(fold("", [*first, *discard(2, cost_usd=0.6), said.Cleaned(n=2)]), Stops())
    assert end
    assert end.outcome is Outcome.OVER_BUDGET
    assert end.why.startswith("over budget: it has cost 1.00 of 1 US dollars")
