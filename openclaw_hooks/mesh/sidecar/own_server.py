"""The server of a lead that runs one itself: brought up, kept up and told of new nodes; stopped with the sidecar."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.mesh.config import write_file
from openclaw_hooks.mesh.invite import current_accounts, record_join
from openclaw_hooks.mesh.lead import bring_up
from openclaw_hooks.mesh.log import find_store_failure
from openclaw_hooks.mesh.nodes import read_registry
from openclaw_hooks.mesh.place import mesh_lock
from openclaw_hooks.mesh.running import find_running
from openclaw_hooks.mesh.server import reload_server, stop_server

if TYPE_CHECKING:
    import subprocess

    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.processes import Identity
    from openclaw_hooks.mesh.running import Running

REFRESH_S = 60.0  # invitations run out without anybody doing anything


class OwnServer:
    """The server of `place`, whose lead is `node`. What it does takes up to seconds: called from a thread."""

    def __init__(self, place: Place, node: str) -> None:
        self._place = place
        self._node = node
        self._child: subprocess.Popen[bytes] | None = None
        self._nodes_seen: tuple[int, int, int] = (0, 0, 0)
        self._refreshed = 0.0
        self._sound: tuple[int, tuple[int, int, int]] | None = None  # the log that had nothing to say, and of whom
        self._revoked: frozenset[str] = frozenset()
        self._revoked_seen: tuple[int, int, int] = (0, 0, 0)

    def bring_up(self) -> Running:
        """The server, started or found running; raises MeshError, which says why it cannot be."""
        started = bring_up(self._place, self._node)
        if started.child is not None:
            self._child = started.child
            with suppress(OSError):
                write_file(self._note, msgspec.json.encode(started.running.process))
        self._nodes_seen = _stamp(self._place.nodes)
        return started.running

    def find_trouble(self) -> str:
        """Why the server has to be brought up anew, empty while it works."""
        if self._child is not None:
            self._child.poll()  # one that has ended is no zombie from then on
        running = find_running(self._place)
        if running is None:
            return "the server has ended"
        pid, seen = running.process.pid, _stamp(self._place.log)
        if (pid, seen) == self._sound:
            return ""
        trouble = find_store_failure(self._place, pid)  # which reads all of the log
        if not trouble:
            self._sound = (pid, seen)
        return trouble

    def refresh_accounts(self, now: float) -> bool:
        """Gives the server the accounts of the nodes as they are let in now; whether that was something new.

        Looked at when the registry changed and once a minute; raises MeshError when the server refuses them.
        """
        seen = _stamp(self._place.nodes)
        if seen == self._nodes_seen and now - self._refreshed < REFRESH_S:
            return False
        self._refreshed = now
        self._nodes_seen = seen
        with mesh_lock(self._place):
            accounts = current_accounts(read_registry(self._place), datetime.now(UTC))
            with suppress(OSError), open(self._place.accounts, encoding="utf-8") as stream:
                if stream.read() == accounts:
                    return False
            reload_server(self._place, accounts)
        return True

    def note_join(self, node: str) -> None:
        """Notes that `node` has been heard of, so that its invitation does not run out any more."""
        known = read_registry(self._place).find(node)
        if known and not known.joined and not known.revoked:
            with mesh_lock(self._place):
                record_join(self._place, node)

    def list_revoked(self) -> frozenset[str]:
        """The nodes that were let in once and are no more; raises MeshError when the registry cannot be read."""
        seen = _stamp(self._place.nodes)
        if seen != self._revoked_seen:
            self._revoked = frozenset(node.name for node in read_registry(self._place).nodes if node.revoked)
            self._revoked_seen = seen
        return self._revoked

    def stop(self) -> bool:
        """Stops the server when a sidecar started it, this one or one that was killed; whether it did."""
        running = find_running(self._place)
        if running is None or self._read_note() != running.process:
            return False
        with mesh_lock(self._place):
            stop_server(self._place)
        if self._child is not None:
            self._child.wait()
        with suppress(OSError):
            os.unlink(self._note)
        return True

    def abandon(self) -> None:
        """Ends the server that this process started, whatever lies in its place by now."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait()

    @property
    def _note(self) -> str:
        """Which server a sidecar started: the one that `openclaw mesh up` started is left alone."""
        return os.path.join(self._place.folder, "sync.server")

    def _read_note(self) -> Identity | None:
        from openclaw_hooks.mesh.processes import Identity

        with suppress(OSError, msgspec.MsgspecError), open(self._note, "rb") as stream:
            return msgspec.json.decode(stream.read(100_000), type=Identity)
        return None


def _stamp(path: str) -> tuple[int, int, int]:
    """What changes with the content of a file."""
    with suppress(OSError):
        found = os.stat(path)
        return found.st_mtime_ns, found.st_ino, found.st_size
    return 0, 0, 0
