"""Which process a process id means: ids are given out again, so one alone is no reason to send a signal."""

from __future__ import annotations

import os
from typing import NamedTuple


class Identity(NamedTuple):
    """A living process: its id, when it began (in the system's own terms), and its command line."""

    pid: int
    started: str
    command: str


def identify(pid: int) -> Identity | None:
    """The process that has `pid` now; None when there is none, or one that has ended and only waits for its parent."""
    if pid <= 1:
        return None
    if os.path.isdir("/proc/self"):
        return _read_proc(pid)
    return _ask_ps(pid)


def _read_proc(pid: int) -> Identity | None:
    """As proc(5) has it: the name in the second field may hold blanks and brackets, so fields count from its end."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
        with open(f"/proc/{pid}/cmdline", "rb") as stream:
            words = stream.read().split(b"\0")
    except OSError:
        return None
    state, started = fields[0], fields[19]
    if state in (b"Z", b"X", b"x"):
        return None
    return Identity(pid, started.decode("ascii"), " ".join(map(os.fsdecode, words)).strip())


def _ask_ps(pid: int) -> Identity | None:
    from openclaw_hooks.process import run_program

    env = {**os.environ, "LC_ALL": "C"}
    listed = run_program(["ps", "-ww", "-o", "stat=,lstart=,command=", "-p", str(pid)], env=env).stdout
    words = os.fsdecode(listed).split(None, 6)
    if len(words) < 7 or words[0].startswith("Z"):
        return None
    return Identity(pid, " ".join(words[1:6]), words[6].strip())


def has_ended(process: Identity) -> bool:
    """Whether `process` is over, also when something else has its id by now."""
    now = identify(process.pid)
    return now is None or now.started != process.started


def send_signal(process: Identity, number: int) -> bool:
    """Sends the signal if `process` is still what has its id; whether it was sent."""
    if has_ended(process):
        return False
    try:
        os.kill(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
