"""What a run hands on to its checks, and what it does not hand on to the metric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.agent.model import Cause
from tests.agent.run.stage import SOLVE, quote
from tests.agent.run.test_runs import causes

if TYPE_CHECKING:
    from tests.agent.run.stage import Stage


def test_what_the_agent_prints_is_looked_through(stage: Stage) -> None:
    state = stage.run(f"{SOLVE}; echo 'rm -rf /'", attempts=1)
    assert causes(state) == [Cause.VIOLATION]
    assert [found.rule for found in state.attempts[0].findings if found.is_error] == ["block-rm-rf"]


def test_work_that_is_discarded_anyway_is_not_run_by_the_metric(stage: Stage) -> None:
    mark = stage.path.parent / "ran"
    stage.change(metric=f"touch {quote(mark)}; sh work/mine.sh")
    state = stage.run("echo true > work/mine.sh; echo x > code.txt", attempts=1)
    assert causes(state) == [Cause.VIOLATION]
    assert state.attempts[0].measured is None
    assert not mark.exists()


def test_what_lies_in_the_folder_of_a_run_is_for_its_user_only(stage: Stage) -> None:
    """The token of its lease is there, and what was said."""
    folder = Path(stage.run().folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in (
        "events.jsonl",
        "subject.json",
        "prompt-1.md",
        "ground-1.json",
        "watch-1.json",
        "spoken-1.txt",
        "row.json",
    ):
        assert (folder / name).stat().st_mode & 0o777 == 0o600, name
