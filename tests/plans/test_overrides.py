from __future__ import annotations

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, Subtask
from openclaw_hooks.plans.overrides import apply_settings, parse_setting, split_list
from openclaw_hooks.tasks.model import Collaboration, Convergence, Delegation, Direction, Measure, Mode
from tests.plans.play import make_plan, make_subtask

PLAN = make_plan(
    make_subtask("design"),
    make_subtask("build", "design", mode=Mode.AUTO),
    make_subtask("share", mode=Mode.COLLAB_MESH),
)


def apply(*texts: str) -> PlanFile:
    return apply_settings(PLAN, [parse_setting(text) for text in texts])


def build(*texts: str) -> Subtask:
    return next(subtask for subtask in apply(*(f"build.{text}" for text in texts)).subtasks if subtask.id == "build")


def test_settings_are_typed_by_what_they_set() -> None:
    found = build(
        "budget_minutes=60",
        "scope=src/,tests/**/*.{py,pyi}",
        "critical=true",
        "requires_review=false",
        "metric=make test = all",
        "depends_on=",
        "success_criteria=it works, it is fast",
        "role=qa-engineer",
        "title=Build it",
    )
    assert found.budget_minutes == 60
    assert found.scope == ("src/", "tests/**/*.{py,pyi}")
    assert found.critical
    assert found.requires_review is False
    assert found.metric == "make test = all"
    assert found.depends_on == ()
    assert found.success_criteria == ("it works", "it is fast")
    assert found.role == "qa-engineer"
    assert found.title == "Build it"
    assert apply("failure_policy=abort_on_first_fail").failure_policy is FailurePolicy.ABORT_ON_FIRST_FAIL
    assert not apply("requires_approval=false").requires_approval


def test_a_measure_is_set_as_a_whole_and_key_by_key() -> None:
    found = build("metric=make bench", "measure=p95:lower:120", "measure.min_gain=0.5", "evaluator=bench/,data/*.csv")
    assert found.measure == Measure("p95", Direction.LOWER, min_gain=0.5, target=120)
    assert found.evaluator == ("bench/", "data/*.csv")
    assert build("measure=p95:lower", "measure=").measure is None


def test_a_mode_set_takes_the_leftovers_of_the_other_mode_away() -> None:
    found = build("delegation.mode=collab_mesh", "delegation.collaboration.convergence=majority")
    together = Collaboration(convergence=Convergence.MAJORITY)
    expected = Delegation(mode=Mode.COLLAB_MESH, collaboration=together, reason="set when the plan was made")
    assert found.delegation == expected
    back = build("delegation.collaboration.max_rounds=2", "delegation.mode=solo_mesh").delegation
    assert back == Delegation(mode=Mode.SOLO_MESH, reason="set when the plan was made")


def test_the_last_setting_of_a_key_counts_and_the_rest_stays() -> None:
    assert build("budget_minutes=60", "budget_minutes=45").budget_minutes == 45
    assert apply("build.budget_minutes=60").subtasks[0] == PLAN.subtasks[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("build", "--set 'build' has no name or no value (write it as in"),
        ("=x", "has no name or no value"),
        ("bild.title=x", "there is no subtask `bild` (did you mean `build`?)"),
        ("build.titel=x", "a subtask has no key `titel` to set (did you mean `title`?)"),
        ("build.id=x", "a subtask has no key `id` to set"),
        ("build.delegation=x", "a subtask has no key `delegation` to set"),
        ("build.delegation.collaboration.min_node=2", "(did you mean `delegation.collaboration.min_nodes`?)"),
        ("build.budget_minutes=soon", "--set build.budget_minutes=soon: expected `int`, got `str`"),
        ("build.budget_minutes=0", "expected `int` >= 1"),
        ("build.budget_minutes=", "expected `int`"),
        ("build.critical=maybe", "expected `bool`"),
        ("build.title=", "expected `str` of length >= 1"),
        ("build.title=a\nb", "a title is one line"),
        ("build.measure=p95", "'p95' says no measure"),
        ("build.measure.target=5", "subtask `build` has no measure (set it first: --set build.measure=NAME:lower)"),
        ("build.measure.name=1 x", "--set build.measure.name=1 x: expected `str` matching"),
        ("build.delegation.mode=colab_mesh", "(did you mean `collab_mesh`?)"),
        ("build.delegation.collaboration.min_nodes=1", "expected `int` >= 2"),
        ("failure_polcy=x", "a plan has no such key (did you mean `failure_policy`?)"),
        ("status=approved", "a plan has no such key"),
        ("failure_policy=abort", "(known: continue_best_effort, abort_on_first_fail"),
    ],
)
def test_each_mistake_is_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(OpenclawError) as caught:
        apply(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", ()),
        (" , ", ()),
        ("a", ("a",)),
        ("a, b", ("a", "b")),
        ("{a,b}/c,d", ("{a,b}/c", "d")),
        ("a},b", ("a}", "b")),
    ],
)
def test_a_comma_inside_braces_belongs_to_its_glob(text: str, entries: tuple[str, ...]) -> None:
    assert split_list(text) == entries
