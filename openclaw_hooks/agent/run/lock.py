"""One process at a time goes on with a run; that it does is seen by the lock that it holds."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.lock import hold_lock
from openclaw_hooks.board.place import BoardError
from openclaw_hooks.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK: Final = "lock"
ALIVE: Final = "alive"  # its time says until when the runner was seen alive


@contextmanager
def hold_run(folder: str, timeout_s: float = 1.0) -> Iterator[None]:
    """Holds the run for the caller alone; a process that dies lets go. Raises RefusedError, which names the holder."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(os.path.join(folder, LOCK), f"run {os.path.basename(folder)}", timeout_s))
        except BoardError as error:
            message = error.message.replace("is being changed by", "is gone on with by")
            raise RefusedError(message, "wait for its end, or interrupt it there") from error
        yield


def is_alive(folder: str) -> bool:
    """Whether a process is at the run now; only looked at, so whoever may read the folder can ask."""
    import fcntl

    try:
        stream = os.open(os.path.join(folder, LOCK), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(stream)
    return False


def show_alive(folder: str) -> None:
    """Say that the runner lives: for whoever reckons later how long it did."""
    with suppress(OSError), open(os.path.join(folder, ALIVE), "wb"):
        os.utime(os.path.join(folder, ALIVE))


def seen_alive(folder: str) -> float:
    """When a runner was last seen alive there, in seconds since the epoch; 0 when that is not known."""
    try:
        return min(os.stat(os.path.join(folder, ALIVE)).st_mtime, time.time())
    except OSError:
        return 0.0
