"""In which order the subtasks of a plan can run: waves, cycles and the critical path."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.plans.model import Subtask


class CriticalPath(NamedTuple):
    """The chain of subtasks that takes longest by their budgets, and how long."""

    subtasks: tuple[str, ...]
    minutes: int


def assign_waves(subtasks: Sequence[Subtask]) -> tuple[tuple[str, ...], ...]:
    """Ids in layers (Kahn 1962): each wave depends only on waves before it, and keeps the order of the plan.

    Unknown dependencies are passed over; what is part of a cycle, or behind one, is in no wave.
    """
    known = {subtask.id for subtask in subtasks}
    open_dependencies = {subtask.id: {name for name in subtask.depends_on if name in known} for subtask in subtasks}
    dependents: dict[str, list[str]] = {subtask.id: [] for subtask in subtasks}
    for name, dependencies in open_dependencies.items():
        for dependency in dependencies:
            dependents[dependency].append(name)
    place = {subtask.id: index for index, subtask in enumerate(subtasks)}
    waves: list[tuple[str, ...]] = []
    wave = [name for name, dependencies in open_dependencies.items() if not dependencies]
    while wave:
        waves.append(tuple(sorted(wave, key=place.__getitem__)))
        following = []
        for done in wave:
            for name in dependents[done]:
                open_dependencies[name].discard(done)
                if not open_dependencies[name]:
                    following.append(name)
        wave = following
    return tuple(waves)


def find_critical_path(subtasks: Sequence[Subtask]) -> CriticalPath:
    """The chain that takes longest; of equals the one that comes first in the plan. Cycles are left out."""
    by_id = {subtask.id: subtask for subtask in subtasks}
    minutes: dict[str, int] = {}
    previous: dict[str, str] = {}
    for name in (name for wave in assign_waves(subtasks) for name in wave):
        known = [dependency for dependency in by_id[name].depends_on if dependency in minutes]
        longest = max(known, key=minutes.__getitem__, default="")
        minutes[name] = by_id[name].budget_minutes + minutes.get(longest, 0)
        previous[name] = longest
    if not minutes:
        return CriticalPath((), 0)
    path = [max(minutes, key=minutes.__getitem__)]
    while previous[path[-1]]:
        path.append(previous[path[-1]])
    return CriticalPath(tuple(reversed(path)), minutes[path[0]])


def sum_minutes(subtasks: Sequence[Subtask]) -> int:
    """The budgets of all subtasks together."""
    return sum(subtask.budget_minutes for subtask in subtasks)
