"""All that was ever tried for a task: from the logs of this clone, the board's rows, and the snapshots themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.records.local import read_runs
from openclaw_hooks.agent.records.make import make_figure, make_trial
from openclaw_hooks.agent.records.row import Figure, Trial
from openclaw_hooks.agent.records.store import read_rows
from openclaw_hooks.board.place import Board, find_board_folder
from openclaw_hooks.board.plumbing import ask_store
from openclaw_hooks.checkout import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.agent.model import Provenance
    from openclaw_hooks.agent.records.history import History
    from openclaw_hooks.git import Repo

REFS: Final = "refs/openclaw/attempts"
UNDER_WAY: Final = "under way"

_NAME: Final = re.compile(r"(\d+)(?:-interrupted-\d+)?")


class Exhibit(NamedTuple):
    """An attempt to be looked at. `outcome` is the run's, `under way` while it has none; `ref` is empty where it is not here.

    `baseline` is the figure of the commit that the run began at. Of a snapshot whose run nobody knows any more there is
    only the number and the commit.
    """

    run: str
    trial: Trial
    ref: str = ""
    node: str = ""
    agent: str = ""
    provenance: Provenance | None = None
    outcome: str = ""
    interrupted: str = ""
    baseline: Figure | None = None


def attempts_of(repo: Repo, task: str) -> tuple[Exhibit, ...]:
    """The attempts of a task, oldest first: those of other machines and of runs whose folder is gone as well.

    What a log of this clone and a row of the board both tell, they tell alike.
    """
    refs = _read_refs(repo, task)
    found: dict[tuple[str, str, int], Exhibit] = {}
    for exhibit in (*_from_rows(repo, task), *_from_logs(repo, task)):
        found[exhibit.node, exhibit.run, exhibit.trial.n] = exhibit
    shown = [exhibit._replace(ref=_find_ref(exhibit, refs)) for exhibit in found.values()]
    taken = {exhibit.ref for exhibit in shown}
    ordered = sorted(shown, key=lambda exhibit: (exhibit.trial.began, exhibit.run, exhibit.trial.n))
    return (*ordered, *(_show_ref(ref, commit) for ref, commit in refs.items() if ref not in taken))


def _from_logs(repo: Repo, task: str) -> Iterator[Exhibit]:
    for history in read_runs(repo).histories.values():
        if history.began.task == task:
            for attempt in history.attempts:
                yield _of_history(history, make_trial(attempt))


def _of_history(history: History, trial: Trial) -> Exhibit:
    began, closing, ended = history.began, history.closing, history.ended
    outcome = str(ended.outcome) if ended else str(closing.outcome) if closing else UNDER_WAY
    baseline = make_figure(history.baseline) if history.baseline else None
    exhibit = Exhibit(began.run, trial, "", began.node, began.agent, began.provenance, outcome)
    return exhibit._replace(baseline=baseline)


def _from_rows(repo: Repo, task: str) -> Iterator[Exhibit]:
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    if not top:
        return  # looking at attempts is no reason to make one
    for row in read_rows(Board(repo, top)).rows:
        if row.task == task:
            for trial in row.trials:
                exhibit = Exhibit(row.run, trial, "", row.node, row.agent, row.provenance, str(row.outcome))
                yield exhibit._replace(baseline=row.baseline)


def _read_refs(repo: Repo, task: str) -> dict[str, str]:
    """The snapshots of the task in this clone, by ref, in the order of their numbers."""
    listing = ask_store(repo, ["for-each-ref", "--format=%(refname) %(objectname)", f"{REFS}/{task}/"])
    pairs = [line.split(" ") for line in listing.decode().splitlines()]
    found = {ref: commit for ref, commit in pairs if _NAME.fullmatch(ref.rpartition("/")[2])}
    return dict(sorted(found.items(), key=lambda item: (_number_of(item[0]), item[0])))


def _number_of(ref: str) -> int:
    return int(ref.rpartition("/")[2].partition("-")[0])


def _find_ref(exhibit: Exhibit, refs: dict[str, str]) -> str:
    """The ref of an attempt's snapshot; not the one of the same number that another machine's attempt has here."""
    return next((ref for ref, commit in refs.items() if commit == exhibit.trial.snapshot), "")


def _show_ref(ref: str, commit: str) -> Exhibit:
    is_whole = "-" not in ref.rpartition("/")[2]
    return Exhibit("", Trial(n=_number_of(ref), snapshot=commit), ref, interrupted="" if is_whole else ref)
