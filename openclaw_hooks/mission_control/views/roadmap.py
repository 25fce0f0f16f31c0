"""The work on a line of time: what was done when, what goes on, and when the rest would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.views.burnup import burn_up
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.plans import show_plans, view_plans
from openclaw_hooks.mission_control.views.projection import project_plan
from openclaw_hooks.mission_control.views.scene import scene_of
from openclaw_hooks.tasks.model import ACTIVE, TERMINAL, Mode, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.views.plans import PlanRow, PlansView, SubtaskRow
    from openclaw_hooks.mission_control.views.projection import Stretch
    from openclaw_hooks.mission_control.views.scene import Scene
    from openclaw_hooks.tasks.model import Task

MAX_LOOSE: Final = 200  # tasks of no plan; the open ones and the newest of the others


class Bar(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A row of the roadmap. Times are whole seconds since the epoch.

    `parts` are the stretches [begins, ends, "work" or "review"]; `open` when the last one goes on. `ahead` is the
    stretch [begins, ends] that is still to come by its budget. `due` is when the budget of work that goes on ends.
    """

    name: str  # id of the subtask, or of the task that belongs to no plan
    title: str
    state: str
    column: str
    task: str = ""
    owner: str = ""
    wave: int = 0
    parts: tuple[tuple[int, int, str], ...] = ()
    open: bool = False
    ahead: tuple[int, int] | None = None
    ended: int = 0
    due: int = 0
    late: bool = False
    over_minutes: int = 0
    budget_minutes: int = 0
    used_minutes: int = 0
    on_path: bool = False
    recovers: str = ""


class Group(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A plan on the roadmap, or with an empty `plan` the tasks of none. `ends` is projected while the plan goes on."""

    plan: str = ""
    title: str = ""
    status: str = ""
    begins: int = 0
    ends: int = 0
    projected: bool = False
    done: int = 0
    total: int = 0
    late: int = 0
    bars: tuple[Bar, ...] = ()
    left_out: int = 0
    burnup: tuple[tuple[int, int, int], ...] = ()  # [time, to do in all, done]


class RoadmapView(Struct, frozen=True, omit_defaults=True):
    """All that has a place in time; `begins` and `ends` frame it."""

    now: int
    begins: int
    ends: int
    groups: tuple[Group, ...] = ()
    broken: tuple[Broken, ...] = ()
    absent: str = ""
    start: str = ""


@kept
def view_roadmap(facts: Facts) -> RoadmapView:
    """The roadmap of `facts`."""
    return draw_roadmap(scene_of(facts), view_plans(facts))


def show_roadmap(scene: Scene) -> RoadmapView:
    """The plans in the order of the page of plans, then the tasks of none."""
    return draw_roadmap(scene, show_plans(scene))


def draw_roadmap(scene: Scene, view: PlansView) -> RoadmapView:
    """The roadmap of plans that are known already."""
    groups = [_show_plan(scene, plan) for plan in view.plans]
    if loose := _show_loose(scene):
        groups.append(loose)
    now = int(scene.now)
    moments = [time for group in groups for time in (group.begins, group.ends) if time]
    return RoadmapView(now, min([now, *moments]), max([now, *moments]), tuple(groups), view.broken, *scene.absent)


def _show_plan(scene: Scene, plan: PlanRow) -> Group:
    ahead = project_plan(scene, plan)
    bars = [_subtask_bar(scene, row, ahead.get(row.id)) for row in _in_waves(plan)]
    for ref in plan.further:
        task = scene.tasks[ref.id]
        bars.append(_task_bar(scene, task))
    begins, ends = _frame(bars)
    return Group(
        plan=plan.id,
        title=plan.title,
        status=plan.status,
        begins=min(begins or plan.created, plan.created or begins),
        ends=ends or plan.created,
        projected=bool(ahead),
        done=plan.done,
        total=plan.total,
        late=sum(bar.late for bar in bars),
        bars=tuple(bars),
        burnup=tuple((point.time, point.total, point.done) for point in burn_up(scene, plan)),
    )


def _in_waves(plan: PlanRow) -> Iterator[SubtaskRow]:
    rows = {row.id: row for row in plan.subtasks}
    return (rows[name] for wave in plan.waves for name in wave)


def _subtask_bar(scene: Scene, row: SubtaskRow, ahead: Stretch | None) -> Bar:
    task = scene.tasks.get(row.task)
    bar = Bar(
        name=row.id,
        title=row.title,
        state=row.state,
        column=row.column,
        task=row.task,
        owner=row.owner,
        wave=row.wave,
        ahead=(int(ahead.begins), int(ahead.ends)) if ahead and ahead.ends > ahead.begins else None,
        budget_minutes=row.budget_minutes,
        on_path=row.on_path,
    )
    return _add_times(bar, scene, task) if task else bar


def _task_bar(scene: Scene, task: Task) -> Bar:
    due = scene.active_since(task) + task.budget_minutes * 60
    is_ahead = task.status in ACTIVE and due > scene.now and scene.active_since(task)
    bar = Bar(
        name=task.subtask or task.id,
        title=task.title,
        state=task.status.value,
        column=scene.column(task),
        task=task.id,
        owner=task.owner,
        ahead=(int(scene.now), int(due)) if is_ahead else None,
        budget_minutes=task.budget_minutes,
        recovers=task.recovers,
    )
    return _add_times(bar, scene, task)


def _add_times(bar: Bar, scene: Scene, task: Task) -> Bar:
    """The bar with what the task's history says."""
    span = scene.span(task)
    since = scene.active_since(task) if task.status in ACTIVE else 0
    is_timed = task.delegation.mode is not Mode.HUMAN
    return replace(
        bar,
        parts=tuple((int(part.begins), int(part.ends), part.kind) for part in span.segments),
        open=bool(span.open_kind),
        ended=int(span.ended),
        due=int(since + task.budget_minutes * 60) if since and is_timed else 0,
        late=scene.is_late(task),
        over_minutes=max(0, span.minutes - task.budget_minutes) if is_timed else 0,
        used_minutes=span.minutes,
    )


def _show_loose(scene: Scene) -> Group | None:
    """The tasks of no plan that somebody worked on, or that ended: what is open first, then the newest."""
    loose = [task for task in scene.tasks.values() if task.plan not in scene.plans]
    known = [task for task in loose if scene.span(task).segments or scene.span(task).ended]
    known.sort(key=lambda task: (task.status in TERMINAL, -scene.span(task).since))
    shown = sorted(known[:MAX_LOOSE], key=lambda task: scene.span(task).started or scene.span(task).ended)
    bars = [_task_bar(scene, task) for task in shown]
    if not bars:
        return None
    begins, ends = _frame(bars)
    return Group(
        begins=begins,
        ends=ends,
        done=sum(task.status is Status.COMPLETED for task in loose),
        total=len(loose),
        late=sum(bar.late for bar in bars),
        bars=tuple(bars),
        left_out=len(known) - len(shown),
    )


def _frame(bars: Sequence[Bar]) -> tuple[int, int]:
    """When the first of the bars begins and the last ends; zeros for none."""
    moments = [time for bar in bars for part in bar.parts for time in part[:2]]
    moments += [time for bar in bars for time in (bar.ahead or ())]
    moments += [bar.ended for bar in bars if bar.ended]
    return (min(moments), max(moments)) if moments else (0, 0)
