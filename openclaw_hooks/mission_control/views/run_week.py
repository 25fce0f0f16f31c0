"""What agents' runs came to within a week, in a few figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.agent.model import Provenance
from openclaw_hooks.mission_control.moments import read_moment

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mission_control.reading.runs import RunFacts

WEEK_S: Final = 7 * 86_400


class RunWeek(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Runs that ended within a week and are of one provenance: real ones, or what there is where no real run was ever made.

    `kept` is how many of them kept an attempt, `tried` counts attempts, `told` how many runs say what they cost. `running`
    and `interrupted` count those that have not ended, whatever their provenance.
    """

    provenance: str
    runs: int = 0
    kept: int = 0
    tried: int = 0
    told: int = 0
    cost_usd: float = 0
    running: int = 0
    interrupted: int = 0


def count_week(found: RunFacts, now: float) -> RunWeek | None:
    """The figures of the week before `now`; None where there never was a run."""
    everything = (*found.rows, *(run.row for run in found.open))
    kinds = {row.provenance for row in everything}
    kind = next((kind for kind in Provenance if kind in kinds), None)
    if kind is None:
        return None
    week = [row for row in found.rows if row.provenance is kind and read_moment(row.ended) > now - WEEK_S]
    return RunWeek(
        provenance=kind,
        runs=len(week),
        kept=sum(is_kept(row) for row in week),
        tried=sum(row.tried for row in week),
        told=sum(row.cost_usd is not None for row in week),
        cost_usd=round(sum(row.cost_usd or 0 for row in week), 4),
        running=sum(run.is_held for run in found.open),
        interrupted=sum(not run.is_held for run in found.open),
    )


def is_kept(row: Row) -> bool:
    """Whether something came of a run: an attempt of it is on a branch."""
    return bool(row.kept)
