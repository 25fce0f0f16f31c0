"""Reading and writing files so that nothing is ever half-written.

With `os` alone: hooks write a file on every commit, and `pathlib` costs 5 ms to import.
"""

from __future__ import annotations

import os
from _thread import get_ident  # `threading` itself is not needed at the start of a hook
from contextlib import suppress
from typing import Final

_HERE: Final = -100  # AT_FDCWD: paths count from the folder of the process
_SWAP: Final = 2  # RENAME_EXCHANGE, and RENAME_SWAP


def atomic_write(path: str | os.PathLike[str], content: bytes, mode: int | None = None) -> None:
    """Put `content` at `path` in one step: temporary file in the same folder, fsync, rename.

    Keeps the mode of a file that is there (or sets `mode`), follows a symlink to its target, and
    makes missing folders. Raises OSError; the old content is then still whole.
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}-{get_ident()}.tmp")
    try:
        with open(temporary, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        kept = mode if mode is not None else _mode_of(target)
        if kept is not None:
            os.chmod(temporary, kept)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _mode_of(path: str) -> int | None:
    try:
        return os.stat(path).st_mode & 0o7777
    except OSError:
        return None


def display_path(path: str) -> str:
    """`path` made safe for one line of a terminal: control characters and broken UTF-8 escaped."""
    if path.isascii() and path.isprintable():
        return path
    escaped = "".join(escape_character(char) for char in path)
    return escaped if escaped == path else f'"{escaped}"'


def escape_character(char: str) -> str:
    """`char`, or an escape for one that a terminal would not show as itself, such as a byte that was not UTF-8."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as os.fsdecode carries it
        return f"\\x{code - 0xDC00:02x}"
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")


def swap_files(first: str, second: str) -> bool:
    """Whether the files at two paths have changed places, in one step; not where one is missing, or no system call does it.

    Whoever writes a new version of a file this way has the one that was there to the very last.
    """
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(first), os.fsencode(second)
    if hasattr(libc, "renameat2"):  # Linux
        return bool(libc.renameat2(_HERE, paths[0], _HERE, paths[1], _SWAP) == 0)
    if hasattr(libc, "renamex_np"):  # macOS
        return bool(libc.renamex_np(*paths, _SWAP) == 0)
    return False
