"""What the sidecar notes: a line of JSON per thing that matters, in a file that cannot grow without end."""

from __future__ import annotations

import math
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from typing import TextIO

MAX_BYTES = 4 << 20
KEPT = 3  # files, the one that is written included
QUIET_S = 60.0  # a complaint that is made again and again is noted so often
MAX_TEXT = 2_000
MAX_REMEMBERED = 256
LASTING_S = 600.0  # a trouble of which nobody says when it is over


class SyncLog:
    """The log at `path`; what cannot be written is lost, since a full disk must not end what it reports.

    `screen` is told the same in words, where somebody watches.
    """

    def __init__(self, path: str, screen: TextIO | None = None) -> None:
        self.path = path
        self._screen = screen
        self._told: dict[tuple[str, str], tuple[float, int]] = {}  # when it was noted last, and how often it came since
        self._troubles: dict[str, tuple[float, str, str]] = {}  # by event: when it came last, its time in words, it

    @property
    def last_error(self) -> str:
        """The trouble that came last, of those that are not over; empty when all is well."""
        return self._find_last()[2]

    @property
    def last_error_at(self) -> str:
        """When that was, in UTC."""
        return self._find_last()[1]

    def _find_last(self) -> tuple[float, str, str]:
        last = max(self._troubles.values(), default=(0.0, "", ""))
        return last if time.monotonic() - last[0] < LASTING_S else (0.0, "", "")

    def note(self, event: str, text: str = "", **fields: Any) -> None:
        """Notes that `event` happened; `text` is for people."""
        self._write("info", event, text, fields)

    def complain(self, event: str, text: str, **fields: Any) -> None:
        """Notes a trouble, the same one once a minute at most; it lasts until it is `over`, or did not come for long."""
        key, now = (event, text), time.monotonic()
        if len(self._troubles) >= MAX_REMEMBERED:
            self._troubles.clear()
        self._troubles[event] = (now, _now(), f"{event}: {text}"[:MAX_TEXT])
        since, count = self._told.get(key, (-QUIET_S, 0))
        if now - since < QUIET_S:
            self._told[key] = (since, count + 1)
            return
        if len(self._told) >= MAX_REMEMBERED:
            self._told.pop(next(iter(self._told)))
        self._told[key] = (now, 0)
        self._write("error", event, text, {**fields, **({"repeated": count} if count else {})})

    def over(self, *events: str, since: float = math.inf) -> None:
        """What was complained about as one of `events`, and not after `since` (monotonic), is no trouble any more."""
        for event in events:
            if event in self._troubles and self._troubles[event][0] <= since:
                del self._troubles[event]

    def crash(self, event: str, error: BaseException) -> None:
        """Notes an error that nobody foresaw, with where it came from."""
        import traceback

        frames = traceback.extract_tb(error.__traceback__)[-3:]
        where = " < ".join(f"{os.path.basename(one.filename)}:{one.lineno}" for one in reversed(frames))
        self.complain(event, f"{type(error).__name__}: {error}", where=where)

    def _write(self, level: str, event: str, text: str, fields: dict[str, Any]) -> None:
        text = text[:MAX_TEXT]
        entry = {"at": _now(), "level": level, "event": event, **({"text": text} if text else {}), **fields}
        line = msgspec.json.encode(entry, enc_hook=str) + b"\n"
        with suppress(OSError):
            self._rotate(len(line))
            with open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as stream:
                stream.write(line)
        if self._screen is not None:
            with suppress(OSError, ValueError):
                print(f"{event}: {display_path(text)}" if text else event, file=self._screen, flush=True)

    def _rotate(self, more: int) -> None:
        try:
            size = os.stat(self.path).st_size
        except FileNotFoundError:
            return
        if size + more <= MAX_BYTES:
            return
        for number in range(KEPT - 1, 0, -1):
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}.{number - 1}" if number > 1 else self.path, f"{self.path}.{number}")


def open_log(path: str, *, is_watched: bool = False) -> SyncLog:
    """The log at `path`, shown on stderr too when `is_watched`."""
    return SyncLog(path, sys.stderr if is_watched else None)


def _now() -> str:
    moment = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"
