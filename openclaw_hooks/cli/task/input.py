"""Texts that are given as files, or on stdin."""

from __future__ import annotations

import sys

from openclaw_hooks.errors import OpenclawError


def read_text_file(name: str) -> str:
    """The text in the file `name`, or on stdin for `-`; raises OpenclawError when it cannot be read."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read()
        else:
            with open(name, "rb") as stream:
                content = stream.read()
        return content.decode("utf-8")
    except OSError as error:
        raise OpenclawError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OpenclawError(f"{name}: not valid UTF-8", "save it as UTF-8") from error
