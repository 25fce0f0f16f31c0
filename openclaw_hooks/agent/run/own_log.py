"""The log of the run that this process is at: what anybody else does to it is found, and undone from memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.agent.events import EventLog
from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.agent.run.lock import LOCK
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.agent.events import Event


class OwnLog:
    """The log in `folder`, whose lock is held, with the `events` in it so far."""

    def __init__(self, folder: str, events: Iterable[Event]) -> None:
        self._log = EventLog(folder)
        self._lock = os.path.join(folder, LOCK)
        self.events = list(events)
        self._held = _look(self._lock)[:1]
        self._seen = _look(self._log.path)

    def append(self, event: Event) -> Event:
        """`event` with its time, on disk when this returns; raises OpenclawError."""
        self.mend()
        stamped = self._log.append(event)
        self.events.append(stamped)
        self._seen = _look(self._log.path)
        return stamped

    def mend(self) -> bool:
        """Whether the log was not as this process has left it; it is now. Raises OpenclawError where that cannot be done."""
        if _look(self._log.path) == self._seen or self._is_the_same():
            return False
        holder = _look(self._lock)[:1]
        if holder and holder != self._held:  # ours was deleted, and somebody believed that nobody was at the run
            raise RefusedError(f"another process may be at the run in {self._log.folder}", "see what it does first")
        content = b"".join(msgspec.json.encode(event) + b"\n" for event in self.events)
        try:
            if os.path.islink(self._log.path) or not os.path.isfile(self._log.path):
                remove_folder(self._log.path)
            atomic_write(self._log.path, content, 0o600)
        except OSError as error:
            message = f"the log of the run was changed and cannot be put back: {error.strerror} ({self._log.path})"
            raise OpenclawError(message, "put a folder there, then begin anew") from error
        self._seen = _look(self._log.path)
        return True

    def _is_the_same(self) -> bool:
        """Whether it still says what it said, such as after a copy of the repository was linked to it."""
        try:
            return not os.path.islink(self._log.path) and self._log.read() == self.events
        except (OpenclawError, OSError):
            return False


def _look(path: str) -> tuple[int, ...]:
    """What changes with a file; nothing where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_ctime_ns, found.st_mode)
