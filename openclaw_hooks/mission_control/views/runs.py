"""The runs of agents: a line for each, the whole of each in files of some of them, and the attempts of each task in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.agent.model import Terms, Verdict
from openclaw_hooks.agent.records.row import Figure, Trial
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.tasks.model import Measure

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.runs import OpenRun

SHARD: Final = 25  # runs in one file
MAX_RUNS: Final = 2_000  # in the list
MAX_MARKS: Final = 60
RUNNING: Final = "running"
INTERRUPTED: Final = "interrupted"


class Gain(Struct, frozen=True, omit_defaults=True):
    """What a run made of a numeric metric: its value before the first attempt and that of the last kept one."""

    name: str
    direction: str
    unit: str = ""
    baseline: float | None = None
    best: float | None = None


class RunRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A run in the list; times in seconds since the epoch, `ended` is 0 for one that goes on.

    `outcome` is also `running` or `interrupted` (no process is at it). `marks` has a letter for each of the first
    attempts: k kept, d discarded, o open. `data` names the file with all of it; without one it is in `open`.
    """

    id: str
    task: str
    title: str
    agent: str
    node: str
    provenance: str
    outcome: str
    began: float
    ended: float = 0
    model: str = ""
    role: str = ""
    tried: int = 0
    marks: str = ""
    minutes: float = 0
    cost_usd: float | None = None
    gain: Gain | None = None
    flags: tuple[str, ...] = ()
    data: str = ""


class Live(Struct, frozen=True, omit_defaults=True):
    """Where an open run stands: its last event and when that was, and when the agent at work was started (0: none is)."""

    event: str
    at: float
    agent_began: float = 0


class RunView(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that is kept of a run beside its row; the fields are those of a row of telemetry."""

    why: str = ""
    version: str = ""
    base: str = ""
    target: str = ""
    branch: str = ""
    kept: str = ""
    merged: bool | None = None
    merge_why: str = ""
    terms: Terms = Terms()
    tokens_in: int | None = None
    tokens_out: int | None = None
    findings: dict[str, int] = {}
    metric: str = ""
    measure: Measure | None = None
    baseline: Figure | None = None
    best: Figure | None = None
    trials: tuple[Trial, ...] = ()
    live: Live | None = None


class RunsView(Struct, frozen=True, omit_defaults=True):
    """The runs, newest first, `total` of them in all; `open` has the whole of those that go on."""

    runs: tuple[RunRow, ...]
    total: int = 0
    open: dict[str, RunView] = {}
    broken: tuple[Broken, ...] = ()


@kept
def view_runs(facts: Facts) -> RunsView:
    """The list of runs."""
    found = facts.runs
    begun = [_show_row(run.row, state_of(run), "") for run in found.open]
    ended = [_show_row(row, row.outcome, f"runs-{number // SHARD}") for number, row in enumerate(found.rows)]
    rows = sorted((*begun, *ended), key=lambda row: (not row.ended, row.began, row.id), reverse=True)
    return RunsView(
        runs=tuple(rows[:MAX_RUNS]),
        total=len(rows),
        open={run.row.run: _show_all(run.row, Live(run.event, run.at, run.agent_began)) for run in found.open},
        broken=found.broken,
    )


def view_run_details(facts: Facts) -> dict[str, dict[str, RunView]]:
    """The whole of the runs that ended, in files of some each: in the order in which they began, so that most stay as they are."""
    rows = facts.runs.rows
    first = max(len(rows) - MAX_RUNS, 0) // SHARD
    return {
        f"runs-{number}": {row.run: _show_all(row) for row in rows[number * SHARD : (number + 1) * SHARD]}
        for number in range(first, -(-len(rows) // SHARD))
    }


def state_of(run: OpenRun) -> str:
    """What stands in the place of an outcome while there is none."""
    return RUNNING if run.is_held else INTERRUPTED


def _show_row(row: Row, outcome: str, data: str) -> RunRow:
    measure = row.measure
    return RunRow(
        id=row.run,
        task=row.task,
        title=row.title,
        agent=row.agent,
        node=row.node,
        provenance=row.provenance,
        outcome=outcome,
        began=read_moment(row.began),
        ended=read_moment(row.ended) if data else 0,
        model=row.model,
        role=row.role,
        tried=row.tried,
        marks="".join(mark_of(trial) for trial in row.trials[:MAX_MARKS]),
        minutes=row.minutes,
        cost_usd=row.cost_usd,
        gain=Gain(measure.name, measure.direction, measure.unit, value_of(row.baseline), value_of(row.best))
        if measure
        else None,
        flags=row.flags,
        data=data,
    )


def mark_of(trial: Trial) -> str:
    """One letter for what became of an attempt: k kept, d discarded, o open."""
    return {Verdict.KEEP.value: "k", Verdict.DISCARD.value: "d"}.get(trial.verdict, "o")


def value_of(figure: Figure | None) -> float | None:
    """The median of a numeric metric, None where there is no number."""
    return figure.value if figure else None


def _show_all(row: Row, live: Live | None = None) -> RunView:
    same = {name: getattr(row, name) for name in RunView.__struct_fields__ if name != "live"}
    return RunView(**same, live=live)
