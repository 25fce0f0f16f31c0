"""Whole runs: what they leave on the board, in git and on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.tasks.model import Status
from tests.agent.run.stage import Stage, make_stage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A task with a metric, in a repository whose user is in the middle of something."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    made = make_stage(tmp_path / "repo")
    monkeypatch.chdir(made.path)
    return made


def test_work_that_its_metric_passes_is_kept_and_completes_the_task(stage: Stage) -> None:
    before = stage.user()
    state = stage.run()
    assert state.ended
    assert (state.ended.outcome, stage.task().status) == (Outcome.COMPLETED, Status.COMPLETED), state.ended
    assert "work/answer.txt" in stage.tip_files()
    assert stage.git("log", "-1", "--format=%P", f"openclaw/{stage.task_id}").split() == [state.began.base]
    assert list(stage.attempts()) == ["1"]
    assert stage.rows() == 1
    assert stage.worktrees() == []
    assert stage.user() == before
