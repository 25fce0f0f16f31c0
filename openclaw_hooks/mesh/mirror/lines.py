"""What the commit says of a file that the mesh has changed, in the words that commands have for it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mesh.wire.keys import key_of
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.tasks.model import Task

TOLD_S: Final = 600.0
NOBODY: Final = "mesh"
_STATUS = re.compile(rb"^status: *[\"']?([a-z_]+)", re.MULTILINE)


def describe_change(path: str, old: bytes | None, new: bytes, by: str = "") -> str:
    """One line for the change of a file from `old` to `new`, made by the node `by` as far as that is known."""
    if not path.startswith(f"{TASKS_FOLDER}/"):
        return _describe_plan(path, old, new, by or NOBODY)
    after = _parse(path, new)
    before = _parse(path, old)
    if after is None:
        return f"{path} changed ({by or NOBODY})"
    who = by or after.owner or NOBODY
    if before is None:
        return f"task {after.id} {after.status}: {after.title} ({who})"
    if before.status != after.status:
        who = by or after.owner or before.owner or NOBODY
        return f"task {after.id} {before.status} -> {after.status} ({who})" + (
            f": {after.reason}" if after.reason else ""
        )
    names = [name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    return f"task {after.id} {', '.join(names) or 'text'} changed ({by or NOBODY})"


class Told:
    """What was told of late, so that a file which stays broken is not told of with every pass."""

    def __init__(self) -> None:
        self._times: dict[str, float] = {}

    def fresh(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Those of `lines` that were not told in the last ten minutes."""
        now = time.monotonic()
        self._times = {line: at for line, at in self._times.items() if now - at < TOLD_S}
        found = tuple(dict.fromkeys(line for line in lines if line not in self._times))
        self._times |= dict.fromkeys(found, now)
        return found


def _describe_plan(path: str, old: bytes | None, new: bytes, who: str) -> str:
    statuses = [found[1].decode() if (found := _STATUS.search(text or b"")) else "" for text in (old, new)]
    key = key_of(path) or path
    if old is None:
        return f"plan {key} {statuses[1]} ({who})"
    moved = f"{statuses[0]} -> {statuses[1]}" if statuses[0] != statuses[1] else "changed"
    return f"plan {key} {moved} ({who})"


def _parse(path: str, content: bytes | None) -> Task | None:
    try:
        return parse_task(path, content) if content is not None else None
    except DocumentError:
        return None
