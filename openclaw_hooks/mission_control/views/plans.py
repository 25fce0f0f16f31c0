"""The plans: in which waves their subtasks can run, who does them and why, what gates them, what they have cost so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.scene import scene_of
from openclaw_hooks.plans.family import own_tasks
from openclaw_hooks.plans.gate import judge_gate, judge_planned
from openclaw_hooks.plans.model import ENDED, PlanFile, PlanStatus
from openclaw_hooks.plans.rows import make_rows
from openclaw_hooks.plans.standing import Stand, judge_subtasks
from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.views.scene import Scene
    from openclaw_hooks.plans.rows import Row
    from openclaw_hooks.plans.standing import Standing
    from openclaw_hooks.tasks.model import Approval, Task

MISSING: Final = "missing"
PLANNED: Final = "planned"  # the column of a subtask without a task file
ORDER: Final = (PlanStatus.EXECUTING, PlanStatus.APPROVED, PlanStatus.DRAFT, PlanStatus.ABORTED, PlanStatus.COMPLETED)


class TaskRef(Struct, frozen=True, omit_defaults=True):
    """A task that belongs to a plan beside those of its subtasks: `recovers` is the failed task that it makes good."""

    id: str
    title: str
    status: str
    column: str
    owner: str = ""
    role: str = ""
    recovers: str = ""
    subtask: str = ""


class Signed(Struct, frozen=True, omit_defaults=True):
    """Who approved, when (seconds since the epoch), and whether with a signature."""

    by: str
    at: int
    signature: bool = False


class SubtaskRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A subtask and how it stands.

    `state` is what `plan show` says: a task's status, blocked, missing, waiting, or not begun. `stand` is how the engine
    judges it (lost and recovering ones among them), `stand_reason` why. `mode_reason` says why it was routed so.
    """

    id: str
    title: str
    state: str
    column: str
    stand: str = ""
    stand_reason: str = ""
    task: str = ""
    owner: str = ""
    wave: int = 0
    phase: str = ""
    depends_on: tuple[str, ...] = ()
    mode: str
    soul: str = ""
    mode_reason: str = ""
    role: str = ""
    role_reason: str = ""
    needs_review: bool = False
    gate_reason: str = ""
    approved: Signed | None = None
    metric: str = ""
    scope: tuple[str, ...] = ()
    budget_minutes: int = 0
    used_minutes: int = 0
    critical: bool = False
    on_path: bool = False
    late: bool = False


class PlanRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A plan. `waves` and `path` (the chain that takes longest by its budgets) hold ids of subtasks."""

    id: str
    title: str
    status: str
    reason: str = ""
    template: str = ""
    description: str = ""
    failure_policy: str
    requires_approval: bool = False
    approved: Signed | None = None
    created: int = 0
    created_by: str = ""
    done: int = 0
    total: int
    running: int = 0
    late: int = 0
    lost: int = 0
    budget_minutes: int
    used_minutes: int = 0
    path: tuple[str, ...]
    path_minutes: int
    path_left_minutes: int = 0
    waves: tuple[tuple[str, ...], ...]
    subtasks: tuple[SubtaskRow, ...]
    further: tuple[TaskRef, ...] = ()
    broken: tuple[Broken, ...] = ()
    commands: tuple[str, ...] = ()


class PlansView(Struct, frozen=True, omit_defaults=True):
    """All plans, those under way first, and the plan files that cannot be read."""

    now: float
    plans: tuple[PlanRow, ...] = ()
    broken: tuple[Broken, ...] = ()
    absent: str = ""
    start: str = ""


@kept
def view_plans(facts: Facts) -> PlansView:
    """The plans of `facts`."""
    return show_plans(scene_of(facts))


def show_plans(scene: Scene) -> PlansView:
    """The plans of the scene, the ones that go on first and the newest of them before the others."""
    rows = [show_plan(scene, plan) for plan in scene.plans.values()]
    rows.sort(key=lambda row: (ORDER.index(PlanStatus(row.status)), -row.created, row.id))
    return PlansView(scene.now, tuple(rows), tuple(scene.broken), *scene.absent)


def show_plan(scene: Scene, plan: PlanFile) -> PlanRow:
    """One plan with its subtasks."""
    path = find_critical_path(plan.subtasks)
    subtasks = tuple(_show_subtasks(scene, plan, path.subtasks))
    linked = set(plan.tasks.values())
    further = [task for task in own_tasks(plan, scene.tasks).values() if task.id not in linked]
    done = {row.id for row in subtasks if row.state == Status.COMPLETED}
    left = set() if plan.status in ENDED else set(path.subtasks) - done
    return PlanRow(
        id=plan.id,
        title=plan.title,
        status=plan.status.value,
        reason=plan.reason,
        template=plan.template,
        description=plan.description,
        failure_policy=plan.failure_policy.value,
        requires_approval=plan.requires_approval,
        approved=_signed(plan.approval),
        created=int(read_moment(plan.created)),
        created_by=plan.created_by,
        done=len(done),
        total=len(subtasks),
        running=sum(row.column == "progress" for row in subtasks),
        late=sum(row.late for row in subtasks),
        lost=sum(row.stand in (Stand.LOST, Stand.BLOCKED) for row in subtasks),
        budget_minutes=sum_minutes(plan.subtasks),
        used_minutes=sum(row.used_minutes for row in subtasks) + sum(scene.span(task).minutes for task in further),
        path=path.subtasks,
        path_minutes=path.minutes,
        path_left_minutes=sum(row.budget_minutes for row in subtasks if row.id in left),
        waves=assign_waves(plan.subtasks),
        subtasks=subtasks,
        further=tuple(_refer(scene, task) for task in further),
        broken=tuple(_missing(plan, subtasks)),
        commands=tuple(_commands(plan)),
    )


def _show_subtasks(scene: Scene, plan: PlanFile, path: Sequence[str]) -> Iterator[SubtaskRow]:
    standings = judge_subtasks(plan, scene.tasks, scene.router.roles)
    waves = {name: number for number, wave in enumerate(assign_waves(plan.subtasks), 1) for name in wave}
    is_told = len(path) < len(plan.subtasks)  # a plan that is one chain has nothing to tell apart
    for name, row in make_rows(plan, scene.tasks).items():
        yield _show_subtask(scene, plan, row, (standings[name], waves[name], is_told and name in path))


def _show_subtask(scene: Scene, plan: PlanFile, row: Row, place: tuple[Standing, int, bool]) -> SubtaskRow:
    """`place`: how the engine judges the subtask, the number of its wave, whether it is on the critical path."""
    subtask, task = row.subtask, row.task
    standing, wave, on_path = place
    choice, routed = scene.router.route(subtask)
    delegation = task.delegation if task else routed
    # Without a task yet: as the gate will say about the one that is made.
    gate = judge_planned(task, plan) if task else judge_gate(replace(subtask, delegation=routed))
    return SubtaskRow(
        id=subtask.id,
        title=task.title if task else subtask.title,
        state=row.state,
        column=scene.column(task) if task else MISSING if row.state == MISSING else PLANNED,
        stand=standing.stand.value,
        stand_reason=standing.reason,
        task=plan.tasks.get(subtask.id, ""),
        owner=task.owner if task else "",
        wave=wave,
        phase=subtask.phase,
        depends_on=subtask.depends_on,
        mode=delegation.mode.value,
        soul=delegation.soul,
        mode_reason=delegation.reason,
        role=(task.role if task else "") or choice.role,
        role_reason=choice.reason,
        needs_review=gate.needs_review,
        gate_reason=gate.reason,
        approved=_signed(task.approval) if task else None,
        metric=task.metric if task else subtask.metric,
        scope=task.scope if task else subtask.scope,
        budget_minutes=task.budget_minutes if task else subtask.budget_minutes,
        used_minutes=scene.span(task).minutes,
        critical=subtask.critical,
        on_path=on_path,
        late=scene.is_late(task),
    )


def _refer(scene: Scene, task: Task) -> TaskRef:
    return TaskRef(
        task.id, task.title, task.status.value, scene.column(task), task.owner, task.role, task.recovers, task.subtask
    )


def _signed(approval: Approval | None) -> Signed | None:
    return Signed(approval.by, int(read_moment(approval.at)), bool(approval.signature)) if approval else None


def _missing(plan: PlanFile, subtasks: Sequence[SubtaskRow]) -> Iterator[Broken]:
    """The subtasks whose task file the plan names and the board does not have."""
    for row in subtasks:
        if row.state == MISSING:
            message = f"`{row.id}` is {row.task}, which has no file on the board"
            yield Broken(f"plans/{plan.id}.yaml", 0, message, f"openclaw board sync, or: openclaw task show {row.task}")


def _commands(plan: PlanFile) -> Iterator[str]:
    """What a person can do about the plan now."""
    if plan.status is PlanStatus.DRAFT and plan.requires_approval:
        yield f"openclaw plan approve {plan.id}"
    elif plan.status not in ENDED:
        yield f"openclaw plan advance {plan.id}"
    yield f"openclaw plan show {plan.id}"
    if plan.status not in ENDED:
        yield f'openclaw plan abort {plan.id} --reason "..."'
