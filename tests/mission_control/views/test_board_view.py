"""Rows of the board: columns, what waits, what needs a person, what may be done, and what the drawer tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openclaw_hooks.board.leases.lease import Lease
from openclaw_hooks.mission_control.facts import Facts
from openclaw_hooks.mission_control.place import Place
from openclaw_hooks.mission_control.reading.board import BoardFacts
from openclaw_hooks.mission_control.reading.history import History
from openclaw_hooks.mission_control.reading.log import LogCommit
from openclaw_hooks.mission_control.reading.texts import make_body
from openclaw_hooks.mission_control.views.board import SHARD, TaskRow, find_cycles, view_tasks
from openclaw_hooks.mission_control.views.bodies import TaskBody, view_bodies
from openclaw_hooks.tasks.graph import judge_all
from openclaw_hooks.tasks.model import Collaboration, Delegation, Direction, Measure, Mode, Status, Task
from openclaw_hooks.tasks.moves import MOVES
from tests.mission_control.views.scenes import PLAN, Story, at, make_plan, make_task, stamp


def make_facts(*tasks: Task, now: float = at(600), **board: Any) -> Facts:
    """The facts of a board with these tasks."""
    known = {task.id: task for task in tasks}
    history = board.pop("history", History())
    facts = Facts(Place("/repo", None, now), history=history)
    return replace(facts, board=BoardFacts(tasks=known, standings=judge_all(known), absent="", start="", **board))


def row_of(facts: Facts, name: str) -> TaskRow:
    """The row of `T-<name>`."""
    return next(row for row in view_tasks(facts).tasks if row.id == f"T-{name}")


def body_of(facts: Facts, name: str) -> TaskBody:
    """What the drawer has of `T-<name>`."""
    return next(shard[f"T-{name}"] for shard in view_bodies(facts).values() if f"T-{name}" in shard)


@pytest.mark.parametrize(
    ("status", "column", "needs_you"),
    [
        ("proposed", "proposed", "accept"),
        ("queued", "ready", ""),
        ("released", "ready", ""),
        ("claimed", "progress", ""),
        ("running", "progress", ""),
        ("pending_review", "review", "review"),
        ("completed", "done", ""),
        ("failed", "closed", ""),
        ("rejected", "closed", ""),
        ("cancelled", "closed", ""),
    ],
)
def test_each_status_has_its_column_and_says_whom_it_waits_for(status: str, column: str, needs_you: str) -> None:
    row = row_of(make_facts(make_task("aaaaaa", status)), "aaaaaa")
    assert (row.column, row.needs_you) == (column, needs_you)


def test_open_dependencies_block_and_failed_ones_block_for_good() -> None:
    facts = make_facts(
        make_task("aaaaaa"),
        make_task("bbbbbb", "failed"),
        make_task("cccccc", depends_on=("T-aaaaaa",)),
        make_task("dddddd", depends_on=("T-aaaaaa", "T-bbbbbb")),
        make_task("eeeeee", "running", depends_on=("T-aaaaaa",)),
        make_task("ffffff", depends_on=("T-zzzzzz",)),
    )
    rows = {row.id[2:]: (row.column, row.waits, row.blocked) for row in view_tasks(facts).tasks}
    assert rows["cccccc"] == ("blocked", ("T-aaaaaa",), False)
    assert rows["dddddd"] == ("blocked", ("T-aaaaaa", "T-bbbbbb"), True)
    assert rows["eeeeee"] == ("progress", ("T-aaaaaa",), True)
    assert rows["ffffff"] == ("blocked", ("T-zzzzzz",), True)
    assert rows["aaaaaa"] == ("ready", (), False)


def test_tasks_that_wait_for_each_other_are_stuck_and_those_behind_them_wait() -> None:
    facts = make_facts(
        make_task("aaaaaa", depends_on=("T-bbbbbb",)),
        make_task("bbbbbb", depends_on=("T-aaaaaa",)),
        make_task("cccccc", depends_on=("T-aaaaaa",)),
    )
    rows = {row.id[2:]: row.blocked for row in view_tasks(facts).tasks}
    assert rows == {"aaaaaa": True, "bbbbbb": True, "cccccc": False}


def test_what_was_completed_and_archived_is_waited_for_no_more() -> None:
    task = make_task("aaaaaa", "running", depends_on=("T-bbbbbb", "T-cccccc"))
    archived = {"T-bbbbbb": "completed", "T-cccccc": "cancelled"}
    row = row_of(make_facts(task, archived=archived), "aaaaaa")
    assert (row.waits, row.blocked) == (("T-cccccc",), True)


def test_a_persons_task_that_can_begin_needs_an_answer() -> None:
    human = Delegation(mode=Mode.HUMAN)
    facts = make_facts(
        make_task("aaaaaa", delegation=human), make_task("bbbbbb", depends_on=("T-aaaaaa",), delegation=human)
    )
    assert [row_of(facts, name).needs_you for name in ("aaaaaa", "bbbbbb")] == ["answer", ""]


def test_a_task_under_a_claim_that_holds_is_live() -> None:
    lease = Lease("T-aaaaaa", "ada", "1-00000000", stamp(630), stamp(590), 40, "node-a")
    task = make_task("aaaaaa", "running", owner="ada", budget_minutes=30)
    facts = make_facts(task, leases={"T-aaaaaa": lease})
    assert (row_of(facts, "aaaaaa").live, row_of(facts, "aaaaaa").node, row_of(facts, "aaaaaa").late) == (
        True,
        "node-a",
        False,
    )
    later = replace(facts, place=facts.place._replace(now=at(640)))
    assert (row_of(later, "aaaaaa").live, row_of(later, "aaaaaa").late) == (False, True)


def test_since_is_when_the_status_last_moved_and_updated_when_the_file_did() -> None:
    story = Story()
    story.make(10, make_task("aaaaaa", created=stamp(10)))
    story.move(50, "aaaaaa", "claimed", owner="ada")
    history = History(commits=tuple(reversed(story.commits)))
    log = (
        LogCommit("c" * 40, at(70), "Ada", "notes", (), ("tasks/T-aaaaaa.md",)),
        LogCommit("b" * 40, at(50), "Ada", "moved", (), ("tasks/T-aaaaaa.md",)),
    )
    row = row_of(make_facts(*story.tasks.values(), history=history, log=log), "aaaaaa")
    assert (row.created, row.since, row.updated) == (at(10), at(50), at(70))


def test_the_urgent_come_first_and_then_the_old() -> None:
    facts = make_facts(
        make_task("aaaaaa", created=stamp(5)), make_task("bbbbbb", created=stamp(1)), make_task("cccccc", priority=3)
    )
    assert [row.id for row in view_tasks(facts).tasks] == ["T-cccccc", "T-bbbbbb", "T-aaaaaa"]


def test_a_task_of_a_plan_has_its_wave() -> None:
    plan = make_plan({"first": (), "second": ("first",)})
    facts = make_facts(
        make_task("aaaaaa", plan=PLAN, subtask="second"), make_task("bbbbbb", plan=PLAN), plans={PLAN: plan}
    )
    assert [row_of(facts, name).wave for name in ("aaaaaa", "bbbbbb")] == [2, 0]


def test_circles_are_listed_once_each() -> None:
    tasks = [
        make_task("aaaaaa", depends_on=("T-bbbbbb",)),
        make_task("bbbbbb", depends_on=("T-aaaaaa",)),
        make_task("cccccc", depends_on=("T-cccccc",)),
        make_task("dddddd", depends_on=("T-aaaaaa",)),
    ]
    cycles = find_cycles({task.id: task for task in tasks})
    assert sorted(map(sorted, cycles)) == [["T-aaaaaa", "T-bbbbbb"], ["T-cccccc"]]


def test_a_new_task_moves_no_other_to_another_file() -> None:
    old = [make_task(f"{number:06d}", created=stamp(number)) for number in range(SHARD)]
    shards = view_bodies(make_facts(*old))
    more = view_bodies(make_facts(*old, make_task("zzzzzz", created=stamp(999))))
    assert list(shards) == ["bodies-0"]
    assert more["bodies-0"] == shards["bodies-0"]
    assert list(more["bodies-1"]) == ["T-zzzzzz"]


@pytest.mark.parametrize("status", list(Status))
def test_the_commands_are_those_that_the_table_allows(status: Status) -> None:
    facts = make_facts(make_task("aaaaaa", status))
    verbs = [command.label for command in body_of(facts, "aaaaaa").commands]
    assert verbs[-2:] == ["edit", "show"]
    expected = {
        Status.PROPOSED: {"accept", "reject", "cancel"},
        Status.QUEUED: {"claim", "cancel"},
        Status.CLAIMED: {"claim", "start", "complete", "fail", "release", "requeue", "cancel"},
        Status.RUNNING: {"claim", "complete", "fail", "release", "requeue", "cancel"},
        Status.PENDING_REVIEW: {"approve", "reject", "cancel"},
        Status.RELEASED: {"claim", "requeue", "cancel"},
        Status.FAILED: {"requeue"},
    }
    assert set(verbs) - {"edit", "show"} == expected.get(status, set())
    assert bool(expected.get(status)) == any(old is status for old, _ in MOVES)


def test_what_waits_cannot_be_claimed_and_says_why() -> None:
    body = body_of(make_facts(make_task("aaaaaa"), make_task("bbbbbb", depends_on=("T-aaaaaa",))), "bbbbbb")
    assert "claim" not in [command.label for command in body.commands]
    assert body.standing == "waits for T-aaaaaa (queued)"


def test_every_command_is_one_that_the_program_has() -> None:
    from openclaw_hooks.cli.task.app import COMMANDS

    for status in Status:
        for command in body_of(make_facts(make_task("aaaaaa", status)), "aaaaaa").commands:
            words = command.text.split()
            assert words[:2] == ["openclaw", "task"]
            assert words[2] in COMMANDS
            assert words[3] == "T-aaaaaa"


def test_the_drawer_has_text_terms_and_the_lines_of_the_log_about_this_task() -> None:
    task = make_task(
        "aaaaaa",
        "running",
        metric="make test",
        measure=Measure("p95", Direction.LOWER, target=120, unit="ms"),
        evaluator=("bench/",),
        scope=("src/**",),
        success_criteria=("it works",),
        delegation=Delegation(mode=Mode.COLLAB_MESH, reason="wide scope", collaboration=Collaboration()),
    )
    log = (
        LogCommit(
            "d" * 40,
            30,
            "Bo",
            "board: 2 changes",
            ("task T-aaaaaa claimed -> running (bo)", "task T-bbbbbb x"),
            ("tasks/T-aaaaaa.md",),
        ),
        LogCommit("e" * 40, 20, "Ada", "task T-aaaaaa queued: Do it (ada)", (), ("tasks/T-aaaaaa.md",)),
        LogCommit("f" * 40, 10, "Ada", "other", (), ("tasks/T-bbbbbb.md",)),
    )
    body = body_of(make_facts(task, log=log, bodies={task.id: make_body("- [x] *done*")}), "aaaaaa")
    assert "<em>done</em>" in body.html
    assert (body.metric, body.scope, body.success_criteria) == ("make test", ("src/**",), ("it works",))
    assert (body.measure, body.evaluator) == ("p95, lower is better, until 120 ms", ("bench/",))
    assert body.delegation == "collab_mesh (wide scope)"
    assert body.path == ".openclaw/board/tasks/T-aaaaaa.md"
    assert [(event.t, event.commit, event.who, event.what) for event in body.history] == [
        (30, "d" * 12, "Bo", "claimed -> running (bo)"),
        (20, "e" * 12, "Ada", "queued: Do it (ada)"),
    ]


def test_without_a_board_the_view_says_how_to_get_one() -> None:
    view = view_tasks(Facts(Place("/repo", None, 0)))
    assert (view.tasks, view.absent, view.start) == ((), "there is no board here yet", "openclaw board attach")
