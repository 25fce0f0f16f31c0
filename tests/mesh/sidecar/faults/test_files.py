"""Files that should not be as they are: too large for the mesh, or gone all at once."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Mesh

LARGE = b"\n" + b"x" * 99 + b"\n" + b"A line of a file that has become too large.\n" * 7_000


def test_a_file_that_is_too_large_stays_where_it_is_and_holds_nobody_up(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(3)]
    worker.flush()
    before = boss.tasks
    for clone, task in ((worker, tasks[0]), (boss, tasks[1])):
        path = clone.board / "tasks" / f"{task}.md"
        path.write_bytes(path.read_bytes() + LARGE)
        wait_until(lambda: f"tasks/{task}.md" in clone.log, f"{clone.top.name} tells: {clone.log}")  # noqa: B023
        assert "at most 256,000" in clone.log
    claimed = worker.command("claim", tasks[2])
    assert claimed["result"]["lease"]["owner"] == "w1"
    new = boss.new_task("behind it")
    wait_until(lambda: f"{new}.md" in worker.tasks, "a task behind it")
    for clone, task in ((worker, tasks[0]), (boss, tasks[1])):
        other = boss if clone is worker else worker
        assert clone.tasks[f"{task}.md"].endswith(LARGE), "it is where it was written"
        assert other.tasks[f"{task}.md"] == before[f"{task}.md"], "and nowhere else"
        assert not clone.is_over
    for clone, task in ((worker, tasks[0]), (boss, tasks[1])):
        path = clone.board / "tasks" / f"{task}.md"
        path.write_bytes(before[f"{task}.md"] + b"\nShort enough.\n")
    for clone in (worker, boss, worker):
        clone.flush()
    assert boss.tasks == worker.tasks
    assert boss.tasks[f"{tasks[0]}.md"].endswith(b"Short enough.\n")
    for clone in (worker, boss):
        check_folder(clone)


def test_a_lead_whose_files_vanish_deletes_nothing_and_halts(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task(f"task {number}") for number in range(12)]
    for clone in (boss, worker):
        clone.flush()  # and so they are committed
    before = worker.tasks
    for task in tasks[:8]:
        (boss.board / "tasks" / f"{task}.md").unlink()
    wait_until(lambda: boss.status["halted"], "the lead halts")
    assert "8 of the 12 files" in boss.status["halted"]
    assert worker.command("claim", tasks[0])["result"]["lease"]["owner"] == "w1", "it leads all the same"
    assert set(worker.tasks) == set(before)
    subprocess.run(["git", "-C", str(boss.board), "checkout", "-q", "HEAD", "--", "."], check=True)
    for clone in (boss, worker):
        clone.flush()
        assert not clone.status["halted"]
    assert boss.tasks == worker.tasks
    assert set(boss.tasks) == set(before)
    assert boss.log.count('"event":"halted"') == 1
    (boss.board / "tasks" / f"{tasks[3]}.md").unlink()
    wait_until(lambda: f"{tasks[3]}.md" in boss.tasks, "a single one comes back")
    assert "was missing and is restored" in boss.log
