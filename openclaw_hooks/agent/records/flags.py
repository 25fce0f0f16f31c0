"""Patterns that say that runs go round in circles, seen when a row is made."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.agent.records.row import Row, Trial

REPEATED: Final = "repeated-approach"
MANY: Final = "multiple-iterations"
ESCALATED: Final = "always-escalated"
SILENT: Final = "no-meta-notes"

SAME: Final = 3  # attempts with one approach
MANY_ATTEMPTS: Final = 3  # more of them are flagged
FEW_CHARS: Final = 20
GIVEN_UP: Final = frozenset({Outcome.RELEASED, Outcome.OVER_BUDGET})


def find_flags(row: Row, earlier: Iterable[Row] = ()) -> tuple[str, ...]:
    """The patterns that `row` shows, with rows from before it.

    - `repeated-approach`: the last 3 attempts that changed something were all discarded and changed the same files;
      attempts of the same agent in the same role count on from one run to the next, whatever their tasks.
    - `multiple-iterations`: more than 3 attempts. A task that improves a figure is meant to take many and has no such flag.
    - `always-escalated`: given up after one attempt at most; not when a person stopped the run.
    - `no-meta-notes`: the agent ended its last attempt with no final words, or with fewer than 20 characters.
    """
    told = {
        REPEATED: _is_repeated(row, earlier),
        MANY: row.tried > MANY_ATTEMPTS and row.measure is None,
        ESCALATED: row.outcome in GIVEN_UP and row.tried <= 1,
        SILENT: _is_silent(row.trials),
    }
    return tuple(flag for flag, is_shown in told.items() if is_shown)


def _is_repeated(row: Row, earlier: Iterable[Row]) -> bool:
    alike = [old for old in earlier if old.run != row.run and (old.agent, old.role) == (row.agent, row.role)]
    before = sorted((old for old in alike if old.ended <= row.began), key=lambda old: (old.ended, old.run))
    trials = [trial for one in (*before, row) for trial in one.trials if trial.approach]
    if not row.trials or not trials or trials[-1] not in row.trials:
        return False  # what earlier rows show was told with them
    last = trials[-1].approach
    same = list(takewhile(lambda trial: trial.approach == last and not trial.kept, reversed(trials)))
    return len(same) >= SAME


def _is_silent(trials: Sequence[Trial]) -> bool:
    heard = [trial.words for trial in trials if trial.words is not None]
    return bool(heard) and heard[-1] < FEW_CHARS
