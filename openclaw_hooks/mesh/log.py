"""What the server says in its log, as far as it matters to its user."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place

MAX_SHOWN = 300
# After one of these a stream takes no writes until the server starts again, even when there is room by then: measured,
# with 2.15.1. Writers only see that no answer comes.
_STORE_FAILURE = re.compile(r"failed to store a msg|no space left|resource limits exceeded|JetStream.* DISABLED")


def log_size(place: Place) -> int:
    """Where the log ends now, to read on from there later."""
    try:
        return os.stat(place.log).st_size
    except OSError:
        return 0


def read_log(place: Place, start: int = 0) -> str:
    """The log from byte `start` on; all of it when it was begun anew since."""
    try:
        with open(place.log, "rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(start if size >= start else 0)
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def explain_log(place: Place, start: int = 0) -> str:
    """The last complaint in the log from byte `start` on, without its time and process id."""
    lines = read_log(place, start).splitlines()
    told = _complaints(lines) or lines
    return display_path(told[-1].strip())[:MAX_SHOWN] if told else "it said nothing"


def find_store_failure(place: Place, pid: int) -> str:
    """Why the server with this id has stopped writing; empty while it writes."""
    lines = [line for line in read_log(place).splitlines() if line.startswith(f"[{pid}] ")]
    failures = [line for line in _complaints(lines) if _STORE_FAILURE.search(line)]
    return display_path(failures[-1].strip())[:MAX_SHOWN] if failures else ""


def _complaints(lines: list[str]) -> list[str]:
    parts = (re.split(r"\[(?:FTL|ERR|WRN)\] ", line, maxsplit=1) for line in lines)
    return [told[1] for told in parts if len(told) == 2]
