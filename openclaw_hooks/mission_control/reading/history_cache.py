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
FORMAT: Final = "2"
MAX_BYTES: Final = 64_000_000
LENGTH_BYTES: Final = 8
MOST_PIECES: Final = 100


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
    """The commits up to `head`, newest first, `most` at most; `complete` when the first of the branch is among them.

    What follows commits that were kept before names their newest in `after`, and is put behind them in the file: most
    of the time one commit has come, and to write all of them again would take as long as to read them. `pieces` says
    of how many such parts it was put together.
    """

    version: str
    head: str
    complete: bool
    most: int
    commits: tuple[HistoryCommit, ...]
    after: str = ""
    pieces: int = 1

    @staticmethod
    def current() -> str:
        """The version that is written now."""
        return f"{FORMAT} {__version__}"

    def with_newer(self, newer: Kept) -> Kept:
        """These commits with those that follow them."""
        commits = (*newer.commits, *self.commits)
        complete = self.complete and len(commits) <= self.most
        return Kept(self.version, newer.head, complete, self.most, commits[: self.most], "", self.pieces + 1)


def load_kept(state_dir: str, most: int) -> Kept:
    """What was kept, if it was with the same limit; nothing when there is none that can be read."""
    nothing = Kept(Kept.current(), "", False, most, ())
    try:
        with open(os.path.join(state_dir, FILE), "rb") as stream:
            content = stream.read(MAX_BYTES)
    except OSError:
        return nothing
    found: Kept | None = None
    at = 0
    with suppress(ValueError, RecursionError), collection_paused():  # cut short, or of another version
        while at < len(content):
            end = at + LENGTH_BYTES + int.from_bytes(content[at : at + LENGTH_BYTES], "big")
            piece = msgspec.msgpack.decode(memoryview(content)[at + LENGTH_BYTES : end], type=Kept)
            if piece.version != nothing.version or piece.most != most or piece.after != (found.head if found else ""):
                break
            found = piece if found is None else found.with_newer(piece)
            at = end
    if found is None:
        return nothing
    # Behind something that cannot be read nothing more can be put.
    return found if at == len(content) else msgspec.structs.replace(found, pieces=MOST_PIECES)


def save_kept(state_dir: str, kept: Kept, newer: Kept | None = None) -> None:
    """Keeps `kept`, or puts `newer` behind it in the file; it can be read anew, so nothing is synced, and no error matters."""
    path = os.path.join(state_dir, FILE)
    with suppress(OSError, ValueError):
        if newer is not None and kept.pieces < MOST_PIECES:
            with open(path, "ab") as stream:
                stream.write(_encode(newer))
            return
        whole = kept if newer is None else kept.with_newer(newer)
        os.makedirs(state_dir, exist_ok=True)
        temporary = f"{path}.{os.getpid()}.tmp"
        with open(temporary, "wb") as stream:
            stream.write(_encode(msgspec.structs.replace(whole, pieces=1)))
        os.replace(temporary, path)


def _encode(kept: Kept) -> bytes:
    encoded = msgspec.msgpack.encode(kept)
    return len(encoded).to_bytes(LENGTH_BYTES, "big") + encoded
