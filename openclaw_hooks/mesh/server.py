"""The server of a repository: started so that it outlives us, found again, told of new accounts, stopped.

The caller holds `mesh_lock` where something changes. Signals go only to a process that is verified to be ours.
"""

from __future__ import annotations

import os
import secrets
import signal
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.accounts import without_new_imports
from openclaw_hooks.mesh.config import ServerSettings, make_config, read_settings, write_file, write_settings
from openclaw_hooks.mesh.log import explain_log, find_store_failure, log_size, read_log
from openclaw_hooks.mesh.place import MeshError, Place, make_folders
from openclaw_hooks.mesh.probe import read_greeting, why_not_free
from openclaw_hooks.mesh.processes import identify, send_signal
from openclaw_hooks.mesh.program import find_program, show_version
from openclaw_hooks.mesh.running import (
    Running,
    ask_server,
    clear_traces,
    find_running,
    find_unnoted,
    hold_store,
    poll,
    read_port,
    require_running,
    wait_for_end,
    write_record,
)

if TYPE_CHECKING:
    import subprocess

    from openclaw_hooks.mesh.program import Program

READY_S = 60.0  # a store of many gigabytes is checked before the server listens
STOP_S = 10.0
RELOAD_S = 10.0
MIN_FREE_BYTES = 32 << 20


class Started(NamedTuple):
    """What `start_server` came to: the server, whether it ran already, and our handle on it if we started it."""

    running: Running
    is_adopted: bool
    child: subprocess.Popen[bytes] | None


def start_server(place: Place, accounts: str, wanted: ServerSettings | None = None) -> Started:
    """The server of `place` with these accounts, started or found running; ready, with JetStream.

    One that ran out of room and writes no more is started anew. `wanted` changes where it listens. Raises MeshError, which says why it cannot be, and leaves nothing running then.
    """
    make_folders(place)
    settings = read_settings(place)
    asked = settings if wanted is None else _merge(settings, wanted)
    running = find_running(place) or find_unnoted(place)
    if running and find_store_failure(place, running.process.pid):
        stop_server(place)
        running = None
    if running:
        if replace(asked, port=asked.port or running.port) != replace(settings, port=running.port):
            raise MeshError(f"the mesh is up on {running.host}:{running.port}", "stop it first: openclaw mesh down")
        return Started(_adopt(place, settings, running, accounts), True, None)
    program = find_program()
    settings = replace(asked, name=asked.name or f"openclaw-{secrets.token_hex(4)}")
    free = _refuse_hopeless(place, settings, program)
    clear_traces(place)
    write_settings(place, settings)
    write_file(place.accounts, accounts.encode())
    write_file(place.config, os.fsencode(make_config(place, settings, limit_store(place, free))))
    logged_from = log_size(place)
    child = _launch(place, program)
    try:
        running = _wait_until_ready(place, settings, child, logged_from)
        write_settings(place, replace(settings, port=running.port, version=max(settings.version, program.version)))
    except BaseException:
        child.kill()
        child.wait()
        clear_traces(place)
        raise
    return Started(running, False, child)


def _merge(settings: ServerSettings, wanted: ServerSettings) -> ServerSettings:
    """`wanted` with what outlives a change of address; the port stays as long as the host does."""
    kept = settings.port if settings.host == wanted.host else 0
    return replace(wanted, name=settings.name, version=settings.version, port=wanted.port or kept)


def _adopt(place: Place, settings: ServerSettings, running: Running, accounts: str) -> Running:
    if not poll(lambda: read_port(place, running.process.pid) > 0, READY_S):
        raise MeshError(f"process {running.process.pid} is our server and does not listen", "openclaw mesh down")
    running = running._replace(port=read_port(place, running.process.pid))
    greeting = ask_server(running)
    if greeting is None or greeting.name != settings.name:
        raise MeshError(f"process {running.process.pid} is our server and does not answer", "openclaw mesh down")
    write_record(place, running.process)
    reload_server(place, accounts)  # also when the file says so already: who wrote it may have been killed before this
    return running


def _read_accounts(place: Place) -> str:
    try:
        with open(place.accounts, encoding="utf-8") as stream:
            return stream.read()
    except OSError:
        return ""


def _refuse_hopeless(place: Place, settings: ServerSettings, program: Program) -> int:
    """How many bytes are free; raises MeshError for what the server would only say in its log, or would not notice."""
    if program.version < settings.version:
        raise MeshError(
            f"{display_path(place.store)} was written by nats-server {show_version(settings.version)},"
            f" and {show_version(program.version)} may not read it",
            f"install {show_version(settings.version)} or newer",
        )
    found = os.statvfs(place.store)
    free = found.f_bavail * found.f_frsize
    if free < MIN_FREE_BYTES:
        raise MeshError(
            f"only {free >> 20} MB are free below {display_path(place.store)}",
            f"the mesh needs {MIN_FREE_BYTES >> 20} MB to start",
        )
    if settings.port and (reason := why_not_free(settings.host, settings.port)):
        greeting = read_greeting(settings.host, settings.port)
        if greeting:
            reason = f"the NATS server `{greeting.name[:60]}` {greeting.version[:20]} listens there, which is not ours"
        raise MeshError(
            f"the mesh cannot listen on {settings.host} port {settings.port}: {reason}",
            "free the port, or take another: openclaw mesh up --listen HOST:PORT; invitations name it",
        )
    return free


def limit_store(place: Place, free_bytes: int) -> int:
    """How large the store may get: as it is, and most of what is free.

    The server's own rule forgets what it keeps already, and would stop writing on a disk that is half full of that.
    """
    kept = sum(
        os.stat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(place.store) for name in names
    )
    return kept + free_bytes // 10 * 9


def _launch(place: Place, program: Program) -> subprocess.Popen[bytes]:
    from openclaw_hooks.process import start_program

    stream = hold_store(place)
    if stream is None:
        raise MeshError("another server took the store meanwhile", "try again")
    try:
        child = start_program([program.path, "-c", place.config], place.log, [stream])
    finally:
        os.close(stream)
    process = identify(child.pid)
    if process is not None:
        write_record(place, process)
    return child


def _wait_until_ready(
    place: Place, settings: ServerSettings, child: subprocess.Popen[bytes], logged_from: int
) -> Running:
    poll(lambda: child.poll() is not None or read_port(place, child.pid) > 0, READY_S)
    if child.poll() is not None:
        raise MeshError(
            f"nats-server ended at once: {explain_log(place, logged_from)}", f"see {display_path(place.log)}"
        )
    process, port = identify(child.pid), read_port(place, child.pid)
    if process is None or not port:
        raise MeshError(f"nats-server does not listen after {READY_S:g} s", f"see {display_path(place.log)}")
    running = Running(process, settings.host, port)
    greeting = ask_server(running)
    if greeting is None or greeting.name != settings.name:
        raise MeshError(f"something else answers on {settings.host} port {port}", "openclaw mesh up --listen HOST:PORT")
    if not greeting.has_jetstream:
        raise MeshError(f"nats-server runs without JetStream: {explain_log(place, logged_from)}")
    return running


def stop_server(place: Place) -> Running | None:
    """The server that was stopped; None when none ran. Kills one that does not end by itself."""
    running = find_running(place)
    if running is None:
        clear_traces(place)
        return None
    for number in (signal.SIGTERM, signal.SIGKILL):
        send_signal(running.process, number)
        if wait_for_end(running.process, STOP_S):
            clear_traces(place)
            return running
    raise MeshError(f"process {running.process.pid} does not end", f"see {display_path(place.log)}")


def reload_server(place: Place, accounts: str) -> None:
    """Gives the running server new accounts; those of clients that lost theirs are cut off. Nothing else restarts.

    Raises MeshError when none runs, or it refuses them; the accounts before stay in force then.
    """
    running = require_running(place)
    before = _read_accounts(place)
    for step in (without_new_imports(before, accounts), accounts):
        if step:
            _reload(place, running, step, before)


def _reload(place: Place, running: Running, accounts: str, before: str) -> None:
    write_file(place.accounts, accounts.encode())
    logged_from = log_size(place)
    send_signal(running.process, signal.SIGHUP)
    told = ""

    def has_answered() -> bool:
        nonlocal told
        told = read_log(place, logged_from)
        return "Reloaded server configuration" in told or "Failed to reload" in told

    if not poll(has_answered, RELOAD_S) or "Failed to reload" in told:
        write_file(place.accounts, before.encode())
        reason = explain_log(place, logged_from) if told else f"it did not answer within {RELOAD_S:g} s"
        raise MeshError(f"the server did not take the new accounts: {reason}", f"see {display_path(place.log)}")
