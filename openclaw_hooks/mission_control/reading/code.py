"""The branch and the commit that the repository's working tree is on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.place import Place


class CodeFacts(NamedTuple):
    """The repository's name, the commit and the branch of its working tree (empty: none yet, or detached)."""

    name: str = ""
    head: str = ""
    branch: str = ""


def read_code_facts(place: Place) -> CodeFacts:
    """What the working tree at `place` is on."""
    repo = place.repo
    if repo is None:
        return CodeFacts(os.path.basename(place.root))
    name = os.path.basename((repo.top or repo.common_dir).rstrip("/")).removesuffix(".git")
    return CodeFacts(name, repo.head, _read_branch(repo.git_dir))


def _read_branch(git_dir: str) -> str:
    try:
        with open(os.path.join(git_dir, "HEAD"), encoding="utf-8", errors="replace") as stream:
            line = stream.read(4096).strip()
    except OSError:
        return ""
    return line.removeprefix("ref: refs/heads/") if line.startswith("ref: refs/heads/") else ""
