"""A runner that is killed after any event, and taken up, ends as it would have without that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.agent.run.crash import BEFORE, RUNNER, find_kills, name_moments, read_log, run_and_resume
from tests.agent.run.stage import make_stage, quote

if TYPE_CHECKING:
    import pytest

METRIC = "test -s work/answer.txt"
KILLS = 4  # of one run: far enough apart that each meets other steps


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
    mark = f"{quote(tmp_path / 'was-here')}-$OPENCLAW_TASK"
    script = (
        f"if [ $n = 1 ]; then echo no > work/other.txt; exit 0; fi; test -e {mark} && {{ echo done > work/answer.txt; exit 0; }};"
        f" touch {mark}; echo partial > work/partial.txt; kill -9 {RUNNER}; sleep 60"
    )
    before = stage.user()
    run = run_and_resume(stage, script)
    wanted, moments = stage.outcome(run), name_moments(read_log(stage, run))
    assert stage.user() == before
    assert stage.state(run).attempts[1].interrupted == ("2-interrupted-1",)
    ref = f"refs/openclaw/attempts/{stage.task_id}/2-interrupted-1"
    assert "work/partial.txt" in stage.git("ls-tree", "-r", "--name-only", ref)

    groups = -(-len(moments) // KILLS)
    killed = {BEFORE}
    for first in range(groups):
        stage.task_id = stage.add(scope=("work/**",), metric=METRIC)
        chosen = [BEFORE, *moments[:-1]][first::groups]
        run = run_and_resume(stage, script, chosen)
        assert stage.outcome(run) == wanted, f"killed after {chosen}"
        assert stage.user() == before, f"killed after {chosen}"
        killed |= find_kills(read_log(stage, run))
    assert killed >= set(moments[:-1]), "each of them was the last thing that a runner did"
    assert find_processes(str(tmp_path)) == []
