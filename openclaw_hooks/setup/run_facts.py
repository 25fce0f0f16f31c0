"""How the agent runs of this clone stand that are not over, and which worktrees are left of any."""

from __future__ import annotations

import os
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.trees.spots import FOLDER, LEDGER, worktrees_folder
from openclaw_hooks.agent.trees.worktrees import list_worktrees
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo


class Standing(StrEnum):
    """How a run stands."""

    AT_WORK = "at work"
    INTERRUPTED = "interrupted"
    OVER = "over"
    UNKNOWN = "not known here"


class RunFacts(NamedTuple):
    """The runs that are not over, the worktrees of all, and checkouts that metrics have left, each with its run."""

    open_runs: dict[str, Standing]
    worktrees: list[Owner]
    checkouts: dict[str, str]


def read_run_facts(repo: Repo) -> RunFacts:
    """The runs of this clone, as far as anything is left to do about them; nothing is imported where there never was one."""
    if not any(os.path.isdir(os.path.join(repo.state_dir, name)) for name in ("runs", LEDGER, FOLDER)):
        return RunFacts({}, [], {})
    from openclaw_hooks.agent.run.folders import list_runs

    runs = {state.run: find_standing(repo, state.run) for state in list_runs(repo) if state.ended is None}
    owners = list_worktrees(repo)
    return RunFacts(runs, owners, _list_checkouts(repo, {owner.path for owner in owners}))


def find_standing(repo: Repo, run: str) -> Standing:
    """How a run stands, by its log and by the lock that its process holds."""
    from openclaw_hooks.agent.run.folders import is_alive, read_run, run_folder

    folder = run_folder(repo, run)
    if is_alive(folder):
        return Standing.AT_WORK
    try:
        return Standing.INTERRUPTED if read_run(folder).ended is None else Standing.OVER
    except (OpenclawError, OSError):
        return Standing.UNKNOWN


def _list_checkouts(repo: Repo, known: set[str]) -> dict[str, str]:
    """What lies beside the worktrees under a name that the checkout of a metric has: path -> run."""
    folder = worktrees_folder(repo)
    found = {}
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if path not in known and name.startswith("R-") and name.endswith("-metric") and not os.path.islink(path):
                found[path] = name.removesuffix("-metric").rpartition("-")[0]
    return found
