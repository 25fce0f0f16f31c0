"""What earlier runs of a task tried, for the prompts of the next one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.judge.evidence import format_evidence
from openclaw_hooks.agent.model import Outcome, Verdict
from openclaw_hooks.agent.records.earlier import earlier_attempts
from openclaw_hooks.agent.records.store import write_row
from openclaw_hooks.board.store import edit_board
from tests.agent.records.story import TASK, begin, discard, keep, row_of
from tests.agent.records.test_museum import log

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.board.conftest import Desk


@pytest.fixture
def repo(desk: Desk) -> Repo:
    return desk.board.repo


def test_attempts_of_a_log_are_told_whole_and_the_runs_own_are_left_to_it(repo: Repo) -> None:
    folder = log(repo, begin(), discard(1), discard(2))
    first, second = earlier_attempts(repo, TASK)
    assert (first.number, second.number) == (1, 2)
    assert first.report is not None
    assert first.report.text  # which no row has
    assert earlier_attempts(repo, TASK, "R-000001") == ()
    assert earlier_attempts(repo, "T-0bbbbb") == ()
    shutil.rmtree(folder)
    assert earlier_attempts(repo, TASK) == ()


def test_an_attempt_that_was_not_judged_is_no_evidence(repo: Repo) -> None:
    log(repo, begin(), discard(1), keep(2)[:5])
    assert [attempt.number for attempt in earlier_attempts(repo, TASK)] == [1]


def test_of_another_machine_it_is_what_its_row_tells(desk: Desk, repo: Repo) -> None:
    row = row_of(begin(), discard(1), keep(2), outcome=Outcome.COMPLETED)
    strange = replace(row.trials[0], n=3, verdict="postponed")  # a word of a version to come
    with edit_board(desk.board, desk.actor) as edit:
        write_row(edit, replace(row, node="node-b", trials=(*row.trials, strange)))
    found = earlier_attempts(repo, TASK)
    assert [(attempt.number, attempt.judgement and attempt.judgement.verdict) for attempt in found] == [
        (1, Verdict.DISCARD),
        (2, Verdict.KEEP),
    ]
    trial = row.trials[0]
    assert (found[0].findings, found[0].snapshot and found[0].snapshot.stat) == (trial.findings, trial.stat)
    assert found[1].kept == row.trials[1].kept
    block = format_evidence(found, 3)
    assert "### Attempt 1, discarded" in block
    assert "### Attempt 2, kept" in block


def test_a_run_that_has_log_and_row_is_told_once(desk: Desk, repo: Repo) -> None:
    log(repo, begin(), discard(1), discard(2))
    with edit_board(desk.board, desk.actor) as edit:
        write_row(edit, row_of(begin(), discard(1), discard(2), outcome=Outcome.RELEASED))
    assert [attempt.number for attempt in earlier_attempts(repo, TASK)] == [1, 2]
