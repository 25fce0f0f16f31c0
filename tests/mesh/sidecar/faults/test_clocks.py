"""Machines whose clocks are off by a day: nobody loses a claim by that, and nobody keeps one for ever.

Each process has its own time of day, by a module that Python imports as it starts: `time.time` and `datetime.now` say
another time. What the system itself stamps, as the files' times, stays as it is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.sidecar.conftest import Clone, Mesh

DAY_S = 86_400
SHIFT = """
import datetime, os, time

by_s = int(os.environ.get("SHIFTED_BY_S", "0"))
true_time, true_ns, true_datetime = time.time, time.time_ns, datetime.datetime


class Shifted(true_datetime):
    @classmethod
    def now(cls, tz=None):
        return true_datetime.now(tz) + datetime.timedelta(seconds=by_s)


if by_s:
    time.time = lambda: true_time() + by_s
    time.time_ns = lambda: true_ns() + by_s * 10**9
    datetime.datetime = Shifted
"""


@pytest.fixture
def shifts(tmp_path: Path) -> str:
    """Where Python finds the module that shifts its clock."""
    folder = tmp_path / "shift"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SHIFT)
    return str(folder)


def join_shifted(mesh: Mesh, boss: Clone, name: str, role: str, shift: tuple[str, int]) -> Clone:
    """A clone that has joined, on a machine whose clock is off."""
    folder, by_s = shift
    boss.run("mesh", "invite", name, "--role", role, "-o", str(mesh.folder / f"{name}.join"))
    path = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    clone = mesh.add(name, PYTHONPATH=path, SHIFTED_BY_S=str(by_s))
    return clone.sync("--join", str(mesh.folder / f"{name}.join"))


def test_clocks_that_are_off_by_a_day_cost_nobody_a_claim(mesh: Mesh, shifts: str) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    boss.run("mesh", "up")
    boss.lead()
    early = join_shifted(mesh, boss, "early", "worker", (shifts, -DAY_S))
    late = join_shifted(mesh, boss, "late", "worker", (shifts, DAY_S))
    other = join_shifted(mesh, boss, "other", "lead", (shifts, DAY_S))
    tasks = [boss.new_task(f"task {number}") for number in range(3)]
    for clone in (early, late, other):
        clone.flush()
    tokens = {}
    for clone, task in ((early, tasks[0]), (late, tasks[1])):
        tokens[task] = clone.command("claim", task)["result"]["lease"]["token"]
    boss.stop()
    wait_until(lambda: other.status.get("leading"), "the lead whose clock is a day ahead")
    assert late.command("claim", tasks[0])["error"]["code"] == "taken"
    assert early.command("claim", tasks[2])["result"]["lease"]["owner"] == "early"
    for clone, task in ((early, tasks[0]), (late, tasks[1])):
        assert not clone.command("heartbeat", task, tokens[task]).get("error")
        done = clone.command("complete", task, tokens[task], result="in time")
        assert not done.get("error"), done
    boss.sync()
    for clone in (other, early, late, boss):
        clone.flush()
        check_folder(clone)
        assert "taken back" not in clone.log
    assert boss.tasks == early.tasks == late.tasks == other.tasks
    assert other.log.count("this machine's clock is 24.0 hours ahead of the server's") == 1
