"""One change of the board at a time, across processes."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from openclaw_hooks.board.place import BoardError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.place import Board

POLL_S = 0.01
DISK_TROUBLES = frozenset(
    (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EFBIG,
        errno.EISDIR,
        errno.ENOTDIR,
    )
)


@contextmanager
def board_lock(board: Board, timeout_s: float = 10.0) -> Iterator[None]:
    """Holds the board for the caller alone; a process that dies lets go. Not to be taken twice by one process.

    Raises BoardError, which names the holder, when it is not free within `timeout_s`; also when the caller meets a disk
    that takes nothing.
    """
    try:
        with hold_lock(os.path.join(board.repo.state_dir, "board.lock"), "the board", timeout_s):
            yield
    except OSError as error:
        if error.errno not in DISK_TROUBLES:
            raise
        what = display_path(os.fsdecode(error.filename)) if error.filename else "the repository"
        hint = "is the disk full, or a folder read-only? what is committed is whole; the next command writes the rest"
        raise BoardError(f"the board's files cannot be written: {what}: {error.strerror}", hint) from error


@contextmanager
def hold_lock(path: str, what: str, timeout_s: float) -> Iterator[None]:
    """Holds the lock file at `path` for the caller alone; `what` it guards is named in the BoardError otherwise."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        stream = os.open(
            path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666
        )  # as the umask has it: others may share the folder
    except OSError as error:
        raise BoardError(f"{what} cannot be changed: {display_path(path)}: {error.strerror}") from error
    try:
        deadline = time.monotonic() + timeout_s
        while not _try_lock(stream):
            if time.monotonic() >= deadline:
                raise BoardError(f"{what} is being changed by {_holder(stream)}", "try again when it is done")
            time.sleep(POLL_S)
        _sign(stream)
        yield
    finally:
        os.close(stream)


def _sign(stream: int) -> None:
    """Leaves the holder's name in the file, unless it is there from last time: truncating takes longer than locking."""
    name = _describe().encode("utf-8", "replace")
    with suppress(OSError):  # on a full disk nobody learns the name
        if os.pread(stream, len(name) + 1, 0) != name:
            os.ftruncate(stream, 0)
            os.pwrite(stream, name, 0)


def _try_lock(stream: int) -> bool:
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _describe() -> str:
    import sys

    words = " ".join([os.path.basename(sys.argv[0] or "python"), *sys.argv[1:3]])
    return f"process {os.getpid()} (`{display_path(words)[:100]}`)"


def _holder(stream: int) -> str:
    return os.pread(stream, 500, 0).decode("utf-8", "replace").strip() or "another process"
