"""How much of a plan was done when, and how much there was to do: its subtasks and what was added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.mission_control.views.plans import PlanRow
    from openclaw_hooks.mission_control.views.scene import Scene
    from openclaw_hooks.tasks.model import Task


class Point(NamedTuple):
    """What the figures are from the moment `time` on."""

    time: int
    total: int
    done: int


def burn_up(scene: Scene, plan: PlanRow) -> tuple[Point, ...]:
    """The figures of a plan at each moment that changed one of them; the last point says how they are now."""
    linked = [scene.tasks[row.task] for row in plan.subtasks if row.task in scene.tasks]
    further = [scene.tasks[ref.id] for ref in plan.further]
    begins = plan.created or min((scene.span(task).born for task in linked if scene.span(task).born), default=0)
    steps = sorted([(begins, len(plan.subtasks), 0), *_steps(scene, linked, further)])
    points: dict[int, Point] = {}
    total = done = 0
    for time, more, finished in steps:
        total, done = total + more, done + finished
        moment = int(max(time, begins))
        points[moment] = Point(moment, total, done)
    return tuple(points.values())


def _steps(scene: Scene, linked: Sequence[Task], further: Sequence[Task]) -> Iterator[tuple[float, int, int]]:
    """Each change as (when, more to do, more done)."""
    for task in further:
        span = scene.span(task)
        if span.born and task.status is not Status.REJECTED and task.status is not Status.PROPOSED:
            yield span.born, 1, 0
            yield from _finished(span.completions)
            if task.status is Status.CANCELLED:
                yield span.ended or span.born, -1, 0
    for task in linked:
        completions = scene.span(task).completions
        if completions or task.status is not Status.COMPLETED:
            yield from _finished(completions)
        else:  # completed before history begins
            yield 0, 0, 1


def _finished(completions: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, int, int]]:
    for time, is_done in completions:
        yield time, 0, 1 if is_done else -1
