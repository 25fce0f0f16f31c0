"""When the rest of a plan would be done, if everybody whom it needs were free: from budgets and dependencies alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.plans.model import ENDED
from openclaw_hooks.plans.standing import Stand
from openclaw_hooks.tasks.model import ACTIVE, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mission_control.views.plans import PlanRow, SubtaskRow
    from openclaw_hooks.mission_control.views.scene import Scene

_HOPELESS: Final = frozenset({Stand.LOST, Stand.BLOCKED})


class Stretch(NamedTuple):
    """A stretch of time that is still to come, at least in part."""

    begins: float
    ends: float


def project_plan(scene: Scene, plan: PlanRow) -> dict[str, Stretch]:
    """For each subtask that is still to be done, from when to when it would be, by its id; nothing once the plan ended.

    What is lost, or blocked for good, has no time, and neither has what depends on it.
    """
    if plan.status in ENDED:
        return {}
    rows = {row.id: row for row in plan.subtasks}
    ends: dict[str, float] = {}
    found: dict[str, Stretch] = {}
    for row in (rows[name] for wave in plan.waves for name in wave):
        if row.state == Status.COMPLETED:
            ends[row.id] = scene.now
        elif row.stand not in _HOPELESS and all(name in ends for name in row.depends_on if name in rows):
            stretch = _project(scene, row, ends)
            found[row.id], ends[row.id] = stretch, stretch.ends
    return found


def _project(scene: Scene, row: SubtaskRow, ends: Mapping[str, float]) -> Stretch:
    now, budget = scene.now, row.budget_minutes * 60
    if row.state in ACTIVE:
        begun = scene.active_since(scene.tasks[row.task]) or now
        return Stretch(now, max(now, begun + budget))
    if row.state == Status.PENDING_REVIEW:  # how long a person takes, no budget says
        return Stretch(now, now)
    begins = max([now, *(ends[name] for name in row.depends_on if name in ends)])
    return Stretch(begins, begins + budget)
