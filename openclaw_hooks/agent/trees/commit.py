"""Commits written as objects: no hook, no editor, no signature, and no configured identity needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from openclaw_hooks.agent.trees.identity import split_author
from openclaw_hooks.board.plumbing import ask_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.git import Repo


def write_commit(repo: Repo, tree: str, parents: Sequence[str], message: str, author: str) -> str:
    """The id of a new commit by `author` (`Name <mail>`), which no ref leads to yet."""
    name, mail = split_author(author)
    who = f"{name} <{mail}> {int(time.time())} {_zone()}"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {who}", f"committer {who}", ""]
    text = message.replace("\0", "").strip("\n") + "\n"
    content = "\n".join([*lines, text]).encode("utf-8", "replace")
    return ask_store(repo, ["hash-object", "-t", "commit", "-w", "--stdin"], stdin=content).decode().strip()


def _zone() -> str:
    offset = time.localtime().tm_gmtoff // 60
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
