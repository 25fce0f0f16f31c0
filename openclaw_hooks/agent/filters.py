"""The filters through which git writes files, such as that of large files, and how to do without them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.plumbing import board_env
from openclaw_hooks.git import call_git

if TYPE_CHECKING:
    from collections.abc import Sequence


def filter_names(folder: str) -> tuple[str, ...]:
    """The filters that are set up for the repository around `folder`."""
    words = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$"]
    done = call_git(words, cwd=folder, env=board_env())
    keys = (os.fsdecode(key) for key in done.stdout.split(b"\0") if key)
    return tuple(dict.fromkeys(key.removeprefix("filter.").rpartition(".")[0] for key in keys))


def raw_options(filters: Sequence[str]) -> list[str]:
    """The settings that make git store and check out files as they are, past those filters."""
    options: list[str] = []
    for name in filters:
        options += ["-c", f"filter.{name}.required=false"]
        for kind in ("clean", "smudge", "process"):
            options += ["-c", f"filter.{name}.{kind}="]
    return options
