"""The runs of agents, from the board's rows and from the logs of this clone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.events import EventLog, runs_folder
from openclaw_hooks.agent.model import Outcome, Provenance, Report, Terms
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.row import Row
from openclaw_hooks.agent.run.lock import hold_run
from openclaw_hooks.mission_control.place import Place, find_place
from openclaw_hooks.mission_control.reading.runs import RunFacts, read_run_facts
from tests.mission_control.board_branch import commit_board

if TYPE_CHECKING:
    from openclaw_hooks.agent.events import Event
    from tests.conftest import Repository

NOW = 1_790_000_000.0
ROW = Row(
    run="R-aaaaaa", task="T-aaaaaa", title="Do it", node="lead-1", agent="claude", provenance=Provenance.REAL,
    outcome=Outcome.COMPLETED, began="2026-11-01T10:00:00Z", ended="2026-11-01T10:05:00Z",
)  # fmt: skip
BEGAN = said.RunBegan(
    at="2026-11-02T10:00:00Z", run="R-bbbbbb", task="T-aaaaaa", title="Do it", node="lead-1", agent="claude",
    provenance=Provenance.REAL, base="1" * 40, target="main", terms=Terms(),
)  # fmt: skip
AT_WORK: tuple[Event, ...] = (
    BEGAN,
    said.AttemptBegan(at="2026-11-02T10:00:01Z", n=1, base="1" * 40, worktree="/home/ada/repo"),
    said.AgentStarting(at="2026-11-02T10:00:02Z", n=1, argv=("claude",)),
    said.AgentStarted(at="2026-11-02T10:00:03Z", n=1, pid=1),
)


@pytest.fixture
def place(repository: Repository) -> Place:
    """A repository with a commit."""
    repository.stage("code.py", "x = 1\n")
    repository.commit("chore: start")
    return find_place(str(repository.path), NOW)


def tell_board(place: Place, *rows: Row, more: bytes = b"") -> None:
    """Puts rows on the board's branch."""
    commit_board(
        Path(place.root), 1_790_000_000, {"telemetry/lead-1-2026-11.jsonl": b"".join(map(fit_row, rows)) + more}
    )


def write_log(place: Place, *events: Event, name: str = "R-bbbbbb") -> str:
    """A run's folder with a log."""
    assert place.repo is not None
    folder = os.path.join(runs_folder(place.repo), name)
    os.makedirs(folder)
    log = EventLog(folder)
    for event in events:
        log.append(event)
    return folder


def test_without_a_board_or_a_repository_there_are_no_runs_and_no_trouble(place: Place, tmp_path: Path) -> None:
    for found in (read_run_facts(place), read_run_facts(find_place(str(tmp_path), NOW))):
        assert (found.rows, found.open, found.broken) == ((), (), ())
    assert RunFacts().rows == ()


def test_rows_come_in_the_order_in_which_runs_began_and_a_broken_line_is_told(place: Place) -> None:
    later = replace(ROW, run="R-cccccc", began="2026-11-01T09:00:00Z", ended="2026-11-01T11:00:00Z")
    tell_board(place, ROW, later, more=b'{"run": 7}\n')
    found = read_run_facts(place)
    assert [row.run for row in found.rows] == ["R-cccccc", "R-aaaaaa"]
    (broken,) = found.broken
    assert (broken.path, broken.line) == (".openclaw/board/telemetry/lead-1-2026-11.jsonl", 3)
    assert "no row of telemetry" in broken.message


def test_a_name_that_two_machines_gave_hides_neither(place: Place) -> None:
    tell_board(place, ROW, replace(ROW, node="worker-2", began="2026-11-01T10:01:00Z"))
    assert [row.run for row in read_run_facts(place).rows] == ["R-aaaaaa", "R-aaaaaa@worker-2"]


def test_a_run_that_goes_on_says_where_it_stands_and_whether_a_process_is_at_it(place: Place) -> None:
    folder = write_log(place, *AT_WORK)
    (run,) = read_run_facts(place).open
    assert (run.event, run.row.tried, run.is_held) == ("agent.started", 1, False)
    assert run.at == run.agent_began == 1_793_613_603.0
    with hold_run(folder):
        assert read_run_facts(place).open[0].is_held
    EventLog(folder).append(said.AgentEnded(n=1, report=Report(code=0)))
    EventLog(folder).append(said.Resumed(pid=2))
    (run,) = read_run_facts(place).open
    assert (run.event, run.agent_began) == ("agent.ended", 0)


def test_a_run_that_ended_here_is_shown_once_whether_or_not_the_board_has_its_row(place: Place) -> None:
    write_log(place, *AT_WORK, said.RunEnded(at="2026-11-02T10:09:00Z", outcome=Outcome.LOST, why="taken over"))
    found = read_run_facts(place)
    assert ([(row.run, row.outcome, row.why) for row in found.rows], found.open) == (
        [("R-bbbbbb", Outcome.LOST, "taken over")],
        (),
    )
    tell_board(place, replace(ROW, run="R-bbbbbb", why="as the board says"))
    assert [row.why for row in read_run_facts(place).rows] == ["as the board says"]


def test_what_a_log_says_is_told_without_secrets_and_without_this_machine(place: Place) -> None:
    secret = "AKIA" + "IOSFODNN7QQQQQQQ"  # made up
    write_log(place, replace(BEGAN, title=f"Use {secret} in {place.root}/x.py"))
    title = read_run_facts(place).open[0].row.title
    assert secret not in title
    assert title.endswith("in ./x.py")


def test_a_log_that_cannot_be_read_is_told_and_hides_no_other(place: Place) -> None:
    write_log(place, *AT_WORK)
    for name, text in {"R-broken": "nonsense\n{}\n", "R-empty": "", "R-strange": '{"event":"claiming"}\n'}.items():
        folder = write_log(place, name=name)
        Path(folder, "events.jsonl").write_text(text)
    found = read_run_facts(place)
    assert [run.row.run for run in found.open] == ["R-bbbbbb"]
    assert sorted(broken.path for broken in found.broken) == [
        "runs/R-broken/events.jsonl",
        "runs/R-strange/events.jsonl",
    ]
