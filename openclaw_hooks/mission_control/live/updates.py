"""The data of a served site: read anew in part, written where it changed, and told to who listens."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from typing import TYPE_CHECKING, Final

from openclaw_hooks.files import atomic_write
from openclaw_hooks.mission_control.build import (
    URGENT,
    changed_files,
    encode_changed,
    hash_data,
    make_files,
    version_files,
)
from openclaw_hooks.mission_control.facts import READERS, read_facts, refresh_facts
from openclaw_hooks.mission_control.pages import DATA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from openclaw_hooks.mission_control.build import Encoded
    from openclaw_hooks.mission_control.place import SiteOptions

MOST_LISTENERS: Final = 64
FAST: Final = frozenset({"board"})  # what people wait for; the rest follows
SLOW: Final = frozenset(READERS) - FAST
RUN_PARTS: Final = frozenset({"runs"})
RUN_ROWS: Final = ("runs", "run-details")


class Listeners:
    """The pages that are open, each with a queue of messages; who is too slow for its queue is let go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: list[queue.Queue[str]] = []

    def join(self) -> queue.Queue[str] | None:
        """A queue for one more page; None when there are too many."""
        with self._lock:
            if len(self._queues) >= MOST_LISTENERS:
                return None
            mine: queue.Queue[str] = queue.Queue(maxsize=100)
            self._queues.append(mine)
            return mine

    def leave(self, mine: queue.Queue[str]) -> None:
        """The page of this queue is closed."""
        with self._lock:
            if mine in self._queues:
                self._queues.remove(mine)

    def tell(self, message: object) -> None:
        """Sends `message` to every page."""
        text = json.dumps(message, separators=(",", ":"))
        with self._lock:
            for mine in list(self._queues):
                try:
                    mine.put_nowait(text)
                except queue.Full:
                    self._queues.remove(mine)


class LiveData:
    """The data files below `folder` (that of Mission Control in a built site) of the repository at `root`."""

    def __init__(self, root: str, folder: str, options: SiteOptions) -> None:
        self.listeners = Listeners()
        self._folder = folder
        self._lock = threading.Lock()
        self._facts = read_facts(root, time.time(), options)
        self._versions: dict[str, str] = {}
        self._write_all()

    @property
    def versions(self) -> dict[str, str]:
        """The hash of every data set, as pages that come back compare them."""
        return dict(self._versions)

    def follow(self, parts: Collection[str], rows: Collection[str] = URGENT) -> None:
        """Reads `parts` anew, writes what people wait for where it differs, and tells the pages; `settle` does the rest."""
        self._read(parts)
        self._publish(rows)

    def settle(self, parts: Collection[str]) -> Iterator[None]:
        """Reads `parts` anew, writes all that differs and tells the pages, in small steps: who takes them may stop."""
        for part in parts:
            self._read((part,))
            yield
        for row in DATA:
            self._publish((row,))
            yield

    def _read(self, parts: Collection[str]) -> None:
        with self._lock:
            self._facts = refresh_facts(self._facts, time.time(), parts)

    def _publish(self, rows: Collection[str]) -> None:
        with self._lock:
            changed = encode_changed(self._facts, self._versions, rows)
            marks = {name: data.hash for name, data in changed.items()}
            if changed:
                self._versions |= marks
                self._write(self._files_of(changed))
        if changed:
            self.listeners.tell({"changed": marks})

    def _files_of(self, changed: Mapping[str, Encoded]) -> dict[str, bytes]:
        return {**changed_files(changed), **version_files(self._versions)}

    def restart(self) -> None:
        """The folder is a new one, made from an own reading: all data is written again, and pages load anew."""
        with self._lock:
            self._facts = refresh_facts(self._facts, time.time(), READERS)
            self._write_all()
        self.listeners.tell({"reload": True})

    def _write_all(self) -> None:
        for path, content in make_files(self._facts):
            if not path.startswith("assets/"):
                self._write({path: content})
        self._versions = hash_data(self._facts)

    def _write(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            full = os.path.join(self._folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            atomic_write(full, content)
