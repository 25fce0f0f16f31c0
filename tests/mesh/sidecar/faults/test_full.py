"""A disk that is full under a board, the sidecar's own database and the server's store, as a small file system apart."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.mesh.test_full_disk import ROOT, pytestmark

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["pytestmark"]

PREPARE = """
import os, subprocess, sys
from pathlib import Path
from tests.mesh.sidecar.conftest import Mesh, wait_until
from tests.mesh.sidecar.faults.crowd import check_folder

def mount(folder, size):
    os.makedirs(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder], check=True)

def fill(folder):
    with open(folder / "other", "wb", buffering=0) as stream:
        for block in (65536, 1):
            try:
                while True:
                    stream.write(bytes(block))
            except OSError as error:
                print(error.strerror)

def add(disk, name, **env):
    mesh.folder = disk
    clone = mesh.add(name, **env)
    mesh.folder = top
    return clone

top = Path(sys.argv[1])
mesh = Mesh(top)
try:
"""
END = """
finally:
    mesh.clean()
"""
WORKER = """
    disk = top / "disk"
    mount(disk, "24m")
    boss = mesh.lead()
    boss.run("mesh", "invite", "w1", "-o", str(top / "w1.join"))
    worker = add(disk, "w1").sync("--join", str(top / "w1.join"))
    tasks = [boss.new_task("before") for _ in range(3)]
    worker.flush()
    fill(disk)
    path = boss.board / "tasks" / (tasks[0] + ".md")
    path.write_text(path.read_text() + "\\nMore.\\n" * 2000)
    late = [boss.new_task("while it is full") for _ in range(3)]
    boss.flush()
    wait_until(lambda: "is the disk full?" in worker.said, "it tells: " + worker.said)
    print(worker.is_over, boss.command("claim", tasks[1])["result"]["lease"]["owner"])
    os.unlink(disk / "other")
    worker.flush()
    print(worker.tasks == boss.tasks, len(worker.tasks), worker.is_over)
    check_folder(worker)
"""
LEAD = """
    disk = top / "disk"
    mount(disk, "64m")
    boss = add(disk, "boss", OPENCLAW_NODE_ID="boss").lead()
    worker = mesh.join(boss, "w1")
    tasks = [boss.new_task("before") for _ in range(3)]
    worker.flush()
    fill(disk)
    answers = [worker.command("propose", fields={"title": "while it is full"}, body="x" * 3000) for _ in range(4)]
    print(boss.is_over, worker.is_over, sorted(worker.tasks) >= sorted(task + ".md" for task in tasks))
    wait_until(lambda: "no space left on device" in boss.said, "it tells: " + boss.said)
    os.unlink(disk / "other")
    wait_until(lambda: not worker.command("claim", tasks[0]).get("error"), "it leads again: " + boss.said, 40)
    for clone in (worker, boss):
        clone.flush()
    made = {answer["result"]["task"] for answer in answers if answer.get("result", {}).get("task")}
    print(worker.tasks == boss.tasks, made <= {name[:-3] for name in boss.tasks}, boss.is_over, worker.is_over)
    for clone in (worker, boss):
        check_folder(clone)
"""


def run_apart(folder: Path, story: str) -> list[str]:
    """What `story` prints, in a mount namespace of its own."""
    words = ["unshare", "-rm", sys.executable, "-c", PREPARE + story + END, str(folder)]
    done = subprocess.run(words, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_a_worker_on_a_full_disk_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    full, again, *rest = run_apart(tmp_path, WORKER)
    assert full == again == "No space left on device"
    assert rest == ["False boss", "True 6 False"]


def test_a_lead_on_a_full_disk_loses_nothing_that_it_said_yes_to(tmp_path: Path) -> None:
    full, again, *rest = run_apart(tmp_path, LEAD)
    assert full == again == "No space left on device"
    assert rest == ["False False True", "True True False False"]
