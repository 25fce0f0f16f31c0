"""Where a crash is written down, so that one line on the screen is enough."""

from __future__ import annotations

import os
import traceback


def write_crash_log(error: BaseException) -> str:
    """The path of a new log with the traceback of `error`: in the git common dir, else the temporary folder."""
    import tempfile
    import time

    name = f"crash-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.log"
    text = "".join(traceback.format_exception(error))
    for folder in (_state_logs(), os.path.join(tempfile.gettempdir(), f"openclaw-{getattr(os, 'getuid', int)()}")):
        if not folder:
            continue
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            path = os.path.join(folder, name)
            with open(path, "x", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError:
            continue
        return path
    return "nowhere: no folder could be written"


def _state_logs() -> str:
    from openclaw_hooks import git
    from openclaw_hooks.errors import OpenclawError

    try:
        return os.path.join(git.open_repo().state_dir, "logs")
    except OpenclawError:
        return ""
