"""How an installed hook starts this package: an absolute interpreter and flags that keep the repo's files out."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

import openclaw_hooks
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.process import run_program
from openclaw_hooks.resources import PACKAGE

# -I keeps the folder that git runs the hook in off sys.path, so that a file `json.py` in the repo is never imported.
# It also hides the user's site; a package that lies there needs the second set, which drops PYTHON* and the folder only.
FLAG_SETS = (("-I",), ("-P", "-E"))

# Folders that tools throw away when they like: an interpreter in there may be gone tomorrow.
CACHES = ("/uv/archive-v", "/uv/builds-v", "/pipx/.cache/", "/uv/environments-v")


class HookCommand(NamedTuple):
    """What hook scripts call: interpreter, its flags, where the package lies, and its version."""

    python: str
    flags: tuple[str, ...]
    package: str
    version: str

    @property
    def is_in_cache(self) -> bool:
        """Whether the interpreter lies in a tool's cache and may vanish."""
        return any(cache in self.python.replace(os.sep, "/") for cache in CACHES)


def find_command() -> HookCommand:
    """The running interpreter with the flags under which it finds this very package.

    Raises OpenclawError when it finds it only by way of PYTHONPATH or the current folder, which hooks do not have.
    """
    command = running_command()
    python = command.python
    for flags in FLAG_SETS:
        if import_version(python, flags) == (command.version, command.package):
            return command._replace(flags=flags)
    raise OpenclawError(
        f"{python} does not find openclaw_hooks without PYTHONPATH or the current folder",
        "install it: `pipx install openclaw-hooks`, or `pip install` into this environment",
    )


def running_command() -> HookCommand:
    """The running interpreter, without trying whether hooks could use it."""
    python = _steady_name(os.path.abspath(sys.executable))
    return HookCommand(python, FLAG_SETS[0], PACKAGE, openclaw_hooks.__version__)


def _steady_name(python: str) -> str:
    """`python3` beside `python` where both are the same, so that hooks do not depend on how init was started."""
    steady = os.path.join(os.path.dirname(python), "python3")
    return steady if os.path.exists(steady) and os.path.samefile(steady, python) else python


def import_version(python: str, flags: tuple[str, ...]) -> tuple[str, str] | None:
    """Version and folder of the package that `python FLAGS` imports; None when it finds none."""
    code = "import os, openclaw_hooks as p; print(p.__version__); print(os.path.dirname(os.path.abspath(p.__file__)))"
    try:
        done = run_program([python, *flags, "-c", code], cwd=os.path.dirname(python) or os.sep, timeout_s=20)
    except OpenclawError:
        return None
    version, _, folder = os.fsdecode(done.stdout).partition("\n")
    return (version, folder.removesuffix("\n")) if done.code == 0 else None
