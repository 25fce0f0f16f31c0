"""Other tools in the same repositories: hook runners with a hook that does nothing, and a scanner of secrets."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# What each is asked to do: the runners their own start, the scanner the same staged change as ours.
ARGUMENTS = {
    "lefthook": ("run", "pre-commit", "--no-auto-install"),
    "prek": ("run",),
    "gitleaks": ("git", "--staged", "--no-banner", "."),
}


def find_rivals(folder: str) -> dict[str, tuple[str, ...]]:
    """The command of each rival that `folder` (the bin folder of an environment) or PATH has.

    Some packages put a Python script before a native program, which would cost them 30 ms: the program is taken.
    """
    found = {}
    for name, arguments in ARGUMENTS.items():
        script = shutil.which(name, path=folder) if folder else shutil.which(name)
        if script:
            found[name] = (find_native(script, name), *arguments)
    return found


def find_native(script: str, name: str) -> str:
    """The native program behind the script that a package installed, or the script itself."""
    with open(script, "rb") as stream:
        if stream.read(2) != b"#!":
            return script
    libraries = Path(script).resolve().parent.parent / "lib"
    for path in sorted(libraries.glob(f"python3*/site-packages/*{name}*/**/{name}")):
        if os.access(path, os.X_OK) and path.stat().st_size > 1_000_000:
            return str(path)
    return script
