"""The environment of a metric: what programs need to run, what the repository lets through, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent.commands.environment import allowed_env

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def metric_env(environment: Mapping[str, str], more: Sequence[str], temporary: str, checkout: str) -> dict[str, str]:
    """What of `environment` a metric sees, with a folder for temporary files of its own.

    `more` are names, or beginnings of names with `*` behind, that the repository lets through.
    """
    # Should git's folder be gone, git must not take the folder above, which is the user's own checkout, for the one meant.
    git = {"GIT_TERMINAL_PROMPT": "0", "GIT_CEILING_DIRECTORIES": os.path.dirname(checkout)}
    return {**allowed_env(more, environment), **git, "TMPDIR": temporary, "PWD": checkout}
