"""The runs of each task in short, as its drawer shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.runs import state_of, value_of

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mission_control.reading.runs import RunFacts

MAX_RUNS: Final = 5
MAX_TRIALS: Final = 12
MAX_WHY: Final = 160  # characters


class TaskTrial(Struct, frozen=True, omit_defaults=True):
    """An attempt in a task's drawer."""

    n: int
    verdict: str = ""
    cause: str = ""
    why: str = ""
    value: float | None = None


class TaskRun(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A run in the drawer of its task: the attempts that fit, of `tried`."""

    id: str
    agent: str
    provenance: str
    outcome: str
    began: float
    tried: int = 0
    unit: str = ""
    trials: tuple[TaskTrial, ...] = ()


def list_task_runs(found: RunFacts) -> dict[str, tuple[TaskRun, ...]]:
    """The last runs of each task that had any, newest first."""
    runs: dict[str, list[TaskRun]] = {}
    states = [(run.row, state_of(run)) for run in found.open]
    states += [(row, row.outcome.value) for row in reversed(found.rows)]
    for row, outcome in states:
        if len(mine := runs.setdefault(row.task, [])) < MAX_RUNS:
            mine.append(_show_task_run(row, outcome))
    return {task: tuple(mine) for task, mine in runs.items()}


def _show_task_run(row: Row, outcome: str) -> TaskRun:
    return TaskRun(
        id=row.run,
        agent=row.agent,
        provenance=row.provenance,
        outcome=outcome,
        began=read_moment(row.began),
        tried=row.tried,
        unit=row.measure.unit if row.measure else "",
        trials=tuple(
            TaskTrial(trial.n, trial.verdict, trial.cause, trial.why[:MAX_WHY], value_of(trial.figure))
            for trial in row.trials[-MAX_TRIALS:]
        ),
    )
