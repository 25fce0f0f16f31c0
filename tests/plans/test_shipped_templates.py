"""Every shipped template played by everybody: to its end, and with each subtask failing under each policy."""

from __future__ import annotations

import msgspec
import pytest

from openclaw_hooks.plans.instantiate import Order, instantiate
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, PlanStatus
from openclaw_hooks.plans.templates import find_template, load_templates
from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.tasks.model import TERMINAL, Mode, Status
from tests.plans.play import LEAD, Play

ROLES = load_roles(None)
TEMPLATES = {template.id: template for template in load_templates(None, [role.id for role in ROLES])}
SHIPPED = ("team-bugfix", "team-deploy", "team-feature", "team-refactor", "team-release", "team-research")
SUBTASKS = [
    (name, subtask.id)
    for name, template in TEMPLATES.items()
    for phase in template.phases
    for subtask in phase.subtasks
]


def make(name: str, policy: FailurePolicy | None = None) -> PlanFile:
    template = find_template(tuple(TEMPLATES.values()), name)
    variables = {"version": "v1.0.0"} if name == "team-release" else {}
    plan = instantiate(template, Order("P-000001", context="export as CSV", vars=variables), ROLES)
    return plan if policy is None else msgspec.structs.replace(plan, failure_policy=policy)


def dependents_of(plan: PlanFile, name: str) -> set[str]:
    """Everything that waits for a subtask, at whatever distance."""
    found = {name}
    for wave in assign_waves(plan.subtasks):
        found |= {other.id for other in plan.subtasks if other.id in wave and found & set(other.depends_on)}
    return found - {name}


def test_the_shipped_templates_are_these() -> None:
    assert tuple(TEMPLATES) == SHIPPED


@pytest.mark.parametrize(
    ("name", "policy", "minutes", "waves"),
    [
        ("team-feature", FailurePolicy.ABORT_ON_CRITICAL_FAIL, 110, 5),
        ("team-bugfix", FailurePolicy.ABORT_ON_FIRST_FAIL, 75, 4),
        ("team-deploy", FailurePolicy.ABORT_ON_FIRST_FAIL, 80, 4),
        ("team-refactor", FailurePolicy.ABORT_ON_CRITICAL_FAIL, 135, 4),
        ("team-research", FailurePolicy.CONTINUE_BEST_EFFORT, 195, 4),
        ("team-release", FailurePolicy.ABORT_ON_FIRST_FAIL, 140, 4),
    ],
)
def test_each_has_its_policy_budget_and_waves(name: str, policy: FailurePolicy, minutes: int, waves: int) -> None:
    plan = make(name)
    assert plan.failure_policy is policy
    assert plan.requires_approval
    assert sum_minutes(plan.subtasks) == minutes
    assert len(assign_waves(plan.subtasks)) == waves
    assert find_critical_path(plan.subtasks).minutes <= minutes


@pytest.mark.parametrize("name", SHIPPED)
def test_no_routed_mode_is_auto_and_each_routing_has_a_reason(name: str) -> None:
    declared = {subtask.id: subtask.delegation.mode for phase in TEMPLATES[name].phases for subtask in phase.subtasks}
    for subtask in make(name).subtasks:
        assert subtask.delegation.mode is not Mode.AUTO
        assert bool(subtask.delegation.reason) == (declared[subtask.id] is Mode.AUTO)


@pytest.mark.parametrize("name", SHIPPED)
def test_everybody_doing_their_part_completes_the_plan(name: str) -> None:
    play = Play(make(name), ROLES)
    play.settle()
    assert play.tasks == {}
    play.approve()
    play.complete_all()
    assert play.plan.status is PlanStatus.COMPLETED
    assert set(play.plan.tasks) == {subtask.id for subtask in play.plan.subtasks}
    assert {task.status for task in play.tasks.values()} == {Status.COMPLETED}


@pytest.mark.parametrize("policy", FailurePolicy)
@pytest.mark.parametrize(("name", "failing"), SUBTASKS)
@pytest.mark.parametrize("how", ["fail", "release", "overrun", "cancel"])
def test_a_lost_subtask_ends_the_plan_as_its_policy_says(
    name: str, failing: str, policy: FailurePolicy, how: str
) -> None:
    play = Play(make(name, policy), ROLES)
    play.approve()
    lost = False
    while queued := play.queued():
        task = next((task for task in queued if task.subtask == failing), queued[0])
        if task.subtask != failing:
            play.complete(task.id)
            continue
        lost = True
        if how == "cancel":
            play.move(task.id, Status.CANCELLED, LEAD, "not wanted")
        elif how == "overrun" and task.delegation.mode is Mode.HUMAN:
            play.fail(task.id)  # a person is not timed
        else:
            getattr(play, how)(task.id)
    assert lost
    plan = play.plan
    assert plan.status is PlanStatus.ABORTED
    assert f"`{failing}`" in plan.reason
    assert all(task.status in TERMINAL for task in play.tasks.values())
    completed = {name for name in plan.tasks if play.status_of(name) is Status.COMPLETED}
    behind = dependents_of(plan, failing)
    assert not completed & (behind | {failing})
    critical = {subtask.id for subtask in plan.subtasks if subtask.critical}
    stops = policy is FailurePolicy.ABORT_ON_FIRST_FAIL or (
        policy is FailurePolicy.ABORT_ON_CRITICAL_FAIL and critical & (behind | {failing})
    )
    if not stops:  # all that could run has run
        assert completed == {subtask.id for subtask in plan.subtasks} - behind - {failing}


@pytest.mark.parametrize("policy", FailurePolicy)
@pytest.mark.parametrize(("name", "failing"), SUBTASKS)
def test_a_failure_that_is_made_good_completes_the_plan_under_every_policy(
    name: str, failing: str, policy: FailurePolicy
) -> None:
    play = Play(make(name, policy), ROLES)
    play.approve()
    while queued := play.queued():
        task = queued[0]
        if task.subtask == failing and not task.recovers:
            play.fail(task.id)
        else:
            play.complete(task.id)
    role = next((role for role in ROLES if role.id == play.tasks[play.id_of(failing)].role), None)
    if role is None:
        assert play.plan.status is PlanStatus.ABORTED
        return
    assert play.plan.status is PlanStatus.COMPLETED
    assert play.tasks[play.id_of(failing)].recovered_by == play.recovery_of(play.id_of(failing)).id
