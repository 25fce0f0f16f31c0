"""A run whose task is somebody else's by now does nothing more to it, wherever it finds out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.run.heart import Lifeline, beat
from openclaw_hooks.agent.run.stops import Stops
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.settings import Merge
from tests.agent.run.stage import SOLVE, Watcher
from tests.agent.run.test_ends import Impatient, leave, take_away

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.agent.run.state import RunState
    from tests.agent.run.stage import Stage


def is_lost(state: RunState) -> bool:
    """Whether the run ended as one that lost its task."""
    return state.ended is not None and state.ended.outcome is Outcome.LOST


def test_an_agent_whose_task_is_taken_away_is_ended_within_seconds(stage: Stage) -> None:
    state = stage.run(f"{SOLVE}; sleep 6", Impatient(lambda: take_away(stage)))
    assert is_lost(state)
    assert state.attempts[0].report
    assert state.attempts[0].report.killed == "lost"


def test_a_sign_of_life_that_is_refused_says_that_the_lease_is_gone(stage: Stage, tmp_path: Path) -> None:
    desk = stage.desk()
    token = desk.claim(stage.task_id, "R-000001", 10).token
    stops = Stops()
    take_away(stage)
    with beat(desk, Lifeline(str(tmp_path), stage.task_id, token, 0), stops):
        end = threading.Event()
        for _ in range(200):
            if stops.is_lost or end.wait(0.05):
                break
    assert stops.is_lost
    assert "is lost: node-b" in stops.why


def test_work_is_kept_under_a_lease_that_holds_or_not_at_all(stage: Stage) -> None:
    state = stage.run(watcher=Watcher("judged", lambda _state: take_away(stage)))
    assert is_lost(state)
    assert stage.tip_files() == ""


def test_work_is_merged_under_a_lease_that_holds_or_not_at_all(stage: Stage) -> None:
    stage.git("stash", "-q")
    state = stage.run(watcher=Watcher("cleaned", lambda _state: take_away(stage)), merge=Merge.FF)
    assert is_lost(state)
    assert stage.git("rev-parse", "main").strip() == state.began.base


def test_a_run_that_is_taken_up_without_its_lease_measures_nothing(stage: Stage) -> None:
    run = leave(stage, "checked")
    take_away(stage)
    watcher = Watcher()
    assert is_lost(stage.resume(run, watcher))
    assert "measuring" not in watcher.tags


def test_a_run_under_way_is_taken_up_by_nobody(stage: Stage) -> None:
    said: list[str] = []

    def take_up(state: RunState) -> None:
        with pytest.raises(RefusedError) as refused:
            stage.resume(state.run)
        said.append(refused.value.message)

    stage.run(watcher=Watcher("agent.started", take_up))
    assert len(said) == 1
    assert "is gone on with by" in said[0]
