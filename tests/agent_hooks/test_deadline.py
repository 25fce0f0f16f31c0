"""The deadline ends the process from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from openclaw_hooks.agent_hooks.deadline import DEFAULT_S, LEAST_S, MOST_S, choose_deadline

BEGIN = "import os, re, sys, time; from openclaw_hooks.agent_hooks.deadline import start_deadline\n"
BEGIN += "start_deadline(0.3, lambda: os._exit(7))\n"
ENDLESS = "re.match('(a+)+$', 'a' * 60 + 'b')"
BUSY = {
    "waiting": "time.sleep(60)",
    "a loop": "while True: pass",
    "a search": ENDLESS,
    "a search that has the timer for itself": (
        f"from openclaw_hooks.regexes import time_guard\nwith time_guard(60, 60): {ENDLESS}"
    ),
    "an error that is caught": "while True:\n  try: time.sleep(60)\n  except BaseException: pass",
    "another program": "import subprocess; subprocess.run(['sleep', '60'])",
}


@pytest.mark.parametrize("what", BUSY)
def test_the_deadline_ends_it(what: str) -> None:
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", BEGIN + BUSY[what]], check=False, timeout=50)
    assert done.returncode == 7
    assert time.monotonic() - started < 20


def test_a_process_that_is_done_in_time_does_not_wait_for_it() -> None:
    code = BEGIN.replace("0.3", "30")
    started = time.monotonic()
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=25).returncode == 0
    assert time.monotonic() - started < 20


def test_which_deadline_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_deadline("", "PreToolUse") == DEFAULT_S
    assert choose_deadline("", "SessionEnd") < 1.5
    monkeypatch.setitem(os.environ, "OPENCLAW_HOOK_DEADLINE", "3")
    assert choose_deadline("", "PreToolUse") == 3
    assert choose_deadline("2.5", "PreToolUse") == 2.5
    assert choose_deadline("soon", "PreToolUse") == 3
    assert choose_deadline("0", "PreToolUse") == LEAST_S
    assert choose_deadline("1e9", "PreToolUse") == MOST_S
    assert choose_deadline("nan", "PreToolUse") == 3
