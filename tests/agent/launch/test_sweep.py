"""Whoever sweeps up after a killed guardian names its own family, and never anybody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from openclaw_hooks.agent.launch.sweep import find_family

MARKS = {"OPENCLAW_RUN": f"R-{os.getpid()}", "OPENCLAW_ATTEMPT": "1"}


@pytest.mark.parametrize("pid", [-1, 0, 1, 2, os.getpid(), os.getppid()], ids=["-1", "0", "1", "2", "own", "parent"])
def test_no_number_that_is_not_a_child_of_ours_names_anybody(pid: int) -> None:
    assert find_family(pid, {}) == set()
    assert find_family(pid, {"OPENCLAW_RUN": "", "OPENCLAW_ATTEMPT": ""}) == set()
    assert find_family(pid, {"OPENCLAW_RUN": MARKS["OPENCLAW_RUN"]}) == set()


def test_a_child_is_named_with_what_it_started() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        try:
            assert find_family(child.pid, {}) == {child.pid, grandchild}
        finally:
            os.kill(grandchild, signal.SIGKILL)
            child.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only there the environment of others can be read")
def test_both_marks_name_a_process_wherever_it_went_and_one_does_not() -> None:
    marked = subprocess.Popen(
        ["sh", "-c", "echo; exec sleep 60"], env=MARKS, stdout=subprocess.PIPE, start_new_session=True
    )
    other = {**MARKS, "OPENCLAW_ATTEMPT": "2"}
    with marked, subprocess.Popen(["sh", "-c", "echo; exec sleep 60"], env=other, stdout=subprocess.PIPE) as unmarked:
        assert marked.stdout is not None
        assert unmarked.stdout is not None
        marked.stdout.readline()
        unmarked.stdout.readline()
        try:
            assert find_family(0, MARKS) == {marked.pid}
        finally:
            marked.kill()
            unmarked.kill()


def test_we_are_never_named_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os\nfrom openclaw_hooks.agent.launch.sweep import find_family\n"
        "print(find_family(os.getpid(), dict(os.environ)) & {os.getpid(), os.getppid()})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **MARKS}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
