"""Where approvals are signed: what somebody without a key writes into tasks and plans takes no plan on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.approving.approvals import Subject, make_approval
from openclaw_hooks.board.approving.content_hash import Kind
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.board.store import read_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.service import approve_plan, change_board, open_plan
from openclaw_hooks.plans.store import edit_plan, new_plan_text
from openclaw_hooks.plans.verbs import approve, complete
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.model import Approval, Delegation, Mode, Status, TaskHead
from openclaw_hooks.tasks.moves import IllegalMoveError
from tests.board.approving.samples import make_key, set_policy

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

ONE = Subtask(id="one", title="One", delegation=Delegation(mode=Mode.HUMAN))
TWO = Subtask(id="two", title="Two", delegation=Delegation(mode=Mode.LOCAL), depends_on=("one",))
DRAFT = PlanFile(id="P-4kf2mz", title="Ship it", status=PlanStatus.DRAFT, subtasks=(ONE, TWO))
PATH = plan_path(DRAFT.id)


class Started(NamedTuple):
    """A board on which a plan was approved with a key, and the task of its reviewed first subtask."""

    board: Board
    actor: Actor
    key: str
    task: str

    def write(self, change: object) -> list[str]:
        """Writes what no command would, as another clone may; what the plan said to it."""
        with change_board(self.board, self.actor) as edit:
            change(edit)  # type: ignore[operator]
        return edit.reports

    def titles(self) -> set[str]:
        """The titles of the tasks there are."""
        return {task.title for task in read_board(self.board).tasks.values()}


@pytest.fixture
def started(repository: Repository, tmp_path: Path) -> Started:
    ada = make_key(tmp_path, "ada")
    set_policy(repository, ada.line())
    board = open_board(str(repository.path), create=True)
    actor = find_actor(board.repo)
    with change_board(board, actor) as edit:
        edit.put(PATH, new_plan_text(DRAFT))
    with open_plan(board, actor, DRAFT.id) as work:
        approve_plan(work, str(ada.path))
    (task,) = read_board(board).tasks
    return Started(board, actor, str(ada.path), task)


def test_a_signed_review_takes_the_plan_on(started: Started) -> None:
    with open_work(started.board, started.actor) as work:
        complete(work, started.task)
    with open_work(started.board, started.actor) as work:
        approve(work, started.task, started.key)
    assert started.titles() == {"One", "Two"}


def test_reviewed_work_that_was_edited_is_approved_again(started: Started) -> None:
    with open_work(started.board, started.actor) as work:
        complete(work, started.task)
    with open_work(started.board, started.actor) as work:
        approve(work, started.task, started.key)
    reports = started.write(lambda edit: edit.put_task(started.task, {"title": "Another one"}))
    assert "counts as not reviewed" in reports[0]
    with open_work(started.board, started.actor) as work:
        approve(work, started.task, started.key)
    assert not work.edit.reports
    with open_work(started.board, started.actor) as work, pytest.raises(IllegalMoveError, match="is completed"):
        approve(work, started.task, started.key)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"delegation": Delegation(mode=Mode.LOCAL)},
        {"requires_review": False},
        {"delegation": Delegation(mode=Mode.SOLO_MESH), "metric": "true"},
        {"recovered_by": "T-zzzzzz"},
    ],
)
def test_a_task_that_was_made_to_need_no_review_takes_no_plan_on(started: Started, changes: dict[str, object]) -> None:
    reports = started.write(lambda edit: edit.put_task(started.task, {"status": Status.COMPLETED, **changes}))
    assert reports == [f"task {started.task} counts as not reviewed: {started.task} has no approval"]
    assert started.titles() == {"One"}


@pytest.mark.parametrize(("recovers", "subtask"), [("", "one"), ("T-000001", "one"), ("", ""), ("", "two")])
def test_a_recovery_without_a_review_makes_nothing_good(started: Started, recovers: str, subtask: str) -> None:
    def forge(edit: Edit) -> None:
        head = TaskHead(
            id="T-000001", title="Forged", status=Status.COMPLETED, plan=DRAFT.id, recovers=recovers or started.task
        )
        forged = msgspec.structs.replace(head, subtask=subtask, delegation=Delegation(mode=Mode.LOCAL))
        edit.add_task(forged)
        edit.put_task(started.task, {"status": Status.COMPLETED, "recovered_by": "T-000001"})

    assert f"task {started.task} counts as not reviewed: {started.task} has no approval" in started.write(forge)
    assert started.titles() == {"One", "Forged"}


def test_tasks_that_recover_each_other_make_nothing_good(started: Started) -> None:
    def forge(edit: Edit) -> None:
        human = Delegation(mode=Mode.HUMAN)
        forged = TaskHead(id="T-000001", title="Forged", status=Status.COMPLETED, plan=DRAFT.id, delegation=human)
        edit.add_task(msgspec.structs.replace(forged, recovers=started.task, recovered_by=started.task))
        mutual = {"status": Status.COMPLETED, "recovered_by": "T-000001", "recovers": "T-000001"}
        edit.put_task(started.task, mutual)

    assert len(started.write(forge)) == 2
    assert started.titles() == {"One", "Forged"}


@pytest.mark.parametrize("status", [PlanStatus.EXECUTING, PlanStatus.APPROVED, PlanStatus.DRAFT])
def test_a_plan_does_not_say_of_itself_that_it_needs_no_approval(started: Started, status: PlanStatus) -> None:
    free = msgspec.structs.replace(TWO, depends_on=())

    def forge(edit: Edit) -> None:
        changes = {"requires_approval": False, "approval": None, "status": status, "subtasks": (ONE, free)}
        edit.put(PATH, edit_plan(edit.content(PATH), changes))

    assert started.write(forge) == [f"plan {DRAFT.id} does not go on: {DRAFT.id} has no approval"]
    assert started.titles() == {"One"}


def test_a_plan_whose_template_wants_no_approval_starts_by_itself(started: Started, repository: Repository) -> None:
    template = (
        b"id: nightly\nname: Nightly\nrequires_approval: false\nphases: [{name: A, subtasks: [{id: a, title: A}]}]\n"
    )
    repository.stage(".openclaw/plan-templates/nightly.yaml", template.decode())
    plan = msgspec.structs.replace(
        DRAFT, id="P-111111", template="nightly", requires_approval=False, subtasks=(TWO_FREE,)
    )
    assert started.write(lambda edit: edit.put(plan_path(plan.id), new_plan_text(plan))) == []
    assert started.titles() == {"One", "Two"}


TWO_FREE = msgspec.structs.replace(TWO, depends_on=())


def test_the_file_of_a_plan_that_ended_is_not_asked_for_its_approval(started: Started) -> None:
    ended = {"status": PlanStatus.ABORTED, "requires_approval": False, "approval": None}
    assert started.write(lambda edit: edit.put(PATH, edit_plan(edit.content(PATH), ended))) == []
    assert read_board(started.board).tasks[started.task].status is Status.CANCELLED


def give(started: Started, by: str = "") -> Approval:
    """What the person makes on a machine of their own, from the file as they have it."""
    content = task_path(started.task)
    with change_board(started.board, started.actor) as edit:
        subject = Subject(Kind.TASK, started.task, edit.content(content))
    approval = make_approval(started.board.repo, subject, started.actor, started.key)
    return msgspec.structs.replace(approval, by=by) if by else approval


def test_an_approval_signed_on_another_machine_counts_here(started: Started) -> None:
    with open_work(started.board, started.actor) as work:
        complete(work, started.task)
    given = give(started)
    with open_work(started.board, started.actor._replace(name="elsewhere")) as work:
        approve(work, started.task, given=given)
    assert read_board(started.board).tasks[started.task].approval == given
    assert started.titles() == {"One", "Two"}


def test_an_approval_in_the_name_of_somebody_else_does_not_count(started: Started) -> None:
    with open_work(started.board, started.actor) as work:
        complete(work, started.task)
    given = give(started, by="bob@example.org")
    with pytest.raises(RefusedError, match="does not count"), open_work(started.board, started.actor) as work:
        approve(work, started.task, given=given)
    assert read_board(started.board).tasks[started.task].status is Status.PENDING_REVIEW


def test_an_approval_of_what_the_task_said_before_does_not_count(started: Started) -> None:
    given = give(started)
    with open_work(started.board, started.actor) as work:
        complete(work, started.task, result="More than was looked at.")
    with pytest.raises(RefusedError, match="has changed since"), open_work(started.board, started.actor) as work:
        approve(work, started.task, given=given)
