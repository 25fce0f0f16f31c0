"""One sidecar per repository: a lock that its process holds while it lives, however it ends."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.place import MeshError, make_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.mesh.place import Place

PATIENCE_S = 0.3  # whoever asks whether a sidecar runs holds the lock for a moment
POLL_S = 0.02


class HeldLock(NamedTuple):
    """The lock while it is held."""

    path: str
    stream: int

    def is_in_place(self) -> bool:
        """Whether the file that is held still lies where others look for it: the repository is the one it was."""
        held = os.fstat(self.stream)
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return (held.st_dev, held.st_ino) == (found.st_dev, found.st_ino)


@contextmanager
def sidecar_lock(place: Place) -> Iterator[HeldLock]:
    """Holds the repository for this sidecar; raises RefusedError, which names the process, when another one does."""
    make_folders(place)
    stream = _open(place)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _take(stream):
            if time.monotonic() > deadline:
                raise RefusedError(f"a sidecar runs here already: {_holder(stream)}", "openclaw mesh status")
            time.sleep(POLL_S)
        with suppress(OSError):  # on a full disk nobody learns the id
            os.ftruncate(stream, 0)
            os.pwrite(stream, f"{os.getpid()}\n".encode("ascii"), 0)
        yield HeldLock(place.sync_lock, stream)
    finally:
        os.close(stream)


def find_sidecar_process(place: Place) -> int:
    """The id of the process that runs as the sidecar of `place`; 0 when none does, whatever was left lying about."""
    try:
        stream = os.open(place.sync_lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        return 0 if _take(stream) else _read_id(stream)
    finally:
        os.close(stream)


def name_holder(place: Place) -> str:
    """A name for whoever holds this very lock: the same for one holder after another, and for none in another place.

    A copy of the repository, another machine and another start of this one have names of their own.
    """
    import hashlib
    import platform

    found = os.stat(place.sync_lock)
    boot = b""
    with suppress(OSError), open("/proc/sys/kernel/random/boot_id", "rb") as stream:
        boot = stream.read(64)
    words = f"{platform.node()} {found.st_dev} {found.st_ino} {place.sync_lock} ".encode("utf-8", "surrogateescape")
    return hashlib.sha256(words + boot).hexdigest()[:16]


def _open(place: Place) -> int:
    try:
        return os.open(place.sync_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise MeshError(f"{display_path(place.sync_lock)} cannot be opened: {error.strerror}") from error


def _take(stream: int) -> bool:
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(stream: int) -> str:
    found = _read_id(stream)
    return f"process {found}" if found > 0 else "it does not say which process"


def _read_id(stream: int) -> int:
    """What the holder noted; -1 where it could not."""
    try:
        return int(os.pread(stream, 20, 0))
    except (OSError, ValueError):
        return -1
