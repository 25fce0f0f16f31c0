"""A run whose task belongs to a plan: how it ends drives the plan on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.board.store import read_board
from openclaw_hooks.plans import service
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.store import new_plan_text
from openclaw_hooks.tasks.model import Delegation, Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.tasks.model import Task
    from tests.agent.run.stage import Stage

ROLE = """id: writer
version: "1.0.0"
name: Writer
description: writes
scope_paths: ["work/**"]
escalation: {on_scope_violation: architect, on_metric_failure: fixer, on_budget_exceeded: human}
"""


def begin_plan(stage: Stage) -> None:
    """A plan of two steps, the second of which waits for the first; the first one's task is the stage's."""
    roles = stage.path / ".openclaw" / "roles"
    roles.mkdir(parents=True)
    (roles / "writer.yaml").write_text(ROLE)
    for name in ("architect", "fixer"):
        (roles / f"{name}.yaml").write_text(
            f'id: {name}\nversion: "1.0.0"\nname: {name}\ndescription: helps\nscope_paths: ["**"]\n'
        )
    stage.git("add", "-f", ".openclaw/roles")
    stage.git("commit", "-qm", "chore: roles", "--", ".openclaw/roles")
    first = Subtask(
        id="first",
        title="Answer it",
        delegation=Delegation(mode=Mode.SOLO_MESH),
        metric="test -s work/answer.txt",
        role="writer",
        scope=("work/**",),
    )
    second = Subtask(id="second", title="Then this", delegation=Delegation(mode=Mode.LOCAL), depends_on=("first",))
    with service.change_board(stage.board, find_actor(stage.repo)) as edit:
        plan = PlanFile(
            id=edit.new_id("P"),
            title="A plan",
            status=PlanStatus.DRAFT,
            requires_approval=False,
            subtasks=(first, second),
        )
        edit.put(plan_path(plan.id), new_plan_text(plan))
    stage.task_id = find_tasks(stage, "first")[0].id


def find_tasks(stage: Stage, subtask: str) -> list[Task]:
    """The tasks of a step, oldest first."""
    tasks = read_board(stage.board).tasks.values()
    return sorted((task for task in tasks if task.subtask == subtask), key=lambda task: bool(task.recovers))


def test_completed_work_lets_the_next_step_begin(stage: Stage) -> None:
    begin_plan(stage)
    assert find_tasks(stage, "second") == []
    stage.run()
    assert stage.task().status is Status.COMPLETED
    assert [task.status for task in find_tasks(stage, "second")] == [Status.QUEUED]


def test_attempts_that_fail_are_escalated_to_whom_the_role_names(stage: Stage) -> None:
    begin_plan(stage)
    stage.run("echo no > work/other.txt", attempts=2)
    failed, recovery = find_tasks(stage, "first")
    assert failed.status is Status.FAILED
    assert (recovery.role, recovery.recovers, recovery.status) == ("fixer", failed.id, Status.QUEUED)
    assert "metric" in failed.reason


def test_work_outside_the_scope_goes_to_who_may_widen_it(stage: Stage) -> None:
    begin_plan(stage)
    stage.run("echo x > code.txt", attempts=1)
    failed, recovery = find_tasks(stage, "first")
    assert failed.reason.startswith("scope violation: ")
    assert recovery.role == "architect"


def test_work_over_its_budget_goes_to_a_person(stage: Stage) -> None:
    begin_plan(stage)
    stage.run("sleep 60", minutes=0.02)
    failed, recovery = find_tasks(stage, "first")
    assert failed.reason.startswith("over budget: ")
    assert recovery.delegation.mode is Mode.HUMAN
