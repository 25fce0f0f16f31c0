"""What the drill makes of what it saw: nothing that got through is called stopped."""

from __future__ import annotations

import pytest

from openclaw_hooks.drill.acts import AGENT, PRE_PUSH, RECEIPTS, SHIM, Act, build_acts, choose_ground, honest_act
from openclaw_hooks.drill.judge import Catch, Try, judge_bad, judge_honest, measure_latency
from openclaw_hooks.scratch.planted import make_planted
from openclaw_hooks.settings import Settings, parse_settings

ACT = Act("x", "something bad", (AGENT, PRE_PUSH, RECEIPTS))


def tries(**catches: Catch) -> list[Try]:
    return [Try(name.replace("_", " ").replace("pre push", PRE_PUSH), catch) for name, catch in catches.items()]


@pytest.mark.parametrize("catch", [Catch.PASSED, Catch.MISSED, Catch.INERT])
def test_an_act_that_no_layer_stopped_got_through(catch: Catch) -> None:
    result = judge_bad(ACT, tries(agent_claude=catch, pre_push=catch, receipts=catch))
    assert result.fault == "got through all layers by way of agent claude"
    assert result.caught_by == ()


def test_one_layer_of_git_is_enough_whoever_acts() -> None:
    result = judge_bad(ACT, tries(agent_claude=Catch.MISSED, agent_codex=Catch.INERT, pre_push=Catch.CAUGHT))
    assert result.fault == ""
    assert result.caught_by == (PRE_PUSH,)


def test_what_one_agents_hook_stops_another_agent_could_still_do() -> None:
    caught = tries(agent_claude=Catch.CAUGHT, agent_codex=Catch.CAUGHT)
    assert judge_bad(ACT, caught).fault == ""
    missed = tries(agent_claude=Catch.CAUGHT, agent_codex=Catch.MISSED, pre_push=Catch.PASSED)
    assert judge_bad(ACT, missed).fault == "got through all layers by way of agent codex"


def test_the_git_of_shells_stands_behind_the_hook_of_claude_and_of_nobody_else() -> None:
    shim = [Try(SHIM, Catch.CAUGHT)]
    assert judge_bad(ACT, [*tries(agent_claude=Catch.MISSED), *shim]).fault == ""
    other = judge_bad(ACT, [*tries(agent_claude=Catch.MISSED, agent_codex=Catch.MISSED), *shim])
    assert other.fault == "got through all layers by way of agent codex"
    assert judge_bad(ACT, [*tries(agent_claude=Catch.MISSED), Try(SHIM, Catch.PASSED)]).fault != ""


def test_a_hook_that_does_not_start_lets_nothing_through_but_caught_nothing_either() -> None:
    result = judge_bad(ACT, tries(agent_claude=Catch.BROKEN))
    assert (result.fault, result.caught_by) == ("", ())
    honest = judge_honest(ACT, [Try("agent claude", Catch.BROKEN, "does not start")])
    assert honest.fault == "agent claude refuses honest work: does not start"


def test_honest_work_that_is_refused_is_a_fault() -> None:
    assert judge_honest(ACT, tries(pre_push=Catch.PASSED, receipts=Catch.PASSED, agent_claude=Catch.INERT)).fault == ""
    assert "pre-push refuses" in judge_honest(ACT, tries(pre_push=Catch.CAUGHT)).fault


def test_latency_is_counted_over_all_calls_of_a_layer() -> None:
    one = judge_bad(ACT, [Try("a", Catch.CAUGHT, "", tuple(float(ms) for ms in range(1, 100)))])
    two = judge_bad(ACT, [Try("a", Catch.CAUGHT, "", (100.0,)), Try("b", Catch.INERT)])
    assert measure_latency([one, two]) == [("a", 100, 50.0, 95.0)]


def test_acts_have_names_of_their_own_and_layers_to_stop_them() -> None:
    acts = build_acts(make_planted(), choose_ground(Settings()))
    assert len({act.id for act in acts}) == len(acts) > 15
    for act in acts:
        assert (AGENT in act.layers) == bool(act.calls), act.id
        assert act.files or act.push or set(act.layers) == {AGENT}, act.id


def test_the_ground_follows_the_settings() -> None:
    config = b"""
scope: {paths: ["!x/**", "services/api/**"]}
commit_message: {types: [change], scopes: [api], require_scope: true}
push: {protected: ["release/**", trunk]}
"""
    ground = choose_ground(parse_settings(config))
    assert ground == ("services/api/", "change(api): ", "trunk")
    assert honest_act(ground).files[0][0] == "services/api/openclaw-drill.txt"
    none = choose_ground(parse_settings(b"push: {protected: []}"))
    assert "force-push" not in {act.id for act in build_acts(make_planted(), none)}
