"""Boards and histories for tests of views, written down as a few moves at a few times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from openclaw_hooks.mission_control.reading.history_cache import HistoryChange, HistoryCommit
from openclaw_hooks.mission_control.views.scene import Scene
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.tasks.graph import judge_all
from openclaw_hooks.tasks.model import Status, Task

BEGINS = datetime(2026, 11, 2, 9, 0, tzinfo=UTC).timestamp()
PLAN = "P-aaaaaa"


def at(minutes: float) -> int:
    """The moment so many minutes after the beginning."""
    return int(BEGINS + minutes * 60)


def stamp(minutes: float) -> str:
    """That moment as files have it."""
    return datetime.fromtimestamp(at(minutes), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_task(name: str, status: str = "queued", **fields: Any) -> Task:
    """A task `T-<name>`."""
    return Task(id=f"T-{name}", title=f"Do {name}", status=Status(status), **fields)


def make_plan(subtasks: dict[str, tuple[str, ...]], status: str = "executing", **fields: Any) -> PlanFile:
    """A plan with subtasks of 30 minutes each, given with what they depend on."""
    made = tuple(
        Subtask(id=name, title=f"Do {name}", depends_on=needs, budget_minutes=30) for name, needs in subtasks.items()
    )
    values = {"title": "A plan", "created": stamp(0), **fields}
    return PlanFile(id=PLAN, status=PlanStatus(status), subtasks=made, **values)


class Story:
    """What happened to a board; `scene` is how it looks afterwards."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.commits: list[HistoryCommit] = []

    def make(self, minutes: float, task: Task) -> None:
        """A task is made."""
        self.tasks[task.id] = task
        after = {"title": task.title, "status": task.status.value, "plan": task.plan}
        self._commit(minutes, HistoryChange(task.id, None, after), f"task {task.id} created")

    def move(self, minutes: float, name: str, status: str, **fields: Any) -> None:
        """A task gets another status."""
        task = self.tasks[f"T-{name}"]
        change = HistoryChange(task.id, {"status": task.status.value}, {"status": status})
        self.tasks[task.id] = msgspec.structs.replace(task, status=Status(status), **fields)
        self._commit(minutes, change, f"task {task.id} {task.status} -> {status} (ada)")

    def work(self, begins: float, ends: float, name: str) -> None:
        """A task is claimed and completed."""
        self.move(begins, name, "claimed", owner="ada")
        self.move(ends, name, "completed")

    def scene(self, minutes: float, *plans: PlanFile, **fields: Any) -> Scene:
        """The board at that moment."""
        return Scene(
            now=at(minutes),
            tasks=self.tasks,
            standings=judge_all(self.tasks),
            plans={plan.id: plan for plan in plans},
            commits=tuple(reversed(self.commits)),
            **fields,
        )

    def _commit(self, minutes: float, change: HistoryChange, what: str) -> None:
        number = f"{len(self.commits) + 1:012x}"
        self.commits.append(HistoryCommit(number, at(minutes), "ada", what, (change,)))
