"""Where runs lie, and how they stand as somebody who only looks sees it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.events import FILE, read_events, runs_folder
from openclaw_hooks.agent.run.lock import is_alive
from openclaw_hooks.agent.run.state import RunState, fold
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.ids import new_id

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

__all__ = ["find_run", "is_alive", "list_runs", "new_run_id", "read_run", "run_folder", "runs_folder"]

PREFIX: Final = "R"
TASK: Final = "task.md"
SUBJECT: Final = "subject.json"
ROW: Final = "row.json"


def new_run_id(repo: Repo) -> str:
    """An id such as `R-4k2m9x` that no run of this clone has."""
    return new_id(PREFIX, frozenset(name.casefold() for name in _names(repo)))


def run_folder(repo: Repo, run: str) -> str:
    """The folder of the run with that id."""
    return os.path.join(runs_folder(repo), run)


def find_run(repo: Repo, name: str) -> str:
    """The id of the run that `name` means, by its beginning too, with or without `R-`; raises OpenclawError."""
    wanted = name.strip().casefold().removeprefix("r-")
    known = sorted(run for run in _names(repo) if os.path.exists(os.path.join(run_folder(repo, run), FILE)))
    found = [run for run in known if wanted and run.casefold().removeprefix("r-").startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise OpenclawError(f"`{name}` could be {', '.join(found[:5])}", "write more of the id")
    if not known:
        raise OpenclawError("no run of an agent was begun in this clone", "begin one: `openclaw agent run TASK`")
    raise OpenclawError(f"there is no run `{name}` in this clone", f"the last ones: {', '.join(_newest(repo, known))}")


def read_run(folder: str) -> RunState:
    """How the run in `folder` stands; raises OpenclawError for a log that is broken or not there."""
    try:
        return fold(folder, read_events(os.path.join(folder, FILE)))
    except FileNotFoundError as error:
        raise OpenclawError(f"{folder}: there is no run", "see `openclaw agent attempts`") from error


def list_runs(repo: Repo) -> list[RunState]:
    """Every run of this clone that has begun, oldest first; one whose log cannot be read is passed over."""
    states = []
    for name in _names(repo):
        try:
            states.append(read_run(run_folder(repo, name)))
        except OpenclawError:
            continue
    return sorted(states, key=lambda state: (state.began.at, state.run))


def _names(repo: Repo) -> list[str]:
    try:
        return [name for name in os.listdir(runs_folder(repo)) if name.startswith(f"{PREFIX}-")]
    except OSError:
        return []


def _newest(repo: Repo, runs: list[str]) -> list[str]:
    return sorted(runs, key=lambda run: os.path.getmtime(os.path.join(run_folder(repo, run), FILE)), reverse=True)[:3]
