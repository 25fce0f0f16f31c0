"""The output of `git log --raw -z` taken apart: which commit changed which task files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mission_control.moments import read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = b"\x01"  # stands alone before each commit; no path is looked at where one may come
MAX_OTHERS: Final = 20
MAX_TEXT: Final = 300  # characters of a subject, and of a name
_TASK: Final = re.compile(rb"tasks/(T-[0-9a-hjkmnp-tv-z]{6})\.md")


class Logged(NamedTuple):
    """A commit: its first parent (empty: none), the tasks it changed (id, blob before, blob after) and other paths."""

    oid: str
    parent: str
    time: int
    who: str
    what: str
    tasks: tuple[tuple[str, str, str], ...]
    others: tuple[str, ...]


def parse_log(output: bytes) -> list[Logged]:
    """The commits that a log tells, in its order; the format is that of `history.LOG`."""
    parts = iter(output.split(b"\0"))
    found: list[Logged] = []
    part = next(parts, None)
    while part is not None:
        if part.lstrip(b"\n") == MARK:
            commit, part = _read_commit(parts)
            found.append(commit)
        else:
            part = next(parts, None)
    return found


def _read_commit(parts: Iterator[bytes]) -> tuple[Logged, bytes | None]:
    """The commit whose mark was just read, and the first part that is none of it."""
    oid, parents, time, who, what = (next(parts, b"") for _ in range(5))
    tasks: list[tuple[str, str, str]] = []
    others: list[str] = []
    part = next(parts, None)
    while part is not None and part.lstrip(b"\n") != MARK:
        entry = part.lstrip(b"\n")
        if entry.startswith(b":"):
            path = next(parts, b"")
            if task := _TASK.fullmatch(path):
                tasks.append((task[1].decode(), *_blobs(entry)))
            elif len(others) < MAX_OTHERS:
                others.append(display_path(os.fsdecode(path)))
        part = next(parts, None)
    parent = parents.split(b" ")[0].decode()
    moment = read_stamp(time.decode("ascii", "replace"))
    return Logged(oid.decode(), parent, moment, _text(who), _text(what), tuple(tasks), tuple(others)), part


def _blobs(entry: bytes) -> tuple[str, str]:
    """The blobs of a raw line: empty where there is no regular file."""
    old_mode, new_mode, old, new, _ = entry.decode().lstrip(":").split(" ")
    return (old if old_mode.startswith("100") else "", new if new_mode.startswith("100") else "")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:MAX_TEXT]
