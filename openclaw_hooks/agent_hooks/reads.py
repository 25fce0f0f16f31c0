"""Judges which file a tool is about to read into the conversation, by the rules on commands that print files.

One list of secret files and one setting hold for `cat .env` and for the Read tool alike.
"""

from __future__ import annotations

import os

from openclaw_hooks.agent_hooks.answer import Answer, allow
from openclaw_hooks.agent_hooks.payload import read_text

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout

PATH_KEYS = ("file_path", "path", "filePath", "absolute_path", "target_file", "notebook_path")
LIST_KEYS = ("paths", "file_paths", "files")


def judge_read(payload: Payload, checkout: Checkout | None) -> Answer:
    """A block or a question for a file full of secrets; silence for the rest."""
    paths = read_paths(payload)
    if not paths:
        return allow()
    from openclaw_hooks.shell.prefilter import needs_reading

    shown = dict.fromkeys(shorten_path(path, payload.cwd) for path in paths)
    command = " ".join(["cat", "--", *("'" + path.replace("'", "'\\''") + "'" for path in shown)])
    if not needs_reading(command):
        return allow()
    from openclaw_hooks.agent_hooks.shell_command import judge_shell

    return judge_shell(payload, checkout, command)


def read_paths(payload: Payload) -> list[str]:
    """The files that the tool names, and behind each the one that it really is."""
    fields = payload.tool_input
    named = read_text(fields, *PATH_KEYS)
    found = [named] if named else []
    for key in LIST_KEYS:
        listed = fields.get(key)
        if isinstance(listed, list):
            found += [path for path in listed if isinstance(path, str)]
    joined = [os.path.join(payload.cwd, path) for path in found]
    return [place for path in joined for place in (path, os.path.realpath(path))]


def shorten_path(path: str, cwd: str) -> str:
    """`path` from `cwd` when it lies below: the folders above it say nothing about it, but may look as if they did."""
    for folder in (cwd, os.path.realpath(cwd)):
        if path.startswith(folder + os.sep):
            return path[len(folder) + 1 :]
    return path
