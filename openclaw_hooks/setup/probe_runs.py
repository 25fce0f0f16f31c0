"""Agent runs: those that can be resumed, and worktrees that are left of runs that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.setup.board_setup import show_below
from openclaw_hooks.setup.probe import FIX, Probe, ok, warn
from openclaw_hooks.setup.run_facts import Standing, find_standing, read_run_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.setup.probe import DoctorFacts

LAYER: Final = "agent runs"


def probe_runs(facts: DoctorFacts) -> list[Probe]:
    """How the runs of this clone stand; nothing where none is open and nothing is left of any."""
    return list(_judge_runs(facts))


def _judge_runs(facts: DoctorFacts) -> Iterator[Probe]:
    repo = facts.repo.repo
    found = read_run_facts(repo)
    places = {owner.path: owner.run for owner in found.worktrees} | found.checkouts
    for run, standing in found.open_runs.items():
        held = [show_below(repo.top, path) for path, owner in places.items() if owner == run]
        where = f"; in {', '.join(held)}" if held else ""
        if standing is Standing.AT_WORK:
            yield ok(LAYER, f"run {run} is at work{where}")
        else:
            yield warn(LAYER, f"run {run} was interrupted{where}", f"openclaw agent resume {run}")
    for path, run in places.items():
        if run not in found.open_runs:
            standing = find_standing(repo, run)
            yield warn(LAYER, f"{show_below(repo.top, path)} is left of run {run}, which is {standing}", FIX)
