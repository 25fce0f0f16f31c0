"""One run in which the scripted agent does all that it can do, by the name of each attempt's act; a mock, and told as one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Cause, Provenance, Verdict
from openclaw_hooks.agent.records.store import read_rows
from openclaw_hooks.agent.run.progress import Silent
from openclaw_hooks.agent.run.request import Request
from openclaw_hooks.agent.run.start import start_run
from openclaw_hooks.tasks.model import Direction, Measure, Status

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agent.run.stage import Stage

# Each third reading of the metric is one more than it should be, and each third one less: by 2 or less nothing is gained.
SCORE = """\
n=$(($(cat "$HOME/.readings" 2>/dev/null || echo 0) + 1)); echo $n > "$HOME/.readings"
echo "METRIC score=$(($(cat work/score.txt) + n % 3 - 1))"
"""
STORY: dict[str, tuple[str, Cause]] = {
    "a worse result": ("- write: {path: work/score.txt, text: '3'}", Cause.NO_GAIN),
    "an edit outside the scope": ("- write: {path: code.txt, text: mine}", Cause.VIOLATION),
    "an edit of the evaluator": ("- write: {path: bench/score.sh, text: 'echo METRIC score=99'}", Cause.VIOLATION),
    "a secret": ("- plant: {path: work/key.py}", Cause.VIOLATION),
    "done without a diff": ("- say: done", Cause.NO_CHANGE),
    "good work and exit code 1": ("- write: {path: work/score.txt, text: '10'}\n- exit: 1", Cause.GAIN),
    "a commit of its own": ("- write: {path: work/score.txt, text: '20'}\n- commit: 'feat: mine'", Cause.GAIN),
    "a grandchild that stays": (
        "- write: {path: work/score.txt, text: '19'}\n"
        "- hang: {seconds: 300, children: 2, own_session: true, ignore_term: true, leave: true, pids: PIDS}",
        Cause.NO_GAIN,
    ),
    "200 MB of output": ("- output: {megabytes: 200}\n- write: {path: work/score.txt, text: '18'}", Cause.NO_GAIN),
    "a permission denied": ("- deny: {tool: Bash, command: make}", Cause.NO_CHANGE),
    "a gain below the noise": ("- write: {path: work/score.txt, text: '22'}", Cause.NO_GAIN),
    "a real gain": ("- write: {path: work/score.txt, text: '40'}", Cause.GAIN),
}


@pytest.fixture
def pids(stage: Stage, tmp_path: Path) -> Path:
    """Where the processes that the agent leaves behind are named; the agent and its task are ready."""
    found = tmp_path / "pids"
    acts = "".join(f"  '{n}':\n{_indent(act)}\n" for n, (act, _) in enumerate(STORY.values(), 1))
    script = tmp_path / "script.yaml"
    script.write_text(f"attempts:\n{acts}".replace("PIDS", str(found)))
    words = [sys.executable, "-P", "-m", "openclaw_hooks.scratch.fake_agent", str(script)]
    for name, text in {
        ".openclaw/agents.yaml": f"format: 1\nagents:\n  scripted:\n    argv: {words}\n"
        "    events: claude-stream-json\n    provenance: mock\n",
        "bench/score.sh": SCORE,
        "work/score.txt": "4\n",
    }.items():
        path = stage.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        stage.git("add", "-f", name)
    stage.git("commit", "-qm", "chore: score", "--", ".openclaw", "bench", "work")
    stage.task_id = stage.add(
        scope=("work/",),
        metric="sh bench/score.sh",
        measure=Measure(name="score", direction=Direction.HIGHER),
        evaluator=("bench/",),
    )
    return found


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _indent(act: str) -> str:
    return "\n".join(f"    {line}" for line in act.splitlines())


def test_all_that_an_agent_can_do_is_judged_as_it_should_be(stage: Stage, pids: Path) -> None:
    before = stage.user()
    request = Request(stage.repo, stage.task_id, agent="scripted", attempts=len(STORY), metric_repeat=3)
    state = start_run(request, stage.desk("scripted"), Silent())
    judged = {
        name: attempt.judgement.cause for name, attempt in zip(STORY, state.attempts, strict=True) if attempt.judgement
    }
    assert judged == {name: cause for name, (_, cause) in STORY.items()}
    reports = {name: attempt.report for name, attempt in zip(STORY, state.attempts, strict=True) if attempt.report}
    assert reports["good work and exit code 1"].code == 1
    assert reports["a permission denied"].denied
    assert reports["200 MB of output"].output_bytes >= 200_000_000
    assert state.began.provenance is Provenance.MOCK
    left = [int(line) for line in pids.read_text().split()]
    assert len(left) >= 2
    assert not [pid for pid in left if is_running(pid)]
    assert sorted(stage.attempts(), key=int) == [str(n) for n in range(1, len(STORY) + 1)]
    assert "40" in stage.git("show", f"openclaw/{stage.task_id}:work/score.txt")
    assert stage.git("rev-list", "--count", f"main..openclaw/{stage.task_id}").strip() == "3"
    assert (stage.task().status, stage.worktrees()) == (Status.COMPLETED, [])
    assert stage.user() == before
    [row] = [row for row in read_rows(stage.board).rows if row.task == stage.task_id]
    assert row.provenance is Provenance.MOCK
    assert [trial.verdict for trial in row.trials].count(Verdict.KEEP) == 3
