"""What a guardian does by itself, with nobody there to ask it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.agent.launch.test_guarded import RUNNER, is_running, read_pids, wait_until

if TYPE_CHECKING:
    from pathlib import Path

SLEEPER = "import os, sys, time\nwith open(sys.argv[1], 'w') as file: file.write(f'{os.getpid()}\\n')\ntime.sleep(60)"


def test_a_guardian_ends_all_when_its_runner_is_killed_and_nobody_comes_after_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    words = [sys.executable, "-c", RUNNER, str(tmp_path), str(pids), str(tmp_path / "log"), SLEEPER]
    runner = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: len(read_pids(pids)) == 1)
    finally:
        runner.send_signal(signal.SIGKILL)
        runner.wait()
    assert wait_until(lambda: not is_running(read_pids(pids)[0]))


def test_a_program_does_not_outlive_both_its_guardian_and_its_runner(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    direct = RUNNER.replace("""["sh", "-c", 'setsid "$0" "$@" & wait', sys.executable,""", "[sys.executable,")
    words = [sys.executable, "-c", direct, str(tmp_path), str(pids), str(tmp_path / "log"), SLEEPER]
    runner = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: len(read_pids(pids)) == 1)
    finally:
        runner.send_signal(signal.SIGSTOP)
        os.kill(int((tmp_path / "log.guard").read_text()), signal.SIGKILL)
        runner.kill()
        runner.wait()
    assert wait_until(lambda: not is_running(read_pids(pids)[0]))
