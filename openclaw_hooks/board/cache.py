"""What was read from the board's files, kept so that the next command parses only what changed.

An entry counts while its file's stamp is the same and older than the cache: a file may be written twice within one
tick of the clock (the index of git has the same rule, see `Documentation/technical/racy-git.txt` in its sources).
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks import __version__
from openclaw_hooks.tasks.model import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openclaw_hooks.board.place import Board

FILE: Final = "board.cache"
VERSION: Final = f"2 {__version__}"
TICK_NS: Final = 20_000_000  # the coarsest clock that stamps files moves every 10 ms


# What changes when a file does: time of its content, time of its inode, size, inode.
Stamp = tuple[int, int, int, int]


class Entry(Struct, frozen=True, array_like=True):
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


# Of `st_mode`: what kind of file it is (module `stat` has them as functions, called 5,000 times).
FILE_KIND: Final = 0o170000
REGULAR_FILE: Final = 0o100000

NO_STAMP: Final = (0, 0, 0, 0)


def load_cache(board: Board) -> tuple[Cache, int]:
    """The cache and the time that it was written at, in ns; an empty one when there is none that can be read."""
    import msgspec

    try:
        with open(os.path.join(board.repo.state_dir, FILE), "rb") as stream:
            written_ns = os.fstat(stream.fileno()).st_mtime_ns
            cache = msgspec.msgpack.decode(stream.read(), type=Cache)
    except (OSError, ValueError):  # absent, cut short, or of another version; msgspec's errors are ValueErrors
        return Cache(VERSION, "", {}), 0
    return (cache, written_ns) if cache.version == VERSION else (Cache(VERSION, "", {}), 0)


def save_cache(board: Board, cache: Cache) -> None:
    """Keeps `cache` for the next command, as far as the folder can be written."""
    import msgspec

    path = os.path.join(board.repo.state_dir, FILE)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError, ValueError):  # a name that is not UTF-8 cannot be cached
        with open(temporary, "wb") as stream:
            stream.write(msgspec.msgpack.encode(cache))
        os.replace(temporary, path)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without the garbage collector, which looks at thousands of new values again and again and finds none to drop."""
    import gc

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def scan_files(board: Board, folders: Mapping[str, str]) -> Iterator[tuple[str, Stamp]]:
    """The path and stamp of every regular file right inside `folders` (name -> how its files end); hidden ones left out."""
    for folder, ending in folders.items():
        with _scan_folder(os.path.join(board.top, folder)) as found:
            for entry in found:
                name = entry.name
                if name.endswith(ending) and name[0] not in ".#":
                    status = entry.stat(follow_symlinks=False)
                    if status.st_mode & FILE_KIND == REGULAR_FILE:
                        yield f"{folder}/{name}", stamp_of(status)


@contextmanager
def _scan_folder(path: str) -> Iterator[Iterable[os.DirEntry[str]]]:
    """The entries of a folder, none when it is missing; by its descriptor, from where a stat takes a third less."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield ()
        return
    try:
        with os.scandir(descriptor) as found:
            yield found
    finally:
        os.close(descriptor)


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file, from what `stat` says."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
