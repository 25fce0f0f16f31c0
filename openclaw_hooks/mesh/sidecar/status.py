"""How the sidecar stands, in a file that other programs read without asking it."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place

MAX_BYTES = 4 << 20


class NodeStatus(Struct, frozen=True, omit_defaults=True):
    """A node as this one hears of it: `silent_s` since its last sign of life, `lag` in changes not yet applied."""

    node: str
    role: str = ""
    silent_s: float = 0.0
    lag: int = 0
    version: str = ""
    host: str = ""
    offers: tuple[str, ...] = ()


class SyncStatus(Struct, frozen=True):
    """How a sidecar stands; times in UTC, empty for what has not happened."""

    pid: int
    started: str
    node: str
    role: str
    state: str = "starting"
    leading: bool = False
    lead: str = ""
    term: int = 0
    server: str = ""
    nodes: tuple[NodeStatus, ...] = ()
    pending: int = 0
    intents: int = 0
    conflicts: int = 0
    last_error: str = ""
    last_error_at: str = ""
    halted: str = ""
    last_pass: str = ""
    at: str = ""


class StatusFile:
    """Writes the status where it differs from what it wrote before; a disk that takes nothing is passed over."""

    def __init__(self, place: Place) -> None:
        self._path = place.sync_status
        self._written: SyncStatus | None = None

    def write(self, status: SyncStatus) -> None:
        """Puts `status` into the file if it says something new."""
        if status == self._written:
            return
        with suppress(OSError):
            encoded = msgspec.json.encode(replace(status, at=stamp()))
            atomic_write(self._path, msgspec.json.format(encoded, indent=2) + b"\n", 0o600)
            self._written = status


def read_status(place: Place) -> SyncStatus | None:
    """What the sidecar of `place` last said of itself; None when it never did, or not so that it can be read."""
    with suppress(OSError, msgspec.MsgspecError, RecursionError), open(place.sync_status, "rb") as stream:
        return msgspec.json.decode(stream.read(MAX_BYTES), type=SyncStatus)
    return None


def stamp() -> str:
    """The time in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
