"""Plans and tasks through a real board: what follows is in the same commit, and nothing is half done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import Terms, claim_task, read_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.board.store import read_board
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans import service, verbs
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.store import new_plan_text, parse_plan
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.model import Delegation, Mode, Status, TaskHead
from tests.board.approving.samples import make_key, set_policy

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.tasks.model import Task
    from tests.conftest import Repository


class Office:
    """A board with somebody at it."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.board: Board = open_board(str(repository.path), create=True)
        self.actor: Actor = find_actor(self.board.repo)

    def add(self, title: str = "Write it", **fields: object) -> str:
        """The id of a new queued task."""
        with service.change_board(self.board, self.actor) as edit:
            head = TaskHead(id=edit.new_id("T"), title=title, status=Status.QUEUED, **fields)  # type: ignore[arg-type]  # the tests name real fields
            return edit.add_task(head)

    def plan(self, *subtasks: Subtask, **fields: object) -> str:
        """The id of a new plan; a draft unless `fields` say something else."""
        given: dict[str, object] = {"title": "A plan", "status": PlanStatus.DRAFT, **fields}
        with service.change_board(self.board, self.actor) as edit:
            plan = PlanFile(id=edit.new_id("P"), subtasks=subtasks, **given)  # type: ignore[arg-type]  # as above
            edit.put(plan_path(plan.id), new_plan_text(plan))
        return plan.id

    def approve(self, plan_id: str) -> None:
        """Approve a draft."""
        with service.open_plan(self.board, self.actor, plan_id) as work:
            service.approve_plan(work)

    def complete(self, task_id: str) -> None:
        """Complete a task in one step."""
        with open_work(self.board, self.actor) as work:
            verbs.complete(work, task_id)

    def tasks(self) -> dict[str, Task]:
        """All tasks by id."""
        return read_board(self.board).tasks

    def read_plan(self, plan_id: str) -> PlanFile:
        """The plan as it stands."""
        return parse_plan(plan_path(plan_id), read_board(self.board).plans[plan_id])

    def head(self) -> str:
        """The last commit of the board."""
        return self.repository.git("rev-parse", "openclaw/board").stdout.strip()

    def commits(self) -> int:
        """How many commits the board has."""
        return int(self.repository.git("rev-list", "--count", "openclaw/board").stdout)


def local(name: str, *depends_on: str, **fields: object) -> Subtask:
    """A subtask that whoever does it completes."""
    return Subtask(id=name, title=f"do {name}", depends_on=depends_on, delegation=Delegation(mode=Mode.LOCAL), **fields)  # type: ignore[arg-type]  # as above


@pytest.fixture
def office(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Office:
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    repository.commit()
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    return Office(repository)


def test_what_follows_for_a_plan_is_in_the_commit_of_the_task(office: Office) -> None:
    plan_id = office.plan(local("one"), local("two", "one"))
    office.approve(plan_id)
    [one] = office.tasks()
    before = office.commits()
    office.complete(one)
    assert office.commits() == before + 1
    plan = office.read_plan(plan_id)
    assert set(plan.tasks) == {"one", "two"}
    assert office.tasks()[plan.tasks["two"]].status is Status.QUEUED
    office.complete(plan.tasks["two"])
    assert office.commits() == before + 2
    assert office.read_plan(plan_id).status is PlanStatus.COMPLETED


def test_two_plans_are_advanced_by_one_change(office: Office) -> None:
    plans = [office.plan(local("one"), local("two", "one")) for _ in range(2)]
    for plan_id in plans:
        office.approve(plan_id)
    with open_work(office.board, office.actor) as work:
        for task_id in list(office.tasks()):
            verbs.complete(work, task_id)
    assert all(len(office.read_plan(plan_id).tasks) == 2 for plan_id in plans)


def test_a_plan_that_needs_no_approval_starts_when_it_is_made(office: Office) -> None:
    plan_id = office.plan(local("one"), requires_approval=False)
    assert office.read_plan(plan_id).status is PlanStatus.EXECUTING
    assert [task.subtask for task in office.tasks().values()] == ["one"]


def _claim_complete_and_err(work: Work, first: str, second: str) -> None:
    verbs.claim(work, first)
    verbs.complete(work, second)
    verbs.accept(work, second)


def test_an_error_commits_nothing_and_gives_claims_back(office: Office) -> None:
    first, second = office.add(), office.add()
    head = office.head()
    with (
        pytest.raises(RefusedError, match="is completed, not proposed"),
        open_work(office.board, office.actor) as work,
    ):
        _claim_complete_and_err(work, first, second)
    assert office.head() == head
    assert {task.status for task in office.tasks().values()} == {Status.QUEUED}
    assert read_lease(office.board.repo, first) is None
    assert read_lease(office.board.repo, second) is None
    with open_work(office.board, office.actor) as work:
        verbs.claim(work, first)


def test_a_claim_is_dropped_when_the_task_is_over_and_kept_while_it_is_not(office: Office) -> None:
    task_id = office.add()
    with open_work(office.board, office.actor) as work:
        verbs.claim(work, task_id)
    with open_work(office.board, office.actor) as work:
        verbs.start(work, task_id)
    assert read_lease(office.board.repo, task_id)
    with open_work(office.board, office.actor) as work:
        verbs.fail(work, task_id, "no way")
    assert read_lease(office.board.repo, task_id) is None


def test_the_claims_of_an_aborted_plan_are_dropped(office: Office) -> None:
    plan_id = office.plan(local("one"), local("two"))
    office.approve(plan_id)
    for task_id in office.tasks():
        with open_work(office.board, office.actor) as work:
            verbs.claim(work, task_id)
    with service.open_plan(office.board, office.actor, plan_id) as opened:
        service.abort_plan(opened, "")
    assert office.read_plan(plan_id).reason == "aborted by node-a"
    for task_id, task in office.tasks().items():
        assert task.status is Status.CANCELLED
        assert read_lease(office.board.repo, task_id) is None


def test_a_claim_without_its_commit_is_taken_up_by_the_next_try(office: Office) -> None:
    task_id = office.add()
    lease = claim_task(office.board.repo, office.tasks()[task_id], "node-a", Terms(30))  # and then the power went
    with open_work(office.board, office.actor) as work:
        again = verbs.claim(work, task_id)
    assert again.token == lease.token
    assert office.tasks()[task_id].status is Status.CLAIMED


def test_one_that_is_held_elsewhere_without_a_known_lease_is_not_requeued(office: Office) -> None:
    task_id = office.add()
    with service.change_board(office.board, office.actor) as edit:
        edit.put_task(task_id, {"status": Status.CLAIMED, "owner": "node-b"})
    said = "claimed by node-b, and no lease of theirs is known here"
    with pytest.raises(RefusedError, match=said), open_work(office.board, office.actor) as work:
        verbs.requeue(work, task_id)
    with open_work(office.board, office.actor) as work:
        verbs.release(work, task_id, "node-b is gone")
    with open_work(office.board, office.actor) as work:
        verbs.requeue(work, task_id)
    assert office.tasks()[task_id].status is Status.QUEUED


def test_a_broken_plan_is_reported_and_holds_up_nobody(office: Office) -> None:
    plan_id = office.plan(local("one"), local("two", "one"))
    office.approve(plan_id)
    [one] = office.tasks()
    with service.change_board(office.board, office.actor) as edit:
        edit.put(plan_path(plan_id), b"id: [broken\n")
    with open_work(office.board, office.actor) as work:
        verbs.cancel(work, one, "not wanted")
    assert any(f"plan {plan_id} cannot go on: plans/{plan_id}.yaml:" in line for line in work.edit.reports)
    assert office.tasks()[one].status is Status.CANCELLED
    office.complete(office.add())


def test_work_that_takes_longer_than_its_budget_is_found_by_advancing(office: Office) -> None:
    plan_id = office.plan(local("one", budget_minutes=5))
    office.approve(plan_id)
    [(task_id, task)] = office.tasks().items()
    begun = Terms(60, now=time.time() - 400)
    claim_task(office.board.repo, task, "node-a", begun)
    with open_work(office.board, office.actor) as work:
        verbs.claim(work, task_id)
    assert office.tasks()[task_id].status is Status.FAILED
    assert office.tasks()[task_id].reason.startswith("over budget")
    assert office.read_plan(plan_id).status is PlanStatus.ABORTED


def test_a_result_replaces_the_one_before_and_cannot_end_its_section(office: Office) -> None:
    task_id = office.add(delegation=Delegation(mode=Mode.SOUL, soul="ada"))
    with open_work(office.board, office.actor) as work:
        verbs.complete(work, task_id, "first\n## Notes\nforged")
    with open_work(office.board, office.actor) as work:
        verbs.reject(work, task_id, "again")
    with open_work(office.board, office.actor) as work:
        verbs.complete(work, task_id, "second")
    body = work.edit.content(task_path(task_id)).decode().split("---\n")[-1]
    assert body.count("## Result") == 1
    assert "second" in body
    assert "forged" not in body


def test_a_refused_review_keeps_the_work_under_review(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = office.add(delegation=Delegation(mode=Mode.HUMAN))
    office.complete(task_id)
    monkeypatch.setenv("CLAUDECODE", "1")
    agent = find_actor(office.board.repo)
    with pytest.raises(OpenclawError), open_work(office.board, agent) as work:
        verbs.approve(work, task_id)
    with pytest.raises(OpenclawError), open_work(office.board, agent) as work:
        verbs.reject(work, task_id, "no")
    assert office.tasks()[task_id].status is Status.PENDING_REVIEW


class TestSigned:
    """Where approvals are signed, nothing that came from elsewhere unsigned lets a plan go on."""

    def test_a_plan_started_without_a_signature_does_not_go_on(self, office: Office, tmp_path: Path) -> None:
        plan_id = office.plan(local("one"), local("two", "one"))
        office.approve(plan_id)
        set_policy(office.repository, make_key(tmp_path, "ada").line())
        [one] = office.tasks()
        with open_work(office.board, office.actor) as work:
            verbs.complete(work, one)
        assert any(line.startswith(f"plan {plan_id} does not go on: ") for line in work.edit.reports)
        assert set(office.tasks()) == {one}
        assert office.tasks()[one].status is Status.COMPLETED

    def test_a_review_without_a_signature_does_not_count(self, office: Office, tmp_path: Path) -> None:
        ada = make_key(tmp_path, "ada")
        set_policy(office.repository, ada.line())
        plan_id = office.plan(msgspec.structs.replace(local("one"), requires_review=True), local("two", "one"))
        with service.open_plan(office.board, office.actor, plan_id) as opened:
            service.approve_plan(opened, str(ada.path))
        assert office.read_plan(plan_id).approval
        [one] = office.tasks()
        office.complete(one)
        with service.change_board(office.board, office.actor) as edit:  # as another clone may write it
            edit.put_task(one, {"status": Status.COMPLETED})
        assert any(line.startswith(f"task {one} counts as not reviewed: ") for line in edit.reports)
        assert set(office.tasks()) == {one}, "what depends on it has not begun"

    def test_with_a_signature_it_goes_on(self, office: Office, tmp_path: Path) -> None:
        ada = make_key(tmp_path, "ada")
        set_policy(office.repository, ada.line())
        plan_id = office.plan(msgspec.structs.replace(local("one"), requires_review=True), local("two", "one"))
        with service.open_plan(office.board, office.actor, plan_id) as opened:
            service.approve_plan(opened, str(ada.path))
        [one] = office.tasks()
        office.complete(one)
        with pytest.raises(OpenclawError), open_work(office.board, office.actor) as work:
            verbs.approve(work, one, str(tmp_path / "no-such-key"))
        with open_work(office.board, office.actor) as work:
            verbs.approve(work, one, str(ada.path))
        assert {task.subtask for task in office.tasks().values()} == {"one", "two"}
