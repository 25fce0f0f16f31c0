"""A sidecar that is killed at one step after another of what a claim and an edit make it do.

A step is what leaves the process: something sent to the server, a file opened for writing, renamed or removed, a
program started. A module that Python imports as it starts counts them from a moment on, and kills its own process
before the one that is asked for.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder, read_conflicts
from tests.mesh.sidecar.faults.lineage import count_moves, read_lineage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.sidecar.conftest import Clone, Mesh

STEPS = int(os.environ.get("OPENCLAW_TEST_STEPS", "12"))
STRIDE = int(os.environ.get("OPENCLAW_TEST_STRIDE", "3"))
COUNT = """
import os, signal, socket, sys

flag, last = os.environ.get("COUNTED_FROM", ""), int(os.environ.get("KILLED_AT", "0"))
kinds = {"os.rename", "os.remove", "os.link", "subprocess.Popen"}
writing = os.O_WRONLY | os.O_RDWR
count = 0
send = socket.socket.send


def step():
    global count
    if os.path.exists(flag):
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)


def hear(event, words):
    if event in kinds or (event == "open" and isinstance(words[2], int) and words[2] & writing):
        step()


def send_counted(self, *words):
    if self.family != socket.AF_UNIX:
        step()
    return send(self, *words)


if flag and last and "sync" in sys.orig_argv:
    sys.addaudithook(hear)
    socket.socket.send = send_counted
"""


def give_way(clone: Clone, folder: Path, last: int) -> Path:
    """Has the next sidecar of `clone` end before its step `last`, counted from when the file that comes back exists."""
    flag = folder / "from now on"
    flag.unlink(missing_ok=True)
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    clone.env |= {"PYTHONPATH": path, "COUNTED_FROM": str(flag), "KILLED_AT": str(last)}
    return flag


class Write:
    """A claim of `task` by the worker and an edit of it, during which a sidecar is killed."""

    def __init__(self, task: str) -> None:
        self.task = task
        self.claim = {"id": os.urandom(8).hex(), "verb": "claim", "task": task, "args": {}}
        self.answers: list[dict[str, Any]] = []
        self.was_killed = False

    def begin(self, worker: Clone, killed: Clone) -> None:
        """Edits and claims; comes back when the sidecar has ended, or does not."""
        path = killed.board / "tasks" / f"{self.task}.md"
        path.write_text(path.read_text() + f"\nmark of {self.task}\n")
        self.ask(worker)
        with suppress(AssertionError):
            wait_until(lambda: killed.is_over, "its end", 1.0)
        self.was_killed = killed.is_over

    def ask(self, worker: Clone) -> None:
        """The claim, the same each time; the sidecar may end before it gives an answer."""
        with suppress(OSError, ValueError):
            self.answers.append(worker.ask("command", command=self.claim, here={"worktree": str(worker.top)}))


@pytest.mark.parametrize("victim", ["boss", "w1"])
def test_a_sidecar_killed_before_any_step_of_a_write_goes_on_where_it_was(
    mesh: Mesh, tmp_path: Path, victim: str
) -> None:
    folder = tmp_path / "count"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(COUNT)
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    killed = boss if victim == "boss" else worker
    writes: list[Write] = []
    for last in (*range(1, STEPS + 1, STRIDE), 0):
        if not killed.is_over:
            killed.stop(signal.SIGKILL)
        flag = give_way(killed, folder, last)
        killed.sync()
        wait_until(lambda: boss.status.get("leading"), "it leads")
        for write in writes[-1:]:
            write.ask(worker)
        if last:
            writes.append(Write(boss.new_task(f"task {last}")))
            killed.flush()
            flag.touch()
            writes[-1].begin(worker, killed)
    deaths = sum(write.was_killed for write in writes)
    for write in writes:
        leases = [answer["result"]["lease"] for answer in write.answers if answer.get("result", {}).get("lease")]
        assert {lease["owner"] for lease in leases} == {"w1"}, write.answers
        assert len({lease["token"] for lease in leases}) == 1, "asked again, it is the same claim"
    for clone in (killed, worker, boss):
        clone.flush()
    assert boss.tasks == worker.tasks
    lineage = read_lineage(boss)
    for task in (write.task for write in writes):
        mark = f"mark of {task}".encode()
        assert mark in boss.tasks[f"{task}.md"] or mark in read_conflicts(killed)
        assert (count_moves(lineage[task], "claimed"), lineage[task][-1].owner) == (1, "w1")
        assert all(value.status in ("queued", "claimed") for value in lineage[task])
    for clone in (worker, boss):
        check_folder(clone)
    assert deaths >= len(writes) // 2, "it was killed where it should be"
