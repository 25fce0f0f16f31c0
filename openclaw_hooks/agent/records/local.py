"""The runs whose logs lie in this clone: what each of them says so far."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.events import FILE, read_events, runs_folder
from openclaw_hooks.agent.records.history import History, fold_history
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo


class LocalRuns(NamedTuple):
    """Runs by their ids, and what is wrong with those that cannot be read, one line each."""

    histories: dict[str, History]
    broken: tuple[str, ...] = ()


def read_runs(repo: Repo) -> LocalRuns:
    """Every run of this clone, finished or not, by its log."""
    folder = runs_folder(repo)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return LocalRuns({})
    histories: dict[str, History] = {}
    broken: list[str] = []
    for name in names:
        path = os.path.join(folder, name, FILE)
        try:
            history = fold_history(read_events(path))
        except FileNotFoundError:
            continue  # a run that was killed before it began
        except (OSError, OpenclawError) as error:
            broken.append(error.message if isinstance(error, OpenclawError) else f"{display_path(path)}: {error}")
            continue
        if history is not None:
            histories[history.began.run] = history
    return LocalRuns(histories, tuple(broken))
