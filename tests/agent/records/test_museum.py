from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.events import EventLog, runs_folder
from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.local import read_runs
from openclaw_hooks.agent.records.museum import attempts_of
from openclaw_hooks.agent.records.store import write_row
from openclaw_hooks.board.store import edit_board
from tests.agent.records.story import ENDED, TASK, begin, discard, keep, row_of, tell

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.board.conftest import Desk

REFS = f"refs/openclaw/attempts/{TASK}"
RUN = (begin(), discard(1), keep(2))


@pytest.fixture
def repo(desk: Desk) -> Repo:
    return desk.board.repo


def log(repo: Repo, *parts: said.Event | list[said.Event], run: str = "R-000001") -> Path:
    folder = Path(runs_folder(repo)) / run
    folder.mkdir(parents=True)
    for event in tell(*parts):
        EventLog(str(folder)).append(event)
    return folder


def close(desk: Desk) -> None:
    with edit_board(desk.board, desk.actor) as edit:
        write_row(edit, row_of(*RUN, outcome=Outcome.COMPLETED))


def test_log_row_and_both_tell_the_same(desk: Desk, repo: Repo) -> None:
    closing = said.Closing(outcome=Outcome.COMPLETED, why="no attempt was kept", at=ENDED)
    folder = log(repo, *RUN, closing)
    by_log = attempts_of(repo, TASK)
    close(desk)
    by_both = attempts_of(repo, TASK)
    shutil.rmtree(folder)
    by_row = attempts_of(repo, TASK)
    assert by_log == by_both == by_row
    assert [(one.run, one.trial.n, one.trial.verdict, one.outcome) for one in by_row] == [
        ("R-000001", 1, "discard", "completed"),
        ("R-000001", 2, "keep", "completed"),
    ]


def test_a_run_under_way_is_shown_as_far_as_it_got(repo: Repo) -> None:
    log(repo, begin(), discard(1), keep(2)[:5])
    first, second = attempts_of(repo, TASK)
    assert first.outcome == second.outcome == "under way"
    assert (second.trial.verdict, second.trial.words) == ("", 39)
    assert attempts_of(repo, "T-0bbbbb") == ()


def test_a_snapshot_is_found_by_its_commit_and_one_that_nobody_tells_of_is_shown(desk: Desk, repo: Repo) -> None:
    head = desk.git("rev-parse", "HEAD").strip()
    for name in ("1", "2", "10", "2-interrupted-1", "odd"):
        desk.git("update-ref", f"{REFS}/{name}", head)
    close(desk)
    shown = attempts_of(repo, TASK)
    assert [(one.run, one.trial.n, one.ref) for one in shown] == [
        ("R-000001", 1, ""),  # the snapshots of that run are another machine's
        ("R-000001", 2, ""),
        ("", 1, f"{REFS}/1"),
        ("", 2, f"{REFS}/2"),
        ("", 2, f"{REFS}/2-interrupted-1"),
        ("", 10, f"{REFS}/10"),
    ]
    assert [one.interrupted for one in shown if one.interrupted] == [f"{REFS}/2-interrupted-1"]


def test_a_snapshot_that_is_here_is_named_by_its_ref(desk: Desk, repo: Repo) -> None:
    head = desk.git("rev-parse", "HEAD").strip()
    desk.git("update-ref", f"{REFS}/4", head)
    events = discard(4)
    at = next(index for index, event in enumerate(events) if isinstance(event, said.Snapshotting))
    snapshot = events[at]
    assert isinstance(snapshot, said.Snapshotting)
    events[at] = replace(snapshot, snapshot=replace(snapshot.snapshot, commit=head))
    log(repo, begin(), events)
    (one,) = attempts_of(repo, TASK)
    assert one.ref == f"{REFS}/4"


def test_logs_that_cannot_be_read_are_named_and_hide_no_other(repo: Repo) -> None:
    log(repo, *RUN)
    folder = log(repo, begin("R-000002"), run="R-000002")
    (folder / "events.jsonl").write_text('{"event":"nonsense"}\n{"event":"claiming"}\n')
    Path(runs_folder(repo), "R-000003").mkdir()
    found = read_runs(repo)
    assert list(found.histories) == ["R-000001"]
    (complaint,) = found.broken
    assert "R-000002/events.jsonl:1:" in complaint
    assert len(attempts_of(repo, TASK)) == 2
