"""How runs of agents end their tasks: plans go on in the same commit, and whoever comes next knows what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.store import read_rows, write_row
from openclaw_hooks.agent.records.text import attempts_text
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.board.store import read_board, read_task
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.account import Account
from openclaw_hooks.plans.escalation import Failure, state_failure
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.service import approve_plan, change_board, open_plan
from openclaw_hooks.plans.store import new_plan_text, parse_plan
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.markdown import get_section
from openclaw_hooks.tasks.model import Delegation, Mode, Status, Task
from tests.agent.records.story import begin, discard, keep, row_of

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from tests.conftest import Repository

PLAN = "P-4kf2mz"
ROLES = ("builder", "mender", "expert")
ENDS = [
    (Failure.METRIC, "mender"),
    (Failure.SCOPE, "expert"),
    (Failure.BUDGET, "expert"),
    (Failure.RELEASED, "mender"),
]


class Office:
    """A plan under way, and an agent's runs at its tasks."""

    def __init__(self, repository: Repository) -> None:
        self.board = open_board(str(repository.path), create=True)
        self.actor = find_actor(self.board.repo)
        self.runs = 0

    def task(self, task: str) -> Task:
        return read_task(self.board, task)[0]

    def plan(self) -> PlanFile:
        return parse_plan(plan_path(PLAN), read_board(self.board).plans[PLAN])

    def recovery_of(self, failed: str) -> Task:
        (found,) = [task.id for task in read_board(self.board).tasks.values() if task.recovers == failed]
        return self.task(found)

    def begin(self, task: str) -> str:
        """The token of a run that works on the task."""
        self.runs += 1
        with open_work(self.board, self.actor) as work:
            token = verbs.claim(work, task).token
            verbs.start(work, task, token)
        return token

    def tell(self, task: str, outcome: Outcome, kept: bool = False) -> tuple[Row, Account]:
        """What the run tells when it ends."""
        events = [*discard(1), *(keep(2) if kept else discard(2))]
        row = row_of(begin(f"R-{self.runs:06}", task=task), events, outcome=outcome)
        return row, Account(attempts_text(row))

    def give_back(self, task: str, reason: str) -> Row:
        """A run that keeps nothing."""
        token = self.begin(task)
        row, account = self.tell(task, Outcome.RELEASED)
        with open_work(self.board, self.actor) as work:
            verbs.release(work, task, reason, token, account=account)
            write_row(work.edit, row)
        return row


@pytest.fixture
def office(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Office:
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    escalation = {
        "builder": "{on_metric_failure: mender, on_scope_violation: expert, on_budget_exceeded: expert}",
        "mender": "{on_metric_failure: expert, on_scope_violation: expert, on_budget_exceeded: expert}",
        "expert": "{}",
    }
    for role in ROLES:
        text = f"id: {role}\nversion: 1.0.0\nname: {role}\nescalation: {escalation[role]}\n"
        repository.stage(f".openclaw/roles/{role}.yaml", text)
    repository.commit()
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    office = Office(repository)
    mesh = Delegation(mode=Mode.SOLO_MESH)
    one = Subtask(id="one", title="One", role="builder", metric="make check", delegation=mesh, scope=("src/",))
    two = Subtask(id="two", title="Two", role="builder", metric="make check", delegation=mesh, depends_on=("one",))
    draft = PlanFile(id=PLAN, title="Ship it", status=PlanStatus.DRAFT, subtasks=(one, two))
    with change_board(office.board, office.actor) as edit:
        edit.put(plan_path(PLAN), new_plan_text(draft))
    with open_plan(office.board, office.actor, PLAN) as work:
        approve_plan(work)
    return office


def test_a_run_that_completes_its_task_lets_the_plan_go_on_in_the_same_commit(office: Office) -> None:
    one = office.plan().tasks["one"]
    token = office.begin(one)
    row, account = office.tell(one, Outcome.COMPLETED, kept=True)
    with open_work(office.board, office.actor) as work:
        assert verbs.complete(work, one, "done", True, token, account)
        write_row(work.edit, row)
    assert office.task(one).status is Status.COMPLETED
    assert office.task(office.plan().tasks["two"]).status is Status.QUEUED
    assert get_section(office.task(one).body, "Attempts") == attempts_text(row)
    assert get_section(office.task(one).body, "Result") == "done"
    assert read_rows(office.board).rows == (row,)
    assert {
        f"task {one} running -> completed (node-a)",
        f"run {row.run} of {one} completed after 2 attempts (node-a)",
    } <= set(work.edit.lines)


@pytest.mark.parametrize(("failure", "target"), ENDS)
def test_every_way_to_fail_asks_the_one_whom_the_role_names(office: Office, failure: Failure, target: str) -> None:
    one = office.plan().tasks["one"]
    row = office.give_back(one, state_failure(failure, "2 attempts"))
    assert office.task(one).status is Status.FAILED
    recovery = office.recovery_of(one)
    assert (recovery.role, recovery.status) == (target, Status.QUEUED)
    assert get_section(recovery.body, "Attempts") == attempts_text(row)
    assert "`secret/key.py:3`: scope" in recovery.body
    assert f"{one} was to do this and ended: {failure}: 2 attempts" in recovery.body


def test_a_failure_that_a_run_says_itself_hands_its_evidence_on_too(office: Office) -> None:
    one = office.plan().tasks["one"]
    token = office.begin(one)
    row, account = office.tell(one, Outcome.RELEASED)
    with open_work(office.board, office.actor) as work:
        verbs.fail(work, one, state_failure(Failure.METRIC, "no attempt"), token, account=account)
    assert get_section(office.recovery_of(one).body, "Attempts") == attempts_text(row)


def test_a_recovery_of_a_recovery_has_the_evidence_of_both_once(office: Office) -> None:
    one = office.plan().tasks["one"]
    first = office.give_back(one, state_failure(Failure.METRIC, ""))
    recovery = office.recovery_of(one)
    second = office.give_back(recovery.id, state_failure(Failure.METRIC, ""))
    last = office.recovery_of(recovery.id)
    assert last.role == "expert"
    assert get_section(last.body, "Attempts") == f"{attempts_text(first)}\n\n{attempts_text(second)}"
    assert last.body.count("### Run ") == 2


def test_what_people_wrote_beside_the_attempts_is_not_handed_on(office: Office) -> None:
    one = office.plan().tasks["one"]
    with change_board(office.board, office.actor) as edit:
        edit.put_task(one, {"body": "## Attempts\n\nMine alone.\n"})
    row = office.give_back(one, state_failure(Failure.METRIC, ""))
    assert get_section(office.task(one).body, "Attempts") == f"Mine alone.\n\n{attempts_text(row)}"
    assert get_section(office.recovery_of(one).body, "Attempts") == attempts_text(row)


def test_a_run_can_ask_for_a_review_and_the_plan_waits_for_it(office: Office) -> None:
    one = office.plan().tasks["one"]
    token = office.begin(one)
    with open_work(office.board, office.actor) as work:
        said = verbs.complete(work, one, "", True, token, Account(review="it changed what measures it"))
    assert said == "it changed what measures it"
    assert office.task(one).status is Status.PENDING_REVIEW
    assert "two" not in office.plan().tasks
    with open_work(office.board, office.actor) as work:
        verbs.approve(work, one)
    assert office.task(office.plan().tasks["two"]).status is Status.QUEUED


def test_a_run_that_was_told_of_twice_is_told_once(office: Office) -> None:
    one = office.plan().tasks["one"]
    token = office.begin(one)
    row, account = office.tell(one, Outcome.RELEASED)
    with open_work(office.board, office.actor) as work:
        verbs.complete(work, one, "", None, token, account)  # not measured: waits for a review
        write_row(work.edit, row)
    with open_work(office.board, office.actor) as work:
        verbs.reject(work, one, "once more")
        write_row(work.edit, row)
    token = office.begin(one)
    with open_work(office.board, office.actor) as work:
        verbs.complete(work, one, "", True, token, account)
    assert office.task(one).body.count("### Run ") == 1
    assert read_rows(office.board).rows == (row,)
