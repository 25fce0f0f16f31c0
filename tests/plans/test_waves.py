from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from tests.plans.play import make_subtask

if TYPE_CHECKING:
    from openclaw_hooks.plans.model import Subtask


def test_waves_are_layers_in_the_order_of_the_plan() -> None:
    subtasks = [
        make_subtask("late", "b", "c"),
        make_subtask("c", "a"),
        make_subtask("b", "a"),
        make_subtask("a"),
        make_subtask("alone"),
    ]
    assert assign_waves(subtasks) == (("a", "alone"), ("c", "b"), ("late",))


def test_what_is_in_a_cycle_or_behind_one_is_in_no_wave() -> None:
    subtasks = [make_subtask("a", "b"), make_subtask("b", "a"), make_subtask("c", "b"), make_subtask("d", "gone")]
    assert assign_waves(subtasks) == (("d",),)


def test_the_critical_path_is_the_longest_by_minutes_and_not_by_steps() -> None:
    subtasks = [
        make_subtask("a", budget_minutes=5),
        make_subtask("b", "a", budget_minutes=5),
        make_subtask("c", "b", budget_minutes=5),
        make_subtask("slow", "a", budget_minutes=60),
        make_subtask("end", "slow", "c", budget_minutes=1),
    ]
    assert find_critical_path(subtasks) == (("a", "slow", "end"), 66)
    assert sum_minutes(subtasks) == 76
    assert find_critical_path([]) == ((), 0)


@st.composite
def graphs(draw: st.DrawFn) -> list[Subtask]:
    subtasks: list[Subtask] = []
    for number in range(draw(st.integers(0, 12))):
        before = [subtask.id for subtask in subtasks]
        chosen = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        subtasks.append(make_subtask(f"s{number}", *chosen, budget_minutes=draw(st.integers(1, 9))))
    return draw(st.permutations(subtasks))


@given(graphs())
def test_each_subtask_is_in_the_first_wave_that_its_dependencies_allow(subtasks: list[Subtask]) -> None:
    wave_of = {name: number for number, wave in enumerate(assign_waves(subtasks)) for name in wave}
    assert len(wave_of) == len(subtasks)
    for subtask in subtasks:
        assert wave_of[subtask.id] == max((wave_of[name] + 1 for name in subtask.depends_on), default=0)


@given(graphs())
def test_no_chain_takes_longer_than_the_critical_path(subtasks: list[Subtask]) -> None:
    path = find_critical_path(subtasks)
    by_id = {subtask.id: subtask for subtask in subtasks}
    assert sum(by_id[name].budget_minutes for name in path.subtasks) == path.minutes
    for earlier, later in zip(path.subtasks, path.subtasks[1:], strict=False):
        assert earlier in by_id[later].depends_on

    def longest(name: str) -> int:
        return by_id[name].budget_minutes + max(map(longest, by_id[name].depends_on), default=0)

    assert path.minutes == max(map(longest, by_id), default=0)
