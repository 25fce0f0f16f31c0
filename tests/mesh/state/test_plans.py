"""Plans over the mesh: whichever node finishes a subtask, the next wave comes of the same decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.mesh.state.expire import settle
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, PlanStatus, Subtask
from openclaw_hooks.roles.late import LateRoles
from openclaw_hooks.tasks.model import Delegation, Mode
from tests.mesh.state.desk import Desk, code, said

if TYPE_CHECKING:
    from pathlib import Path


def local(name: str, *depends_on: str, **fields: Any) -> Subtask:
    """A subtask that whoever does it completes."""
    given = {"delegation": Delegation(mode=Mode.LOCAL), **fields}
    return Subtask(id=name, title=f"do {name}", depends_on=depends_on, **given)


PLAN = PlanFile(
    id="P-000001",
    title="Ship it",
    status=PlanStatus.DRAFT,
    subtasks=(
        local("a"),
        local("b"),
        local("c", "a", "b"),
        local("d", "c", delegation=Delegation(mode=Mode.HUMAN)),
    ),
)


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A desk with the plan approved and its first wave made."""
    desk.add_plan(PLAN)
    approve_plan(desk)
    return desk


def approve_plan(desk: Desk, plan: str = PLAN.id, node: str = "ada") -> None:
    answer = desk.ask(node, "plan_approve", plan, approval=approval(desk, plan))
    assert answer.error is None, answer.error


def approval(desk: Desk, name: str) -> dict[str, str]:
    kind = Kind.PLAN if name.startswith("P-") else Kind.TASK
    content = desk.state.content(name) or b""
    return {"by": "ada", "at": "2026-11-22T10:00:00Z", "hash": content_hash(kind, content)}


def finish(desk: Desk, node: str, subtask: str) -> None:
    [task] = desk.made_for(subtask)
    token = desk.claim(node, task)
    assert desk.ask(node, "start", task, token=token).ok
    assert desk.ask(node, "complete", task, token=token, result=f"{subtask} is done").ok


def test_a_plan_goes_from_its_approval_to_its_end_by_the_work_of_two_nodes(planned: Desk) -> None:
    assert planned.plan(PLAN.id).status is PlanStatus.EXECUTING
    assert sorted(task.subtask for task in planned.state.tasks.values()) == ["a", "b"]
    finish(planned, "w1", "a")
    assert planned.made_for("c") == []
    finish(planned, "w2", "b")
    assert planned.last is not None
    assert {event.name[:2] for event in planned.last.events} == {"T-", "P-"}
    assert len(planned.made_for("c")) == 1
    finish(planned, "w1", "c")
    [human] = planned.made_for("d")
    finish(planned, "w2", "d")
    assert planned.status(human) == "pending_review"
    answer = planned.ask("ada", "approve", human, approval=approval(planned, human))
    assert planned.plan(PLAN.id).status is PlanStatus.COMPLETED
    assert answer.lines == [f"{PLAN.id} executing -> completed"]
    assert answer.files.keys() == {f"tasks/{human}.md", f"plans/{PLAN.id}.yaml"}


def test_what_followed_is_told_beside_the_task_itself(planned: Desk) -> None:
    finish(planned, "w1", "a")
    [task] = planned.made_for("b")
    planned.claim("w2", task)
    answer = planned.ask("w2", "complete", task)
    [made] = planned.made_for("c")
    assert answer.lines == [f"{made} queued: do c"]
    assert f"tasks/{made}.md" in answer.files


def test_who_may_approve_and_abort_a_plan(desk: Desk) -> None:
    desk.add_plan(PLAN)
    for node, agent in (("w1", ""), ("ada", "claude"), ("boss", "claude")):
        answer = desk.ask(node, "plan_approve", PLAN.id, approval=approval(desk, PLAN.id), agent=agent)
        assert code(answer) == "illegal"
    assert code(desk.ask("ada", "plan_approve", PLAN.id)) == "invalid"
    assert code(desk.ask("w1", "plan_abort", PLAN.id, reason="no")) == "illegal"
    approve_plan(desk, node="boss")
    again = desk.ask("ada", "plan_approve", PLAN.id, approval=approval(desk, PLAN.id))
    assert (code(again), "cannot become approved" in said(again)) == ("refused", True)
    answer = desk.ask("boss", "plan_abort", PLAN.id, reason="put off")
    assert answer.lines[0] == f"{PLAN.id} executing -> aborted: put off"
    assert {task.status.value for task in desk.state.tasks.values()} == {"cancelled"}


def test_an_approval_of_another_draft_does_not_count(desk: Desk) -> None:
    desk.add_plan(PLAN)
    given = approval(desk, PLAN.id)
    content = (desk.state.content(PLAN.id) or b"").decode()
    desk.ask("boss", "edit", PLAN.id, base=content, content=content.replace("do a", "do anything"))
    answer = desk.ask("ada", "plan_approve", PLAN.id, approval=given)
    assert (code(answer), "changed since" in said(answer)) == ("refused", True)
    assert desk.state.tasks == {}


def test_a_failure_ends_a_plan_that_says_so(desk: Desk) -> None:
    desk.add_plan(PlanFile(**{**fields_of(PLAN), "failure_policy": FailurePolicy.ABORT_ON_FIRST_FAIL}))
    approve_plan(desk)
    [task] = desk.made_for("a")
    token = desk.claim("w1", task)
    other_token = desk.claim("w2", *desk.made_for("b"))
    answer = desk.ask("w1", "fail", task, reason="cannot be done", token=token)
    assert desk.plan(PLAN.id).status is PlanStatus.ABORTED
    assert len(answer.lines) == 2
    late = desk.ask("w2", "complete", *desk.made_for("b"), token=other_token)
    assert code(late) == "illegal"
    assert desk.lease(*desk.made_for("b")).owner == ""


def fields_of(plan: PlanFile) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in plan.__struct_fields__}


def test_a_task_over_its_budget_fails_when_the_lead_looks(planned: Desk) -> None:
    [task] = planned.made_for("a")
    planned.claim("w1", task, minutes=600)
    planned.now += 14 * 60
    planned.apply(settle(planned.state, planned.now, planned.policy, "boss"))
    assert planned.status(task) == "claimed"
    planned.now += 2 * 60
    planned.apply(settle(planned.state, planned.now, planned.policy, "boss"))
    assert (planned.status(task), planned.task(task).reason) == ("failed", "over budget: 16 of 15 minutes")
    assert planned.lease(task).owner == ""


def test_a_wave_that_nobody_was_there_to_make_is_made_when_the_lead_looks(planned: Desk) -> None:
    for subtask in ("a", "b"):
        [task] = planned.made_for(subtask)
        content = (planned.state.content(task) or b"").replace(b"status: queued", b"status: completed")
        planned.write(task, content)
    planned.apply(settle(planned.state, planned.now, planned.policy, "boss"))
    assert len(planned.made_for("c")) == 1
    planned.apply(settle(planned.state, planned.now, planned.policy, "boss"))
    assert planned.last is not None
    assert planned.last.changes == {}


def test_any_node_may_have_a_plan_looked_at(planned: Desk) -> None:
    answer = planned.ask("w1", "plan_advance", PLAN.id)
    assert answer.ok
    assert answer.files.keys() == {f"plans/{PLAN.id}.yaml"}


def test_a_plan_that_cannot_be_read_is_reported_and_holds_nothing_up(planned: Desk) -> None:
    [task] = planned.made_for("a")
    planned.write(PLAN.id, b"id: P-000001\nstatus: executing\n")
    planned.claim("w1", task)
    answer = planned.ask("w1", "complete", task)
    assert answer.ok
    assert any("cannot go on" in line for line in answer.result["reports"])
    assert planned.status(task) == "pending_review"  # nobody knows what the plan asks for


def test_roles_of_the_repository_serve_the_plans(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.policy = desk.policy._replace(roles=LateRoles(str(tmp_path)))
    scoped = local("a", scope=("docs/guide/",), delegation=Delegation(mode=Mode.AUTO))
    desk.add_plan(PlanFile(**{**fields_of(PLAN), "subtasks": (scoped,)}))
    approve_plan(desk)
    [task] = desk.made_for("a")
    assert desk.task(task).role == "tech-architect"
    assert "tech-architect" in desk.task(task).delegation.reason
