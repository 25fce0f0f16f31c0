"""Two at once, and a start that is killed on its way: one server at most, and the next start makes it right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh import processes
from openclaw_hooks.mesh.lead import bring_up
from openclaw_hooks.mesh.nodes import read_registry
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.processes import identify
from openclaw_hooks.mesh.running import find_running, hold_store
from tests.mesh.conftest import list_processes

if TYPE_CHECKING:
    from tests.mesh.conftest import Stage

BRING_UP = (
    "import sys; from openclaw_hooks.mesh.place import Place; from openclaw_hooks.mesh.lead import bring_up\n"
    "print('go', flush=True); print(bring_up(Place(sys.argv[1]), 'boss').running.process.pid)"
)


def begin(stage: Stage) -> subprocess.Popen[str]:
    """A program that is about to bring the mesh up."""
    words = [sys.executable, "-c", BRING_UP, stage.place.folder]
    started = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "go\n"
    return started


def test_many_starts_at_once_make_one_server(stage: Stage) -> None:
    programs = [begin(stage) for _ in range(6)]
    said = {program.communicate(timeout=60)[0] for program in programs}
    assert len(said) == 1
    assert list_processes(f"nats-server -c {stage.place.folder}") == [int(said.pop())]
    assert [node.name for node in read_registry(stage.place).nodes] == ["boss"]


@pytest.mark.parametrize("attempt", range(12))
def test_a_start_that_is_killed_anywhere_is_made_right_by_the_next(stage: Stage, attempt: int) -> None:
    program = begin(stage)
    time.sleep(random.Random(attempt).uniform(0, 0.12))
    program.send_signal(signal.SIGKILL)
    program.communicate()
    started = bring_up(stage.place, "boss")
    if started.child:
        stage.children.append(started.child)
    assert list_processes(f"nats-server -c {stage.place.folder}") == [started.running.process.pid]
    assert find_running(stage.place) == started.running


def test_a_server_that_nobody_noted_is_found_and_gets_no_second_one(stage: Stage) -> None:
    running = stage.up().running
    os.unlink(stage.place.record)
    os.unlink(stage.place.pid)
    assert find_running(stage.place) is None
    assert stage.up().running == running
    assert find_running(stage.place) == running
    assert list_processes(f"nats-server -c {stage.place.folder}") == [running.process.pid]


def test_a_store_that_something_else_holds_is_left_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.running.NOTE_S", 0.1)
    monkeypatch.setattr("openclaw_hooks.mesh.running.LEFT_S", 0.1)
    stage.up()
    stage.kill()
    stream = hold_store(stage.place)
    assert stream is not None
    try:
        with pytest.raises(MeshError, match=r"something holds .*store\.lock"):
            stage.up()
    finally:
        os.close(stream)
    assert not stage.up().is_adopted


def test_where_there_is_no_proc_ps_says_the_same() -> None:
    found = identify(os.getpid())
    asked = processes._ask_ps(os.getpid())
    assert found is not None
    assert asked is not None
    assert (asked.pid, asked.command) == (found.pid, found.command)
    assert asked == processes._ask_ps(os.getpid())
    ended = subprocess.Popen(["true"])
    while identify(ended.pid):
        time.sleep(0.01)
    assert processes._ask_ps(ended.pid) is None  # it waits for us, its parent, to look
    ended.wait()
    assert processes._ask_ps(ended.pid) is None


def test_a_server_that_ended_a_moment_ago_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.running.NOTE_S", 0.05)
    stage.up()
    stage.kill()
    stream = hold_store(stage.place)
    assert stream is not None
    leaving = threading.Timer(0.4, os.close, [stream])
    leaving.start()
    assert not stage.up().is_adopted
    leaving.join()
