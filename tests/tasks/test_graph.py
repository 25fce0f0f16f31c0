"""Dependencies: cycles, and what stands in the way of a task."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.graph import find_cycle, judge_all, judge_task, refuse_cycle
from openclaw_hooks.tasks.model import Column, Status, TaskHead


def make_task(name: str, status: Status = Status.QUEUED, depends_on: str = "", **fields: str) -> TaskHead:
    return TaskHead(id=f"T-{name * 6}", title=name, status=status, depends_on=ids(depends_on), **fields)  # type: ignore[arg-type]  # text fields


def ids(names: str) -> tuple[str, ...]:
    return tuple(f"T-{name * 6}" for name in names)


def by_id(*tasks: TaskHead) -> dict[str, TaskHead]:
    return {task.id: task for task in tasks}


@pytest.mark.parametrize(
    ("status", "column"),
    [
        (Status.PROPOSED, Column.PROPOSED),
        (Status.QUEUED, Column.READY),
        (Status.CLAIMED, Column.IN_PROGRESS),
        (Status.RUNNING, Column.IN_PROGRESS),
        (Status.PENDING_REVIEW, Column.REVIEW),
        (Status.COMPLETED, Column.DONE),
        (Status.FAILED, Column.CLOSED),
        (Status.RELEASED, Column.READY),
        (Status.CANCELLED, Column.CLOSED),
        (Status.REJECTED, Column.CLOSED),
    ],
)
def test_each_status_has_its_column_and_only_queued_is_ready(status: Status, column: Column) -> None:
    task = make_task("a", status)
    assert judge_task(task, by_id(task))[:3] == (column, status is Status.QUEUED, ())


def test_a_task_whose_dependencies_are_completed_is_ready() -> None:
    task = make_task("a", depends_on="bc")
    tasks = by_id(task, make_task("b", Status.COMPLETED), make_task("c", Status.COMPLETED))
    assert judge_task(task, tasks) == (Column.READY, True, (), "")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.QUEUED, "waits for T-bbbbbb (queued)"),
        (Status.PENDING_REVIEW, "waits for T-bbbbbb (pending_review)"),
        (Status.RELEASED, "waits for T-bbbbbb (released)"),
        (Status.FAILED, "T-bbbbbb is failed"),
        (Status.CANCELLED, "T-bbbbbb is cancelled"),
        (Status.REJECTED, "T-bbbbbb is rejected"),
        (None, "T-bbbbbb does not exist"),
    ],
)
@pytest.mark.parametrize("waiting", [Status.QUEUED, Status.RELEASED])
def test_a_dependency_that_is_not_completed_blocks_by_name(waiting: Status, status: Status | None, reason: str) -> None:
    task = make_task("a", waiting, "b")
    tasks = by_id(task) if status is None else by_id(task, make_task("b", status))
    assert judge_task(task, tasks) == (Column.BLOCKED, False, ("T-bbbbbb",), reason)


def test_every_dependency_in_the_way_is_named_the_hopeless_ones_first() -> None:
    task = make_task("a", depends_on="bcdef")
    tasks = by_id(
        task,
        make_task("b", Status.RUNNING),
        make_task("c", Status.FAILED),
        make_task("e", Status.COMPLETED),
        make_task("f", Status.QUEUED),
    )
    standing = judge_task(task, tasks)
    assert standing.blocked_by == ids("bcdf")
    assert standing.reason == (
        "T-dddddd does not exist; T-cccccc is failed; waits for T-bbbbbb (running), T-ffffff (queued)"
    )


def test_a_proposal_names_its_dependencies_and_stays_in_its_column() -> None:
    task = make_task("a", Status.PROPOSED, "b")
    assert judge_task(task, by_id(task, make_task("b"))) == (
        Column.PROPOSED,
        False,
        ids("b"),
        "waits for T-bbbbbb (queued)",
    )


def test_what_has_an_owner_or_was_given_back_is_not_ready() -> None:
    assert judge_task(make_task("a", owner="node-1"), {}) == (Column.READY, False, (), "owned by node-1")
    released = make_task("a", Status.RELEASED, reason="over budget")
    assert judge_task(released, {}) == (Column.READY, False, (), "released: over budget")


def test_a_started_task_is_not_blocked_again() -> None:
    task = make_task("a", Status.RUNNING, "b")
    assert judge_task(task, by_id(task, make_task("b", Status.FAILED))).column is Column.IN_PROGRESS


@pytest.mark.parametrize(
    ("depends", "cycle"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"x": ["a"], "a": ["b", "c"], "b": [], "c": ["d"], "d": ["a"]}, ["a", "c", "d", "a"]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
    ],
)
def test_a_cycle_is_named_in_full(depends: dict[str, list[str]], cycle: list[str]) -> None:
    assert find_cycle(depends) == cycle


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefghz"), max_size=4)))
def test_a_cycle_is_found_exactly_when_there_is_one(depends: dict[str, list[str]]) -> None:
    cycle = find_cycle(depends)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(later in depends[earlier] for earlier, later in pairwise(cycle))
        return
    left = dict(depends)
    while free := [name for name, needs in left.items() if not any(need in left for need in needs)]:
        for name in free:
            del left[name]
    assert not left  # taking away what waits for nothing, again and again, leaves only cycles


def test_a_task_that_would_wait_for_itself_is_refused_with_the_way() -> None:
    tasks = by_id(make_task("a"), make_task("b", depends_on="c"), make_task("c", depends_on="a"))
    with pytest.raises(OpenclawError) as caught:
        refuse_cycle(tasks, make_task("a", depends_on="b"))
    assert str(caught.value) == (
        "T-aaaaaa would wait for itself: T-aaaaaa -> T-bbbbbb -> T-cccccc -> T-aaaaaa "
        "(take T-bbbbbb out of depends_on of T-aaaaaa)"
    )
    refuse_cycle(tasks, make_task("a", depends_on="d"))


def test_a_task_that_names_itself_is_refused() -> None:
    with pytest.raises(OpenclawError, match="T-aaaaaa -> T-aaaaaa"):
        refuse_cycle({}, make_task("a", depends_on="a"))


def test_a_cycle_elsewhere_does_not_stop_an_edit() -> None:
    tasks = by_id(make_task("b", depends_on="c"), make_task("c", depends_on="b"))
    refuse_cycle(tasks, make_task("a", depends_on="b"))


def test_five_thousand_tasks_in_a_chain_are_judged_in_one_pass() -> None:
    chain = [f"T-{number:06}" for number in range(5000)]
    tasks = {
        name: TaskHead(id=name, title="t", status=Status.QUEUED, depends_on=tuple(chain[max(0, number - 3) : number]))
        for number, name in enumerate(chain)
    }
    began = time.process_time()
    standings = judge_all(tasks)
    assert find_cycle({name: task.depends_on for name, task in tasks.items()}) == []
    assert time.process_time() - began < 1  # 20 ms where nothing else runs; quadratic would be a minute
    assert [name for name, standing in standings.items() if standing.ready] == chain[:1]
    with pytest.raises(OpenclawError, match="would wait for itself"):
        refuse_cycle(tasks, TaskHead(id=chain[0], title="t", status=Status.QUEUED, depends_on=(chain[-1],)))
