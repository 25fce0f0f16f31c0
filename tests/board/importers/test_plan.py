"""Imports as a whole: what comes onto the board, what does not, and what is said about it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.board.importers.model import Imported, State
from openclaw_hooks.board.importers.plan import ImportOptions, ImportPlan, plan_import, require_import
from openclaw_hooks.tasks.graph import find_cycle, judge_all
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import Status, TaskHead
from openclaw_hooks.tasks.moves import IllegalMoveError, Right

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OPTIONS = ImportOptions("node-1", "2026-11-22T10:00:00Z")


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"T-{next(numbers):06}"


def task(name: str, *depends_on: str, parent: str = "", **fields: object) -> Imported:
    origins = tuple(f"beads:{other}" for other in depends_on)
    found = Imported(f"beads:{name}", "issues.jsonl", 1, f"Do {name}", depends_on=origins)
    return found._replace(parent=f"beads:{parent}" if parent else "", **fields)  # type: ignore[arg-type]  # of any field


def plan(imported: Sequence[Imported], tasks: Sequence[TaskHead] = (), options: ImportOptions = OPTIONS) -> ImportPlan:
    return plan_import(imported, tasks, ids(), options)


def edges(made: ImportPlan) -> dict[str, tuple[str, ...]]:
    names = {found.task.id: found.task.origin.removeprefix("beads:") for found in made.tasks}
    return {names[found.task.id]: tuple(names[name] for name in found.task.depends_on) for found in made.tasks}


def test_dependencies_are_mapped_to_our_ids() -> None:
    made = plan([task("a", "b", "c"), task("b"), task("c", "b")])
    assert edges(made) == {"a": ("b", "c"), "b": (), "c": ("b",)}
    assert made.warnings == ()


def test_files_say_what_the_plan_says() -> None:
    made = plan(
        [task("a", priority=10, labels=("x",), body="Text\n", created="2025-01-01T00:00:00Z", created_by="bob")]
    )
    (planned,) = made.tasks
    read = parse_task(f"tasks/{planned.task.id}.md", planned.content)
    assert (read.origin, read.priority, read.labels, read.body) == ("beads:a", 10, ("x",), "Text\n")
    assert (read.created, read.created_by) == ("2025-01-01T00:00:00Z", "bob")


def test_importing_again_adds_nothing_and_links_to_what_is_there() -> None:
    first = plan([task("a"), task("b", "a")])
    on_board = [found.task for found in first.tasks]
    again = plan([task("a"), task("b", "a"), task("c", "b")], on_board)
    assert [found.task.origin for found in again.tasks] == ["beads:c"]
    assert again.tasks[0].task.depends_on == (on_board[1].id,)
    assert again.present == {"beads:a": on_board[0].id, "beads:b": on_board[1].id}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.DRAFT, Status.PROPOSED),
        (State.OPEN, Status.QUEUED),
        (State.ACTIVE, Status.QUEUED),
        (State.DONE, Status.COMPLETED),
        (State.DROPPED, Status.CANCELLED),
    ],
)
def test_state_there_is_status_here(state: State, status: Status) -> None:
    (planned,) = plan([task("a", state=state)]).tasks
    assert planned.task.status is status
    assert planned.task.owner == ""


def test_open_work_of_strangers_may_begin_as_proposals() -> None:
    made = plan([task("a"), task("b", state=State.DONE)], options=ImportOptions(as_proposals=True))
    assert [found.task.status for found in made.tasks] == [Status.PROPOSED, Status.COMPLETED]


def test_what_is_over_may_stay_behind_without_holding_anything_up() -> None:
    imported = [task("a", state=State.DONE), task("b", state=State.DROPPED), task("c", "a", "b")]
    made = plan(imported, options=ImportOptions(with_closed=False))
    assert edges(made) == {"c": ()}
    assert made.closed == ("beads:a", "beads:b")
    assert made.warnings == ()


def test_waiting_for_what_was_given_up_there_ends_here() -> None:
    made = plan([task("a", state=State.DROPPED), task("b", "a")])
    assert edges(made)["b"] == ()
    assert made.warnings[0].message == "no longer waits for beads:a: not there, or given up"
    assert b"- depends_on: beads:a" in made.tasks[1].content


def test_dependency_on_what_is_not_there_is_named_in_the_body() -> None:
    made = plan([task("a", "gone")])
    assert "beads:gone" in made.warnings[0].message
    assert (made.warnings[0].path, made.warnings[0].line) == ("issues.jsonl", 1)
    assert b"## Imported\n\n- depends_on: beads:gone\n" in made.tasks[0].content


def test_parent_waits_for_its_children() -> None:
    assert edges(plan([task("p"), task("c", parent="p"), task("d", parent="p")])) == {"p": ("c", "d"), "c": (), "d": ()}


def test_parent_that_a_child_waits_for_does_not_wait_back() -> None:
    made = plan([task("p"), task("c", "p", parent="p")])
    assert edges(made) == {"p": (), "c": ("p",)}
    assert "waits for its parent" in made.warnings[0].message


def test_parent_does_not_wait_for_children_that_are_over() -> None:
    assert edges(plan([task("p"), task("c", parent="p", state=State.DROPPED)]))["p"] == ()


def test_cycles_are_broken_with_a_warning_each() -> None:
    made = plan([task("a", "b"), task("b", "c"), task("c", "a"), task("d", "d")])
    assert edges(made) == {"a": ("b",), "b": ("c",), "c": (), "d": ()}
    assert [found.message for found in made.warnings] == [
        "beads:d depends on itself; that is left out",
        "beads:c and beads:a wait for each other; beads:c no longer waits",
    ]


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 11), max_size=4), st.integers(-1, 11), st.sampled_from(State)), max_size=12
    )
)
def test_no_import_ever_holds_a_cycle_or_an_unknown_id(
    rows: list[tuple[list[int], int, State]],
) -> None:
    imported = [
        task(str(index), *map(str, others), parent=str(parent) if parent >= 0 else "", state=state)
        for index, (others, parent, state) in enumerate(rows)
    ]
    made = plan(imported)
    tasks = {found.task.id: found.task for found in made.tasks}
    assert len(tasks) == len(rows)
    assert find_cycle({name: found.depends_on for name, found in tasks.items()}) == []
    assert not any("does not exist" in standing.reason for standing in judge_all(tasks).values())


def test_long_chain_is_no_trap() -> None:
    chain = [task(str(index), str(index + 1)) for index in range(3000)] + [task("3000", "0")]
    assert len(plan(chain).warnings) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "Two\nlines"}, "the title holds a control character: U+000A"),
        ({"title": "bell\x07"}, "the title holds a control character: U+0007"),
        ({"title": "  "}, "a task needs a title"),
        ({"body": "nul \x00"}, "holds a NUL character"),
        ({"body": "half \ud83d"}, "half of a surrogate pair"),
        ({"body": "x" * 300_000}, "a task has at most"),
    ],
)
def test_what_no_file_can_hold_is_refused_and_the_rest_goes_in(fields: dict[str, object], reason: str) -> None:
    made = plan([task("bad")._replace(**fields), task("good", "bad")])  # type: ignore[arg-type]  # of any field
    assert [found.task.origin for found in made.tasks] == ["beads:good"]
    assert made.warnings[0].message.startswith("skipped: ")
    assert reason in made.warnings[0].message


@pytest.mark.parametrize(
    "body",
    [
        "---\nid: T-zzzzzz\nstatus: completed\n---\n",
        "\n\n## Imported\n\nnot ours\n",
        "```\nopen fence",
        "x" * 100_000,
        "bell \x07 and \x1b[31m colour\r\nline\rline",
        "🦞 ünïcode\u2028",
        "<<<<<<< HEAD\n",
    ],
)
def test_hostile_bodies_are_kept_exactly(body: str) -> None:
    (planned,) = plan([task("a", body=body)]).tasks
    read = parse_task(f"tasks/{planned.task.id}.md", planned.content)
    assert read.body == body
    assert (read.status, read.origin) == (Status.QUEUED, "beads:a")


def test_long_title_is_shortened_and_kept_whole_below() -> None:
    title = "Accept " + "very " * 60 + "new cards"
    (planned,) = plan([task("a", title=title)]).tasks
    assert len(planned.task.title) <= 200
    assert planned.task.title.endswith(" ve…")
    assert f"- title: {title}\n".encode() in planned.content


def test_values_out_of_range_are_brought_into_it() -> None:
    (planned,) = plan([task("a", priority=10**9, budget_minutes=10**9)]).tasks
    assert (planned.task.priority, planned.task.budget_minutes) == (1000, 100_000)


def test_only_the_lead_imports() -> None:
    require_import(frozenset({Right.LEAD}))
    with pytest.raises(IllegalMoveError, match="for the lead only"):
        require_import(frozenset({Right.ANY, Right.OWNER, Right.HUMAN}))
