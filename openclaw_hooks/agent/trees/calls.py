"""How git is called for a run: nothing that a hook, a watcher or a setting of the user could add happens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import board_env
from openclaw_hooks.git import call_git
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.process import Completed

# What is converted on its way (line ends, filters, modes) is as the user has set it: an agent works on the files a person would.
SETTINGS: Final = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.safecrlf=false"),
    *("-c", "core.splitIndex=false"),
    *("-c", "index.sparse=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "maintenance.auto=false"),
    *("-c", "gc.auto=0"),
)
FOREIGN: Final = ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS")
TIMEOUT_S: Final = 1800.0  # a filter may fetch large files


def tree_env(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of git commands about the files of an attempt; nothing in it asks a person anything."""
    plain = {key: value for key, value in board_env().items() if key not in FOREIGN}
    return {**plain, "GIT_TERMINAL_PROMPT": "0", **(more or {})}


def call_tree(
    folder: str, words: Sequence[str], *, stdin: bytes | None = None, more: Mapping[str, str] | None = None
) -> Completed:
    """The outcome of a git command that is run in `folder`, with `more` in its environment."""
    return call_git([*SETTINGS, *words], cwd=folder, stdin=stdin, env=tree_env(more), timeout_s=TIMEOUT_S)


def ask_tree(
    folder: str, words: Sequence[str], *, stdin: bytes | None = None, more: Mapping[str, str] | None = None
) -> bytes:
    """The stdout of a git command that is run in `folder`; raises ProcessError."""
    return require_success(["git", *words], call_tree(folder, words, stdin=stdin, more=more))
