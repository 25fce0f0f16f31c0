"""The environment of a metric: what programs need to run, what the repository lets through, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALLOWED: Final = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TERM", "TZ", "XDG_*"),
    *("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR"),  # without these nothing starts on Windows
)
NEVER: Final = ("OPENCLAW_*", "NATS_*")  # who asks for them by `metric_env` does not get them either


def metric_env(environment: Mapping[str, str], more: Sequence[str], temporary: str, checkout: str) -> dict[str, str]:
    """What of `environment` a metric sees, with a folder for temporary files of its own.

    `more` are names, or beginnings of names with `*` behind, that the repository lets through.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if is_named(name, (*ALLOWED, *more)) and not is_named(name, NEVER)
    }
    # Should git's folder be gone, git must not take the folder above, which is the user's own checkout, for the one meant.
    git = {"GIT_TERMINAL_PROMPT": "0", "GIT_CEILING_DIRECTORIES": os.path.dirname(checkout)}
    return {**kept, **git, "TMPDIR": temporary, "PWD": checkout}


def is_named(name: str, patterns: Sequence[str]) -> bool:
    """Whether `name` is one of `patterns`, or begins as one with `*` behind does."""
    return any(
        name.startswith(pattern[:-1]) if pattern.endswith("*") and len(pattern) > 1 else name == pattern
        for pattern in patterns
    )
