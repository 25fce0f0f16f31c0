"""What the board is told of a run, however it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.museum import attempts_of
from openclaw_hooks.agent.records.store import read_rows
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.markdown import get_section
from openclaw_hooks.tasks.model import Status
from tests.agent.run.stage import Watcher

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.state import RunState
    from tests.agent.run.stage import Stage


def test_a_run_is_told_of_with_its_task_in_one_commit(stage: Stage) -> None:
    state = stage.run()
    (row,) = read_rows(stage.board).rows
    assert (row.run, row.outcome, row.tried) == (state.run, Outcome.COMPLETED, 1)
    assert row.kept == state.tip
    told = stage.git("log", "-1", "--format=%b", "openclaw/board")
    assert f"task {stage.task_id} running -> completed" in told
    assert f"run {state.run} of {stage.task_id} completed after 1 attempt" in told
    assert f"### Run {state.run} of" in (get_section(stage.task().body, "Attempts") or "")
    assert [one.outcome for one in attempts_of(stage.repo, stage.task_id)] == ["completed"]


def test_a_run_whose_task_was_cancelled_is_told_of_as_lost(stage: Stage) -> None:
    def cancel(_state: RunState) -> None:
        with open_work(stage.board, find_actor(stage.repo)) as work:
            verbs.cancel(work, stage.task_id, "not wanted")

    state = stage.run(watcher=Watcher("judged", cancel))
    (row,) = read_rows(stage.board).rows
    assert (row.run, row.outcome, row.tried) == (state.run, Outcome.LOST, 1)
    assert row.why
    assert stage.task().status is Status.CANCELLED
    assert [one.outcome for one in attempts_of(stage.repo, stage.task_id)] == ["lost"]
