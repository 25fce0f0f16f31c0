"""The server of a repository while it runs: found by what we wrote down and by its command line, never by id alone."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.config import EVERYWHERE, read_settings, write_file
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.probe import read_greeting
from openclaw_hooks.mesh.processes import Identity, has_ended, identify

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.probe import Greeting

POLL_S = 0.002
NOTE_S = 2.0
LEFT_S = 8.0  # a server that has ended holds its lock while one of its threads still writes to a slow disk


class Running(NamedTuple):
    """A server that runs for this repository, and where it listens (port 0 while it does not say)."""

    process: Identity
    host: str
    port: int


def find_running(place: Place) -> Running | None:
    """The server that runs for `place`, whoever started it; None when none does, whatever was left lying about."""
    for pid, started in _candidates(place):
        process = identify(pid)
        if process and process.command.endswith(f" -c {place.config}") and started in ("", process.started):
            return Running(process, read_settings(place).host, read_port(place, pid))
    return None


def find_unnoted(place: Place) -> Running | None:
    """The server that nobody noted, since its starter was killed at once; None when the store is free.

    Raises MeshError when something holds the store that is no server of ours.
    """
    if _is_free(place):
        return None
    if poll(lambda: find_running(place) is not None or _is_free(place), NOTE_S):  # its note comes within moments
        return find_running(place)
    for process in map(identify, _list_ids()):
        if process and process.command.endswith(f" -c {place.config}"):
            return Running(process, read_settings(place).host, read_port(place, process.pid))
    if poll(lambda: _is_free(place), LEFT_S):
        return None
    raise MeshError(f"something holds {display_path(place.store_lock)}", "end it, or try again")


def _is_free(place: Place) -> bool:
    stream = hold_store(place)
    if stream is not None:
        os.close(stream)
    return stream is not None


def _list_ids() -> list[int]:
    from openclaw_hooks.process import run_program

    return [int(word) for word in run_program(["ps", "-ax", "-o", "pid="]).stdout.split()]


def hold_store(place: Place) -> int | None:
    """A file descriptor that keeps the store for whoever has it open, to be handed to the server; None when taken."""
    import fcntl

    stream = os.open(place.store_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(stream)
        return None
    return stream


def _candidates(place: Place) -> list[tuple[int, str]]:
    """Ids that may be the server's, with when it began where we know: our own note first, then the server's."""
    found = []
    with suppress(OSError, ValueError, KeyError, TypeError):
        with open(place.record, "rb") as stream:
            record = json.load(stream)
        found.append((int(record["pid"]), str(record["started"])))
    with suppress(OSError, ValueError), open(place.pid, "rb") as stream:
        found.append((int(stream.read(20)), ""))
    return found


def write_record(place: Place, process: Identity) -> None:
    """Notes which process is the server of `place`."""
    write_file(place.record, json.dumps({"pid": process.pid, "started": process.started}).encode())


def clear_traces(place: Place) -> None:
    """Removes what a server that has ended left lying about."""
    names = [place.record, place.pid]
    with suppress(OSError):
        names += [entry.path for entry in os.scandir(place.ports) if entry.name.endswith(".ports")]
    for name in names:
        with suppress(FileNotFoundError):
            os.unlink(name)


def read_port(place: Place, pid: int) -> int:
    """The port that the server with this id got; 0 while it does not listen yet."""
    try:
        names = [entry.path for entry in os.scandir(place.ports) if entry.name.endswith(f"_{pid}.ports")]
        with open(names[0], "rb") as stream:
            return int(str(json.load(stream)["nats"][0]).rpartition(":")[2])
    except (OSError, ValueError, LookupError, TypeError):
        return 0


def ask_server(running: Running) -> Greeting | None:
    """What `running` says of itself; None when it does not answer."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}[running.host] if running.host in EVERYWHERE else running.host  # noqa: S104
    return read_greeting(host, running.port) if running.port else None


def wait_for_end(process: Identity, timeout_s: float) -> bool:
    """Whether `process` is over within `timeout_s`."""
    return poll(lambda: has_ended(process), timeout_s)


def poll(is_so: Callable[[], bool], timeout_s: float) -> bool:
    """Whether something comes to be so within `timeout_s`; looks often at first."""
    deadline, pause = time.monotonic() + timeout_s, POLL_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.3, 0.1)
    return True


def require_running(place: Place) -> Running:
    """The server that runs for `place`; raises MeshError when none does."""
    running = find_running(place)
    if running is None:
        raise MeshError("the mesh is not up here", "openclaw mesh up")
    return running
