"""What is done about worktrees that agent runs have left: what is only there is kept under a ref, then they go."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.setup.board_setup import show_below
from openclaw_hooks.setup.run_facts import Standing, find_standing, read_run_facts

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo

ATTEMPTS: Final = "refs/openclaw/attempts"
FINISHED: Final = (Standing.OVER, Standing.UNKNOWN)


def refuse_runs_at_work(repo: Repo) -> None:
    """Raises RefusedError where an agent is at work."""
    working = [run for run, standing in read_run_facts(repo).open_runs.items() if standing is Standing.AT_WORK]
    if working:
        raise RefusedError(f"an agent is at work: run {', '.join(working)}", "interrupt it first, or wait for its end")


def list_run_changes(repo: Repo) -> list[str]:
    """What uninstall does about runs, in lines for people; empty where nothing of them is left."""
    facts = read_run_facts(repo)
    lines = [f"give up run {run}, which was interrupted" for run in facts.open_runs]
    lines += [f"remove the worktree {_show(repo, owner)}, its work kept" for owner in facts.worktrees]
    return [*lines, *(f"remove the checkout {show_below(repo.top, path)}" for path in facts.checkouts)]


def remove_runs(repo: Repo) -> list[str]:
    """Removes all worktrees of runs; notes on what was kept, and on what stays and why."""
    facts = read_run_facts(repo)
    notes = [note for owner in facts.worktrees if (note := _remove(repo, owner))]
    notes += [note for path in facts.checkouts if (note := _remove_checkout(repo, path))]
    _remove_folder(repo)
    if _has_attempts(repo):
        notes.append(f"what agents tried stays under {ATTEMPTS}; `git for-each-ref {ATTEMPTS}` lists it")
    return notes


def clean_runs(repo: Repo) -> list[str]:
    """Removes what is left of runs that are over or not known here, in lines for people; interrupted ones can be resumed."""
    facts = read_run_facts(repo)
    lines = [
        _remove(repo, owner) or f"remove the worktree {_show(repo, owner)}"
        for owner in facts.worktrees
        if find_standing(repo, owner.run) in FINISHED
    ]
    return lines + [
        _remove_checkout(repo, path) or f"remove the checkout {show_below(repo.top, path)}"
        for path, run in facts.checkouts.items()
        if find_standing(repo, run) in FINISHED
    ]


def _remove(repo: Repo, owner: Owner) -> str:
    """Keeps what is in a worktree and removes it; what people should know, empty where that is nothing."""
    from openclaw_hooks.agent.trees.salvage import salvage_worktree

    try:
        name = salvage_worktree(repo, owner)
    except (OpenclawError, OSError) as error:
        return f"{_show(repo, owner)} stays: {error}"
    return f"what was in {_show(repo, owner)} is kept as {ATTEMPTS}/{owner.task}/{name}" if name else ""


def _remove_checkout(repo: Repo, path: str) -> str:
    from openclaw_hooks.agent.measure.checkout import remove_checkout

    try:
        remove_checkout(path)
    except (OpenclawError, OSError) as error:
        return f"{show_below(repo.top, path)} stays: {error}"
    return ""


def _remove_folder(repo: Repo) -> None:
    from openclaw_hooks.agent.trees.spots import worktrees_folder

    with suppress(OSError):  # there is none, or something of others lies in it
        os.rmdir(worktrees_folder(repo))


def _has_attempts(repo: Repo) -> bool:
    from openclaw_hooks.board.plumbing import call_store

    return bool(call_store(repo, ["for-each-ref", "--count=1", ATTEMPTS]).stdout)


def _show(repo: Repo, owner: Owner) -> str:
    return show_below(repo.top, owner.path)
