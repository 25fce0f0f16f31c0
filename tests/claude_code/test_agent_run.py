"""A whole `openclaw agent run` with the real Claude Code, by the entry that is shipped: what it prints is understood."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.claude_code.conftest import PROGRAM, make_env, needs_claude
from tests.claude_code.scripted_api import Call, ScriptedApi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repository

pytestmark = needs_claude
OPENCLAW = [sys.executable, "-P", "-m", "openclaw_hooks.cli"]
WORKTREE = re.compile(r"[^\"\\\s]+/\.openclaw/worktrees/R-\w+-(\d+)")


class Worker(ScriptedApi):
    """A model that says `done` at once in the first attempt, and works in the second one."""

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        found = WORKTREE.search(json.dumps(request))
        if found and found[1] == "2" and not self.calls:
            self.calls = self._work(Path(found[0]))
        return super().answer(request)

    def _work(self, worktree: Path) -> list[Call]:
        app = str(worktree / "src/app.py")
        return [
            Call("Read", {"file_path": app}),  # it refuses by itself to edit what it has not read
            Call("Edit", {"file_path": app, "old_string": "x = 1", "new_string": "x = 2"}),
            Call("Bash", {"command": "python3 -c 'print(1)'", "description": "try"}),
            Call("Write", {"file_path": str(worktree.parents[2] / "outside.txt"), "content": "no"}),
        ]


@pytest.fixture
def worker() -> Iterator[Worker]:
    server = Worker([])
    yield server
    server.shutdown()
    server.server_close()


def run_openclaw(repository: Repository, env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*OPENCLAW, *words], cwd=repository.path, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done
    return done.stdout


def test_a_run_of_the_shipped_command_is_tried_measured_and_kept(
    guarded_by_init: Repository, worker: Worker, isolated_home: Path
) -> None:
    repository = guarded_by_init
    repository.stage("src/app.py", "x = 1\n")
    repository.commit("feat: x")
    env = {**make_env(isolated_home), "ANTHROPIC_BASE_URL": worker.url}
    env["PATH"] = os.pathsep.join([os.path.dirname(PROGRAM), env["PATH"]])
    new = run_openclaw(
        repository, env, "task", "new", "Set x", "--scope", "src/", "--metric", "grep -q 'x = 2' src/app.py"
    )
    task = new.split()[0]
    words = ["agent", "run", task, "--agent", "claude", "--attempts", "2", "--max-cost", "5", "--model", "sonnet"]
    *events, end = map(json.loads, run_openclaw(repository, env, *words).splitlines())
    assert end["data"]["kept"] == [2]
    judged = [event["judgement"]["cause"] for event in events if event["event"] == "judged"]
    assert judged == ["no change", "passed"]
    reports = [event["report"] for event in events if event["event"] == "agent.ended"]
    assert [report["turns"] for report in reports] == [1, 5]
    assert all(report["cost_usd"] > 0 and report["session"] and report["model"] for report in reports)
    assert "Claude Code" in reports[1]["version"]
    assert [call.split(":")[0] for call in reports[1]["calls"]] == ["Read", "Edit", "Bash", "Write"]
    assert reports[1]["denied"][0].startswith("Bash"), "the entry that is shipped lets it edit, and run nothing"
    assert not (repository.path / "outside.txt").exists()
    assert "Attempt 1, discarded (no change)" in worker.systems[-1], "it was told of the first attempt"
    assert repository.git("show", f"openclaw/{task}:src/app.py").stdout == "x = 2\n"
    assert (repository.path / "src/app.py").read_text() == "x = 1\n"
