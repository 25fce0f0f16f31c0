"""A mirror that is killed at any moment goes on as if nothing had been, with real files, a real database, real commits."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from tests.mesh.mirror.desk import Mesh, Station

KEYS = ("T-000001", "T-000002", "T-000003")
TIMES = 12

# Revision n of a key is the task with priority n; every third one is committed.
WRITER = """
import os, sys
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.mesh.mirror.bases import Bases
from openclaw_hooks.mesh.mirror.mirror import Mirror
from openclaw_hooks.tasks.markdown import edit_task
board = open_board(sys.argv[1])
mirror = Mirror(board, find_actor(board.repo), Bases(os.path.join(board.repo.state_dir, "nats", "mirror.db")))
first, keys = int(sys.argv[2]), sys.argv[3].split(",")
values = {key: (0, sys.stdin.buffer.read(int(size))) for key, size in zip(keys, sys.argv[4].split(","))}
def value(key, revision):
    changes = {"priority": revision % 1000, "status": "claimed", "owner": "w%d" % revision}
    return revision, edit_task(values[key][1], changes)
mirror.take({key: value(key, first) for key in keys}, complete=True)
for revision in range(first + 1, first + 100_000):
    print(revision, flush=True)
    mirror.take({key: value(key, revision) for key in keys})
    if revision % 3 == 0:
        mirror.commit()
"""


def test_a_mirror_killed_at_any_moment_puts_nothing_back_and_tells_of_nothing_twice(
    station: Station, mesh: Mesh
) -> None:
    start = {key: new_task_text(TaskHead(id=key, title="Write it", status=Status.QUEUED), "## Notes\n") for key in KEYS}
    station.mirror.bases.close()
    revision = 1
    chance = random.Random(7)
    for _ in range(TIMES):
        revision = play(station, start, revision, chance.random() * 0.12)
        station.restart()
        with edit_board(station.board, station.actor) as edit:
            pass
        assert edit.reports == []
        final = {
            key: edit_task(text, {"priority": revision % 1000, "status": "claimed", "owner": f"w{revision}"})
            for key, text in start.items()
        }
        outcome = station.mirror.take({key: (revision, text) for key, text in final.items()}, complete=True)
        assert (outcome.sends, outcome.conflicts, outcome.halted) == ({}, 0, "")
        assert station.mirror.look().sends == {}
        assert {key: station.path(key).read_bytes() for key in KEYS} == final
        station.mirror.commit()
        station.mirror.bases.close()
    told = subprocess.run(["git", "-C", station.board.top, "log", "--format=%B"], capture_output=True, check=True)
    assert b"by hand" not in told.stdout
    status = subprocess.run(["git", "-C", station.board.top, "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""
    assert parse_task("T-000001.md", station.path(KEYS[0]).read_bytes()).owner == f"w{revision}"


def play(station: Station, start: dict[str, bytes], revision: int, pause_s: float) -> int:
    """Lets a mirror write for a moment and kills it; a revision that it has not come to yet."""
    sizes = ",".join(str(len(text)) for text in start.values())
    words = [sys.executable, "-P", "-c", WRITER, station.board.repo.top, str(revision), ",".join(start), sizes]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(b"".join(start.values()))
        writer.stdin.close()
        writer.stdout.readline()
        time.sleep(pause_s)
        os.kill(writer.pid, signal.SIGKILL)
        counts = writer.stdout.read().split()
        return (int(counts[-1]) if counts else revision + 1) + 1
