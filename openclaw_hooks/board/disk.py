"""The files of the board on disk: read and written whole, in one step, whatever lies in their place."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.place import BoardError
from openclaw_hooks.files import display_path, swap_files

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board

TEMPORARY: Final = ".openclaw.tmp"


def read_disk(board: Board, path: str) -> bytes | None:
    """The content of a file of the board, None when it is missing, empty (as a crash may leave it) or no regular file."""
    try:
        stream = os.open(os.path.join(board.top, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(stream)
        if not stat.S_ISREG(status.st_mode):
            return None
        content = os.read(stream, status.st_size + 1)
        while more := os.read(stream, 1 << 20):  # it grows while it is read, or is a large one
            content += more
        return content or None
    except OSError:
        return None
    finally:
        os.close(stream)


def write_file(board: Board, path: str, content: bytes | None) -> None:
    """Puts `content` at `path` in one step (None: takes the file away).

    Without fsync: the commit holds the content, and an empty file counts as missing.
    """
    full = os.path.join(board.top, path)
    if content is not None:
        temporary = _write_temporary(board, path, content)
    try:
        if content is None:
            os.unlink(full)
        else:
            os.replace(temporary, full)
    except FileNotFoundError:
        if content is not None:
            raise
    except OSError as error:
        raise _not_written(full, error) from error


def replace_file(board: Board, path: str, content: bytes | None) -> bytes | None:
    """Puts `content` at `path`; what the file held in the end that was there, for it may be edited in this very moment."""
    full = os.path.join(board.top, path)
    if content is not None and read_disk(board, path) is not None:
        temporary = _write_temporary(board, path, content)
        if swap_files(temporary, full):
            with open(temporary, "rb") as stream:
                found = stream.read()
            os.unlink(temporary)
            return found
    try:
        with open(full, "rb") as stream:
            write_file(board, path, content)
            return stream.read()
    except FileNotFoundError:
        write_file(board, path, content)
        return None


def _write_temporary(board: Board, path: str, content: bytes) -> str:
    """Where `content` lies now, in the folder of the file at `path`."""
    full = os.path.join(board.top, path)
    folder = os.path.dirname(full)
    temporary = os.path.join(folder, f".{os.path.basename(path)}{TEMPORARY}")
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.realpath(folder) != folder:
            raise BoardError(f"{display_path(folder)} is a link", "the board's folders must be real ones")
        with open(temporary, "wb") as stream:
            stream.write(content)
    except OSError as error:
        raise _not_written(full, error) from error
    return temporary


def _not_written(full: str, error: OSError) -> BoardError:
    return BoardError(f"{display_path(full)} cannot be written: {error.strerror}")


def sweep(board: Board, folder: str) -> None:
    """Takes away what a writer that was killed left half-written; whoever holds the lock is the only writer."""
    full = os.path.join(board.top, folder)
    with suppress(OSError):
        for name in os.listdir(full):
            if name.startswith(".") and name.endswith(TEMPORARY):
                os.unlink(os.path.join(full, name))


def path_is_odd(path: str) -> bool:
    """Whether `path`, as a foreign commit may have it, must not be written below the board's folder."""
    parts = path.split("/")
    return not path or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)
