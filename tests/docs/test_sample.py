"""The sample repository: real, whole, the same each time, and made fast enough for tests."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.place import Board
from openclaw_hooks.board.store import read_board
from openclaw_hooks.board.upkeep.lint import lint_board
from openclaw_hooks.board.upkeep.lint_facts import gather_facts
from openclaw_hooks.git import open_repo
from openclaw_hooks.plans.store import parse_plans
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.verdict import Severity
from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_348_800.0


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_sample(str(tmp_path_factory.mktemp("sample") / "repo"), tasks=80, now=NOW)


def _git(top: str, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, capture_output=True, text=True, check=True).stdout


def test_board_of_the_sample_holds_together(sample: str) -> None:
    repo = open_repo(sample)
    board = Board(repo, f"{sample}/.openclaw/board")
    snapshot = read_board(board)
    found = lint_board(snapshot, gather_facts(board, [role.id for role in load_roles(sample)]))
    assert [one for one in found if one.severity is Severity.ERROR] == []
    assert len(snapshot.tasks) == 80


def test_sample_shows_every_column_and_kind_of_plan(sample: str) -> None:
    board = Board(open_repo(sample), f"{sample}/.openclaw/board")
    snapshot = read_board(board)
    statuses = Counter(str(task.status) for task in snapshot.tasks.values())
    assert {"proposed", "queued", "running", "pending_review", "completed", "cancelled"} <= statuses.keys()
    plans, broken = parse_plans(snapshot.plans)
    assert broken == []
    assert {"draft", "executing", "completed"} <= {str(plan.status) for plan in plans.values()}


def test_history_of_the_sample_reaches_back_for_months_and_names_agents(sample: str) -> None:
    log = _git(sample, "log", "--format=%at %an", "openclaw/board").splitlines()
    times = [int(line.split()[0]) for line in log]
    assert max(times) <= NOW
    assert max(times) - min(times) > 100 * 86_400
    assert times == sorted(times, reverse=True)
    assert {"(claude)", "(codex)", "(gemini)"} <= {line.split()[-1] for line in log}


def test_sample_is_the_same_each_time(sample: str, tmp_path: Path) -> None:
    again = make_sample(str(tmp_path / "again"), tasks=80, now=NOW)
    refs = "for-each-ref", "--format=%(refname) %(objectname)"
    assert _git(again, *refs) == _git(sample, *refs)
    assert _git(sample, "status", "--porcelain") == ""
