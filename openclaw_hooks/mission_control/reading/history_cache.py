"""The history that was read before, kept in the state folder: only commits that came since are read again."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec import Struct

from openclaw_hooks import __version__
from openclaw_hooks.board.cache import collection_paused

FILE: Final = "site.history"
FORMAT: Final = "1"
MAX_BYTES: Final = 64_000_000


class HistoryChange(Struct, frozen=True, array_like=True, gc=False):
    """What a commit changed of the task `id`: only fields that differ; None where there was, or is, no such task."""

    id: str
    before: dict[str, Any] | None = msgspec.field(default_factory=dict)
    after: dict[str, Any] | None = msgspec.field(default_factory=dict)


class HistoryCommit(Struct, frozen=True, array_like=True, gc=False):
    """A commit of the board; `others` are the paths that are no tasks, as far as they are few."""

    commit: str
    time: int
    who: str
    what: str
    changes: tuple[HistoryChange, ...] = ()
    others: tuple[str, ...] = ()


class Kept(Struct, frozen=True, array_like=True, gc=False):
    """The commits up to `head`, newest first, `most` at most; `complete` when the first of the branch is among them."""

    version: str
    head: str
    complete: bool
    most: int
    commits: tuple[HistoryCommit, ...]

    @staticmethod
    def current() -> str:
        """The version that is written now."""
        return f"{FORMAT} {__version__}"


def load_kept(state_dir: str, most: int) -> Kept:
    """What was kept, if it was with the same limit; nothing when there is none that can be read."""
    with suppress(OSError, ValueError, RecursionError):  # absent, cut short, of another version
        with open(os.path.join(state_dir, FILE), "rb") as stream:
            content = stream.read(MAX_BYTES)
        with collection_paused():
            kept = msgspec.msgpack.decode(content, type=Kept)
        if kept.version == Kept.current() and kept.most == most:
            return kept
    return Kept(Kept.current(), "", False, most, ())


def save_kept(state_dir: str, kept: Kept) -> None:
    """Keeps `kept` for the next time, as far as the folder can be written; it can be read anew, so nothing is synced."""
    path = os.path.join(state_dir, FILE)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError, ValueError):
        os.makedirs(state_dir, exist_ok=True)
        with open(temporary, "wb") as stream:
            stream.write(msgspec.msgpack.encode(kept))
        os.replace(temporary, path)
