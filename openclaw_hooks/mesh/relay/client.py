"""A question to the sidecar of this repository, over its socket: one line of JSON each way."""

from __future__ import annotations

import os
import socket
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.wire.messages import (
    MAX_MESSAGE_BYTES,
    Answer,
    Problem,
    WireError,
    decode_answer,
    encode_message,
)

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.wire.messages import Command

TIMEOUT_S: Final = 10.0
TRIES: Final = 2  # of one command: its id makes sure that it is done once
CHUNK: Final = 1 << 16
PAUSE_S: Final = 0.02
SHORTEST_S: Final = 0.001  # zero would mean: do not wait at all
FOR_OTHERS: Final = 0o077


class AbsentError(MeshError):
    """No sidecar runs in this repository."""


class SilentError(RefusedError):
    """A sidecar runs but did not answer: what was asked may be done or not."""


class Here(Struct, frozen=True):
    """Where a command is given: its working tree, the session of its agent, the agent run. The sidecar keeps this to itself."""

    worktree: str = ""
    session: str = ""
    run: str = ""


class _Question(Struct, frozen=True):
    """What the sidecar reads; `command` is JSON already."""

    op: str
    command: msgspec.Raw
    here: Here


class _Refusal(Struct, frozen=True):
    """What the sidecar answers to a line before it has read a command in it."""

    ok: bool
    error: Problem
    id: str = ""


class _Told(Struct, frozen=True):
    """The answer to the question how it stands."""

    status: dict[str, object]


def is_running(place: Place) -> bool:
    """Whether a sidecar listens in this repository; raises MeshError when its socket is not safe to use."""
    try:
        _connect(place, time.monotonic() + TIMEOUT_S).close()
    except AbsentError:
        return False
    return True


def ask_status(place: Place, timeout_s: float) -> dict[str, object]:
    """What the sidecar says of itself, empty when it does not within `timeout_s`; raises AbsentError when none runs."""
    reply = _try_once(place, b'{"op": "status"}\n', timeout_s)
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(reply, type=_Told).status
    return {}


def ask(place: Place, command: Command, here: Here, timeout_s: float = 0.0) -> Answer:
    """What the sidecar answers to `command`, which is sent once more, under the same id, when no answer comes.

    Raises AbsentError when no sidecar runs, SilentError when it does not answer, WireError for what is no answer.
    """
    timeout_s = timeout_s or TIMEOUT_S
    line = msgspec.json.encode(_Question("command", msgspec.Raw(encode_message(command)), here)) + b"\n"
    reply = b""
    for attempt in range(TRIES):
        try:
            reply = _try_once(place, line, timeout_s)
        except AbsentError:
            if attempt == 0:
                raise
            break  # it went away on the first try, and may have done it
        if reply:
            return _read_answer(reply, command)
    raise SilentError(
        f"the sidecar{_name_process(place)} does not answer (waited {TRIES} x {timeout_s:g} s)",
        "whether it was done shows when it does: `openclaw mesh status`; giving the same command again is safe",
    )


def _try_once(place: Place, line: bytes, timeout_s: float) -> bytes:
    """The line that comes back, empty when none does in time; raises AbsentError."""
    connection = _connect(place, time.monotonic() + timeout_s)
    with connection, suppress(OSError):  # TimeoutError is one; the others: the sidecar ended meanwhile
        return _exchange(connection, line, time.monotonic() + timeout_s)
    return b""


def _connect(place: Place, deadline: float) -> socket.socket:
    path = place.sync_socket if hasattr(socket, "AF_UNIX") else ""
    if not os.path.lexists(path):
        raise AbsentError("no sidecar runs here", "start it: `openclaw sync`")
    _refuse_strange(path)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(max(deadline - time.monotonic(), SHORTEST_S))
    try:
        while not _has_reached(connection, path) and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
    except (ConnectionRefusedError, FileNotFoundError) as error:
        connection.close()
        raise AbsentError("no sidecar runs here", "start it: `openclaw sync`") from error
    except OSError as error:
        connection.close()
        raise MeshError(f"{display_path(path)}: cannot be used: {error.strerror}") from error
    return connection  # if it was not reached, sending fails, as it does when nobody answers


def _has_reached(connection: socket.socket, path: str) -> bool:
    """Whether the other end took notice; not when its queue is full, as that of a process that is stopped."""
    try:
        connection.connect(path)
    except (BlockingIOError, TimeoutError):
        return False
    return True


def _refuse_strange(path: str) -> None:
    """Raises MeshError unless socket and folder are this user's alone: the folder may be one that all users share."""
    folder = os.path.dirname(path)
    try:
        around, found = os.lstat(folder), os.lstat(path)
    except FileNotFoundError as error:
        raise AbsentError("no sidecar runs here", "start it: `openclaw sync`") from error
    own = os.geteuid()
    if around.st_uid != own:  # no sidecar of ours listens there; somebody else is not to stop every command by that
        hint = "start it: `openclaw sync`, which says how that folder is in its way"
        raise AbsentError(f"no sidecar of yours runs here: {display_path(folder)} is somebody else's", hint)
    is_safe = stat.S_ISDIR(around.st_mode) and around.st_uid == own and not around.st_mode & FOR_OTHERS
    if not is_safe or found.st_uid != own or not stat.S_ISSOCK(found.st_mode):
        raise MeshError(
            f"{display_path(path)} is not the socket of a sidecar of yours", "delete it, and run `openclaw sync` again"
        )


def _exchange(connection: socket.socket, line: bytes, deadline: float) -> bytes:
    """The line that comes back, empty when the sidecar ends before it is whole; raises TimeoutError at `deadline`."""
    connection.settimeout(max(deadline - time.monotonic(), SHORTEST_S))
    connection.sendall(line)
    parts: list[bytes] = []
    size = 0
    while size <= MAX_MESSAGE_BYTES:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(CHUNK)
        parts.append(part)
        size += len(part)
        if part.endswith(b"\n"):
            return b"".join(parts)
        if not part:
            return b""
    raise WireError(f"the sidecar's answer is longer than {MAX_MESSAGE_BYTES:,} bytes")


def _read_answer(reply: bytes, command: Command) -> Answer:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        refusal = msgspec.json.decode(reply, type=_Refusal)
        if not refusal.ok and not refusal.id:
            return Answer(command.id, ok=False, error=refusal.error)
    answer = decode_answer(reply)
    if answer.id != command.id:
        raise WireError("the sidecar answered another question", "is it of another version? restart `openclaw sync`")
    return answer


def _name_process(place: Place) -> str:
    """Which process the sidecar is, as far as its status says."""
    status = read_status(place)
    return f" (process {status.pid})" if status and status.pid else ""


class Status(Struct, frozen=True):
    """What the command line needs of the sidecar's own status: which process, and as whom it speaks."""

    pid: int = 0
    node: str = ""
    role: str = ""


def read_status(place: Place) -> Status | None:
    """What the sidecar last said about itself, None when nothing can be read; it may be over by now."""
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError), open(place.sync_status, "rb") as stream:
        return msgspec.json.decode(stream.read(MAX_MESSAGE_BYTES), type=Status)
    return None
