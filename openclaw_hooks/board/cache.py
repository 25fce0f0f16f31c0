"""What was read from the board's files, kept so that the next command parses only what changed.

An entry counts while its file's stamp is the same and older than the cache: a file may be written twice within one
tick of the clock (the index of git has the same rule, see `Documentation/technical/racy-git.txt` in its sources).
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from openclaw_hooks import __version__
from openclaw_hooks.tasks.model import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.place import Board

FILE: Final = "board.cache"
VERSION: Final = f"2 {__version__}"
TICK_NS: Final = 20_000_000  # the coarsest clock that stamps files moves every 10 ms


class Stamp(NamedTuple):
    """What changes when a file does: times, size and inode."""

    modified_ns: int
    changed_ns: int
    size: int
    inode: int


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """One file: its blob on the branch (empty: untracked), its blob on disk (empty: missing), the task that it says."""

    tracked: str
    found: str
    stamp: Stamp
    task: Task | None = None


class Cache(Struct, array_like=True):
    """The files of the board when its branch was at `head`: path -> entry."""

    version: str
    head: str
    entries: dict[str, Entry]


NO_STAMP: Final = Stamp(0, 0, 0, 0)


def load_cache(board: Board) -> tuple[Cache, int]:
    """The cache and the time that it was written at, in ns; an empty one when there is none that can be read."""
    import msgspec

    try:
        with open(os.path.join(board.repo.state_dir, FILE), "rb") as stream:
            written_ns = os.fstat(stream.fileno()).st_mtime_ns
            cache = msgspec.msgpack.decode(stream.read(), type=Cache)
    except (OSError, msgspec.DecodeError):
        return Cache(VERSION, "", {}), 0
    return (cache, written_ns) if cache.version == VERSION else (Cache(VERSION, "", {}), 0)


def save_cache(board: Board, cache: Cache) -> None:
    """Keeps `cache` for the next command, as far as the folder can be written."""
    import msgspec

    path = os.path.join(board.repo.state_dir, FILE)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError):
        with open(temporary, "wb") as stream:
            stream.write(msgspec.msgpack.encode(cache))
        os.replace(temporary, path)


def is_settled(entry: Entry, stamp: Stamp, written_ns: int) -> bool:
    """Whether `entry` still says what is in the file that has `stamp` now."""
    return entry.stamp == stamp and stamp.modified_ns + TICK_NS < written_ns


def scan_files(board: Board, folders: tuple[str, ...]) -> Iterator[tuple[str, Stamp]]:
    """The path and stamp of every regular file right inside `folders`; hidden ones and editors' copies left out."""
    for folder in folders:
        try:
            found = os.scandir(os.path.join(board.top, folder))
        except (FileNotFoundError, NotADirectoryError):
            continue
        with found:
            for entry in found:
                if entry.name[0] not in ".#" and entry.name[-1] != "~" and entry.is_file(follow_symlinks=False):
                    yield f"{folder}/{entry.name}", stamp_of(entry.stat(follow_symlinks=False))


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file, from what `stat` says."""
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
