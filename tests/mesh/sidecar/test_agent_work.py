"""Workers of a mesh that run agents: one that is cut off loses its task to another, and cannot hand it in any more."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.git import open_repo
from tests.mesh.sidecar.conftest import OPENCLAW, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.mesh.sidecar.conftest import Clone, Mesh

CONFIG = "format: 1\nmesh:\n  silent_minutes: 0.1\n"
GOOD = "cat > /dev/null; echo 'x = 2' > src/app.py"


class Crew:
    """A mesh whose nodes have the code of one hub, and the workers that were started."""

    def __init__(self, mesh: Mesh, folder: Path) -> None:
        self.mesh = mesh
        self.folder = folder
        self.hub = folder / "hub.git"
        self.workers: list[subprocess.Popen[str]] = []
        code = folder / "code"
        for words in (["init", "-q", "-b", "main", str(code)], ["init", "-q", "--bare", "-b", "main", str(self.hub)]):
            subprocess.run(["git", *words], check=True)
        (code / "src").mkdir()
        (code / ".openclaw").mkdir()
        (code / "src/app.py").write_text("x = 1\n")
        (code / ".openclaw/config.yaml").write_text(CONFIG)
        git(code, "add", "--all")
        git(code, "commit", "-q", "-m", "chore: start")
        git(code, "push", "-q", str(self.hub), "main")

    def _fill(self, clone: Clone) -> Clone:
        git(clone.top, "remote", "add", "origin", str(self.hub))
        git(clone.top, "pull", "-q", "origin", "main")
        git(clone.top, "branch", "-q", "-M", "main")
        return clone

    def lead(self) -> Clone:
        return self._fill(self.mesh.add("boss", OPENCLAW_NODE_ID="boss")).lead()

    def join(self, lead: Clone, name: str) -> Clone:
        path = str(self.folder / f"{name}.join")
        lead.run("mesh", "invite", name, "-o", path)
        return self._fill(self.mesh.add(name)).sync("--join", path)

    def work(self, clone: Clone, script: str) -> subprocess.Popen[str]:
        """A worker with an agent that is a shell script."""
        path = self.folder / f"{clone.top.name}.sh"
        path.write_text(f"{script}\n")
        words = ["agent", "work", "--agent-command", f"sh {path}", "--merge", "branch"]
        with open(self.folder / f"{clone.top.name}.out", "wb") as output:
            worker = subprocess.Popen([*OPENCLAW, *words], cwd=clone.top, env=clone.env, stdout=output, stderr=output)
        self.workers.append(worker)  # type: ignore[arg-type]  # of bytes; nothing is read of it here
        return self.workers[-1]

    def told(self, clone: Clone) -> list[dict[str, Any]]:
        """What the runs of a worker came to."""
        lines = (self.folder / f"{clone.top.name}.out").read_text().splitlines()
        return [json.loads(line)["data"] for line in lines if line.startswith('{"schema"')]

    def clean(self) -> None:
        """Ends every worker."""
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()


@pytest.fixture
def crew(mesh: Mesh, tmp_path: Path) -> Iterator[Crew]:
    """Nobody has joined yet."""
    made = Crew(mesh, tmp_path)
    yield made
    made.clean()


def git(top: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, check=True, capture_output=True, text=True).stdout.strip()


def hang(path: Path) -> str:
    """An agent that says that it is at work, and never ends."""
    return f"cat > /dev/null; echo 'x = 7' > src/app.py; touch {path}; sleep 600"


def test_a_worker_that_is_cut_off_loses_its_task_to_another_and_a_zombie_hands_nothing_in(
    crew: Crew, tmp_path: Path
) -> None:
    boss = crew.lead()
    stopped, killed, good = (crew.join(boss, name) for name in ("w1", "w2", "w3"))
    tasks = []
    workers = []
    for clone in (stopped, killed):
        metric = "grep -q 'x = 2' src/app.py"
        tasks.append(boss.run("task", "new", f"For {clone.top.name}", "--metric", metric, "--quiet").stdout.strip())
        workers.append(crew.work(clone, hang(tmp_path / f"{clone.top.name}.at")))
        wait_until((tmp_path / f"{clone.top.name}.at").exists, f"the agent of {clone.top.name}")
    first = tasks[0]
    held = held_lease(open_repo(str(stopped.top)).state_dir, first)
    assert held is not None
    assert held.run.startswith("R-")
    refused = stopped.run("task", "complete", first, code=1)
    assert f"{first} is worked on by run {held.run}, which alone may move it" in refused.stderr

    for clone, worker, number in zip((stopped, killed), workers, (signal.SIGSTOP, signal.SIGKILL), strict=True):
        assert clone.process is not None
        clone.process.send_signal(number)
        worker.send_signal(number)
    crew.work(good, GOOD)
    wait_until(lambda: len(crew.told(good)) == 2, "both tasks done by the other")
    assert {(told["task"], told["outcome"], told["merged"]) for told in crew.told(good)} == {
        (task, "completed", True) for task in tasks
    }

    assert stopped.process is not None
    stopped.process.send_signal(signal.SIGCONT)
    workers[0].send_signal(signal.SIGCONT)
    wait_until(lambda: crew.told(stopped), "the end of the zombie's run")
    [lost] = crew.told(stopped)
    assert (lost["task"], lost["outcome"], lost["kept"]) == (first, "lost", [])
    late = stopped.run("task", "complete", first, "--token", held.token, code=1)
    assert "lost" in late.stderr or "completed" in late.stderr

    boss.flush()
    for task in tasks:
        shown = json.loads(boss.run("task", "show", task, "--json").stdout)["data"]
        assert (shown["status"], shown["owner"]) == ("completed", "w3")
        assert git(crew.hub, "rev-parse", f"openclaw/{task}") == git(good.top, "rev-parse", f"openclaw/{task}")
        assert git(crew.hub, "show", f"openclaw/{task}:src/app.py") == "x = 2"
        tried = json.loads(boss.run("agent", "attempts", task, "--json").stdout)["data"]["attempts"]
        assert [(one["node"], one["verdict"]) for one in tried] == [("w3", "keep")]
    assert git(stopped.top, "branch", "--list", "openclaw/T-*") == ""
    assert "+x = 7" in stopped.run("agent", "attempts", first, "--diff", "1").stdout
    workers[0].send_signal(signal.SIGTERM)
    assert workers[0].wait(20) == 0
