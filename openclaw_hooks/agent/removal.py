"""Removing folders that an agent or a metric may have left in any state, and nothing that they link to."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from typing import Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

TRIES: Final = 3  # files may still be written by a program that is about to end


def remove_folder(path: str) -> None:
    """Removes the folder at `path` with all that is in it, also what its modes protect; raises OpenclawError.

    Of a link only the link goes: `shutil.rmtree` walks by file descriptors and follows none.
    """
    for _ in range(TRIES):
        if not os.path.lexists(path):
            return
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
            return
        with suppress(OSError):
            shutil.rmtree(path)
            return
        _allow(path)
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise OpenclawError(
            f"{display_path(path)} cannot be removed: {error.strerror} ({display_path(str(error.filename))})",
            "is a program still at work in it?",
        ) from error


def _allow(top: str) -> None:
    """Gives us back the folders that were made read-only, as package managers do."""
    for folder, _, _, descriptor in os.fwalk(top, onerror=_open_folder):
        with suppress(OSError):
            os.fchmod(descriptor, 0o700)
        for name in os.listdir(descriptor):
            with suppress(OSError):
                if stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                    os.chmod(os.path.join(folder, name), 0o700)


def _open_folder(error: OSError) -> None:
    """Nothing: the next try names what could not be opened."""
