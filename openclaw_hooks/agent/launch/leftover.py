"""What a runner that was killed had started: its guardian is ending it, and is waited for."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from openclaw_hooks.agent.launch.guarded import LOCK_SUFFIX, PATIENCE_S


def end_guardian(log_path: str, timeout_s: float = PATIENCE_S) -> bool:
    """Ends what a runner that was killed had started with that log; whether nothing of it is left.

    The guardian does so by itself as soon as its runner is gone: mostly this only waits for it.
    """
    import fcntl
    import signal

    try:
        descriptor = os.open(log_path + LOCK_SUFFIX, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return True
    deadline, number = time.monotonic() + timeout_s, signal.SIGTERM
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                with suppress(OSError):
                    os.unlink(log_path + LOCK_SUFFIX)
                return True
            except BlockingIOError:
                pass
            if time.monotonic() > deadline:
                return False
            pid = os.pread(descriptor, 20, 0)
            if pid.isdigit() and int(pid) > 1:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(int(pid), number)  # it holds the lock: the id is its own
            time.sleep(0.05)
    finally:
        os.close(descriptor)
