"""The section `## Attempts` of a task: what each run of it tried, a part with a heading of its own for each run."""

from __future__ import annotations

import re
from typing import Final

HEADING: Final = "### Run "
MAX_RUNS: Final = 5
MAX_CHARS: Final = 12_000
LEFT_OUT: Final = "Earlier runs are in the telemetry: `openclaw agent attempts` shows them."

_PART: Final = re.compile(rf"(?m)^(?={re.escape(HEADING)})")
_RUN: Final = re.compile(rf"{re.escape(HEADING)}(\S+)")


def join_attempts(present: str, told: str) -> str:
    """The section's text `present` with what `told` says: a run that is told again is told anew, the oldest go first.

    Text above the first run is somebody's own and stays.
    """
    above, parts = _split(present)
    intro, new = _split(told)
    above = above.replace(LEFT_OUT, "").strip("\n") or intro
    names = set(map(_name_of, new))
    parts = [part for part in parts if _name_of(part) not in names] + new
    return shorten_attempts("\n\n".join(filter(None, (above, *parts))))


def shorten_attempts(text: str) -> str:
    """The last runs of a section's text, as many as it may have; the last one is cut where it alone is too long."""
    above, parts = _split(text)
    kept: list[str] = []
    for part in reversed(parts[-MAX_RUNS:]):
        if kept and sum(map(len, kept)) + len(part) > MAX_CHARS:
            break
        kept.insert(0, _cut(part))
    is_short = len(kept) < len(parts)
    own = above.replace(LEFT_OUT, "").strip("\n") if is_short else above
    return "\n\n".join(filter(None, (_cut(own), LEFT_OUT if is_short else "", *kept)))


def list_runs(text: str) -> str:
    """What runs told in a section's text, as much as it may have, without what else stands there."""
    return shorten_attempts("\n\n".join(_split(text)[1]))


def _split(text: str) -> tuple[str, list[str]]:
    """What stands above the first run, and the part of each run."""
    pieces = [piece.strip("\n") for piece in _PART.split(text)]
    is_run = bool(pieces) and pieces[0].startswith(HEADING)
    return ("", pieces) if is_run else (pieces[0] if pieces else "", pieces[1:])


def _name_of(part: str) -> str:
    found = _RUN.match(part)
    return found[1].rstrip(":") if found else part


def _cut(text: str) -> str:
    """`text` up to the last whole line that may stay."""
    if len(text) <= MAX_CHARS:
        return text
    return f"{text[:MAX_CHARS].rpartition(chr(10))[0] or text[:MAX_CHARS]}\n\n..."
