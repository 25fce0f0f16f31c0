"""What becomes of a file that somebody edited by hand: decided from its content before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from openclaw_hooks.tasks.moves import Right


class Absorbed(NamedTuple):
    """What to commit (None: nothing), what to write back to disk (None: it stays as it is), and what to tell."""

    content: bytes | None
    disk: bytes | None
    reports: tuple[str, ...]


def judge_edit(base: bytes | None, disk: bytes, path: str, rights: frozenset[Right]) -> Absorbed:
    """What an edit by hand of the file at `path` comes to, for somebody with `rights`."""
    from openclaw_hooks.tasks.markdown import parse_task

    if path.startswith(f"{TASKS_FOLDER}/"):
        try:
            parse_task(path, disk)
        except DocumentError as error:
            return Absorbed(None, None, (f"{error} (left as it is, not committed)",))
    return Absorbed(disk, None, ())
