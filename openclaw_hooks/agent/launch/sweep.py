"""What is left when a guardian was killed: found by its family and by its environment, and ended at once."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.launch.guardian import find_descendants, list_processes

if TYPE_CHECKING:
    from collections.abc import Mapping

# Set for all that works in an attempt, and for nothing else; both together name it.
MARKS: Final = ("OPENCLAW_RUN", "OPENCLAW_ATTEMPT")
_ROUNDS: Final = 5  # what forks while we look is met in the next one


def end_family(guardian: int, group: int, env: Mapping[str, str]) -> None:
    """Kills the guardian with that process id, its descendants, its program's `group` (0: none), and whatever has `env`'s marks.

    A program that has emptied its environment and whose guardian was killed is not found here.
    """
    if group > 1:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for _ in range(_ROUNDS):
        for target in find_family(guardian, env):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(target, signal.SIGKILL)


def find_family(guardian: int, env: Mapping[str, str]) -> set[int]:
    """The processes that `end_family` ends: never the first one, ourselves, or one above us."""
    processes = list_processes()
    parents = dict(processes)
    found = _find_marked(env)
    if parents.get(guardian) == os.getpid():  # it is our own child: its number cannot be somebody else's
        found |= {guardian, *find_descendants(guardian, processes)}
    above = os.getpid()
    while above > 1:
        found.discard(above)
        above = parents.get(above, 0)
    return {pid for pid in found if pid > 1}


def _find_marked(env: Mapping[str, str]) -> set[int]:
    """The processes that began with the marks of `env`; none where it has none, or where the system does not tell."""
    if sys.platform != "linux" or not all(env.get(name) for name in MARKS):
        return set()
    marks = {os.fsencode(f"{name}={env[name]}") for name in MARKS}
    found = set()
    for pid, _ in list_processes():
        with suppress(OSError), open(f"/proc/{pid}/environ", "rb") as stream:
            if marks <= set(stream.read(1 << 20).split(b"\0")):
                found.add(pid)
    return found
