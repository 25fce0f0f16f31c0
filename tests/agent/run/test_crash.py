"""A runner that is killed after any event, and taken up, ends as it would have without that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.agent.run.crash import RUNNER, count_lines, run_and_resume
from tests.agent.run.stage import make_stage, quote

if TYPE_CHECKING:
    import pytest

METRIC = "test -s work/answer.txt"


def find_processes(mark: str) -> list[str]:
    """The processes whose command line has `mark` in it."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            found += [words] if mark in words else []
    return found


def test_a_kill_after_any_event_changes_nothing_of_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt is discarded, the second kills its own runner while it is at work, and is kept when made anew."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    stage = make_stage(tmp_path / "repo", METRIC)
    monkeypatch.chdir(stage.path)
    mark = tmp_path / "was-here"
    script = (
        f"if [ $n = 1 ]; then echo no > work/other.txt; exit 0; fi; test -e {quote(mark)}-$OPENCLAW_TASK && {{ echo done > work/answer.txt;"
        f" exit 0; }}; touch {quote(mark)}-$OPENCLAW_TASK; echo partial > work/partial.txt; kill -9 {RUNNER}; sleep 60"
    )
    before = stage.user()
    run = run_and_resume(stage, script, -1)
    wanted, lines = stage.outcome(run), count_lines(stage, run)
    assert stage.user() == before
    kinds = [re.sub(r"^.*/", "", ref) for ref in stage.state(run).attempts[1].interrupted]
    assert kinds == ["2-interrupted-1"]
    partial = stage.git("ls-tree", "-r", "--name-only", f"refs/openclaw/attempts/{stage.task_id}/2-interrupted-1")
    assert "work/partial.txt" in partial
    for line in range(lines):
        stage.task_id = stage.add(scope=("work/**",), metric=METRIC)
        run = run_and_resume(stage, script, line)
        assert stage.outcome(run) == wanted, f"killed after line {line}: {stage.state(run).last}"
        assert stage.user() == before, f"killed after line {line}"
    assert find_processes(str(mark)) == []
