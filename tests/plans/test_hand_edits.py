"""What somebody wrote into files by hand, and what plans and dependencies make of it: nothing that was put back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import read_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans.instantiate import Order, instantiate
from openclaw_hooks.plans.service import approve_plan, change_board, open_plan
from openclaw_hooks.plans.store import new_plan_text, parse_plan
from openclaw_hooks.plans.templates import find_template, load_templates
from openclaw_hooks.plans.verbs import claim, complete, fail
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.plans.model import PlanFile
    from tests.conftest import Repository


@pytest.fixture
def board(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Board:
    """The board of a repository with one commit."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    repository.stage("code.py", "print(1)\n")
    repository.commit("chore: start")
    return open_board(str(repository.path), create=True)


@pytest.fixture
def actor(board: Board) -> Actor:
    """Whoever is at work there."""
    return find_actor(board.repo)


def add_plan(board: Board, actor: Actor) -> str:
    """The id of a new draft."""
    with change_board(board, actor) as edit:
        order = Order(edit.new_id("P"), "Login fails")
        plan = instantiate(find_template(load_templates(None), "team-bugfix"), order, load_roles(None))
        edit.put(f"plans/{plan.id}.yaml", new_plan_text(plan))
    return plan.id


def add_task(board: Board, actor: Actor, **fields: object) -> str:
    """The id of a new queued task."""
    with change_board(board, actor) as edit:
        head = TaskHead(id=edit.new_id("T"), title="Write it", status=Status.QUEUED, **fields)  # type: ignore[arg-type]
        return edit.add_task(head)


def read_plan(board: Board, plan_id: str) -> PlanFile:
    """The plan as it stands on disk."""
    path = f"plans/{plan_id}.yaml"
    return parse_plan(path, Path(board.top, path).read_bytes())


def rewrite(board: Board, path: str, old: str, new: str) -> None:
    """Replaces one text in a file, as an editor does."""
    file = Path(board.top, path)
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize("status", ["approved", "executing"])
def test_a_draft_that_is_started_by_hand_makes_no_tasks(board: Board, actor: Actor, status: str) -> None:
    plan = add_plan(board, actor)
    rewrite(board, f"plans/{plan}.yaml", "status: draft", f"status: {status}")
    with open_plan(board, actor, plan):
        pass
    assert (str(read_plan(board, plan).status), read_plan(board, plan).tasks) == ("draft", {})
    assert read_board(board).tasks == {}


def test_an_ended_plan_is_not_what_a_hand_makes_of_a_draft(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    rewrite(board, f"plans/{plan}.yaml", "status: draft", "status: aborted")
    with open_plan(board, actor, plan) as work:
        approve_plan(work)
    assert str(read_plan(board, plan).status) == "executing"


def test_a_task_that_is_completed_by_hand_takes_no_plan_on(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as work:
        approve_plan(work)
    (task,) = read_board(board).tasks
    rewrite(board, f"tasks/{task}.md", "status: queued", "status: completed")
    with open_plan(board, actor, plan):
        pass
    assert list(read_board(board).tasks) == [task]


def test_a_task_that_is_completed_by_hand_lets_nothing_begin(board: Board, actor: Actor) -> None:
    first = add_task(board, actor)
    second = add_task(board, actor, depends_on=(first,))
    rewrite(board, f"tasks/{first}.md", "status: queued", "status: completed")
    with pytest.raises(RefusedError, match="blocked"), open_work(board, actor) as work:
        claim(work, second)


def test_an_edit_that_is_not_taken_over_at_all_counts_for_nothing(board: Board, actor: Actor) -> None:
    first = add_task(board, actor)
    second = add_task(board, actor, depends_on=(first,))
    made_up = Path(board.top, "tasks/T-00000a.md")
    made_up.write_text("---\nid: T-00000a\ntitle: a\nstatus: completed\nstatus: completed\n---\n")
    rewrite(board, f"tasks/{first}.md", "status: queued", "status: {a: &x completed}\nstatus: completed")
    with open_work(board, actor) as work:
        assert sorted(work.edit.snapshot.tasks) == sorted([first, second])
    with pytest.raises(RefusedError, match="blocked"), open_work(board, actor) as work:
        claim(work, second)


def test_work_of_a_plan_that_cannot_be_read_is_looked_at(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as opened:
        approve_plan(opened)
    (task,) = read_board(board).tasks
    rewrite(board, f"plans/{plan}.yaml", "- id: reproduce\n", "- id: other\n")
    rewrite(board, f"plans/{plan}.yaml", "  - reproduce\n", "  - other\n")
    with open_work(board, actor) as work:
        claim(work, task)
    with open_work(board, actor) as work:
        assert complete(work, task, measured=True) == f"{plan} cannot be read"
    assert f"put `reproduce` back; to end it: openclaw task cancel {task}" in "\n".join(work.edit.reports)


def test_work_of_a_plan_that_was_changed_after_its_approval_is_looked_at(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as opened:
        approve_plan(opened)
    (task,) = read_board(board).tasks
    rewrite(board, f"plans/{plan}.yaml", "metric: npm test -- --grep 'regression'", "metric: 'true'")
    with open_work(board, actor) as work:
        claim(work, task)
    with open_work(board, actor) as work:
        assert complete(work, task, measured=True) == f"{plan} was changed after its approval"
    assert read_board(board).tasks[task].status is Status.PENDING_REVIEW


def test_work_as_approved_needs_nobody_to_look(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as opened:
        approve_plan(opened)
    (task,) = read_board(board).tasks
    with open_work(board, actor) as work:
        claim(work, task)
    with open_work(board, actor) as work:
        complete(work, task, measured=True)
    assert read_board(board).tasks[task].status is Status.COMPLETED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Find the cause", 'title: "  "'),
        ("title: Find the cause", 'title: "a\\e[31m"'),
        ("title: Find the cause", 'title: "a\\nb"'),
        ("    Follow the failure back", f"    {'y' * 250_000} Follow the failure back"),
    ],
)
def test_a_text_that_no_task_can_have_stops_the_plan_and_nobody_s_work(
    board: Board, actor: Actor, old: str, new: str
) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as opened:
        approve_plan(opened)
    (task,) = read_board(board).tasks
    rewrite(board, f"plans/{plan}.yaml", old, new)
    with open_work(board, actor) as work:
        claim(work, task)
    assert any(f"plans/{plan}.yaml:" in report and "subtask `diagnose`: " in report for report in work.edit.reports)
    with open_work(board, actor) as work:
        complete(work, task, measured=True)
    assert list(read_board(board).tasks) == [task]


def test_work_that_is_for_no_subtask_makes_no_failure_good(board: Board, actor: Actor) -> None:
    plan = add_plan(board, actor)
    with open_plan(board, actor, plan) as opened:
        approve_plan(opened)
    (failed,) = read_board(board).tasks
    with open_work(board, actor) as work:
        fail(work, failed, "no luck")
    other = add_task(board, actor, plan=plan)
    rewrite(board, f"tasks/{other}.md", "status: queued", f"recovers: {failed}\nstatus: queued")
    with open_work(board, actor) as work:
        complete(work, other)
    assert work.edit.reports == [f"tasks/{other}.md: `recovers` is not edited by hand and is put back"]
    forged = add_task(board, actor, plan=plan, recovers=failed)  # as another clone may write it
    with open_work(board, actor) as work:
        complete(work, forged)
    assert read_board(board).tasks[failed].status is Status.FAILED
