"""Which folder is searched, and where its index lies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.checkout import Checkout, find_checkout
from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.model import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT_VARIABLE: Final = "KNOWLEDGE_ROOT"
DB_VARIABLE: Final = "KNOWLEDGE_DB"
FOLDERS_VARIABLE: Final = "INCLUDE_DIRS"
FILE: Final = "knowledge.db"


class Place(NamedTuple):
    """What is searched: the real path of its root, the checkout that lies around it, and the file of the index.

    `is_named`: whether the user said where the index lies; such a file is never replaced when it is none of ours.
    `only` are the folders and files below the root that are searched; none means all.
    """

    root: str
    checkout: Checkout | None
    db: str
    is_named: bool
    only: tuple[str, ...]

    @property
    def lock(self) -> str:
        """The file that who changes the index holds locked."""
        return f"{self.db}.lock"


def find_place(folder: str, env: Mapping[str, str]) -> Place:
    """The place around `folder`, or the one that the environment names; raises KnowledgeError when there is none.

    All worktrees of a repository share one index: it lies in the git folder that they share.
    """
    named_root = env.get(ROOT_VARIABLE, "")
    start = os.path.realpath(os.path.join(folder, os.path.expanduser(named_root)))
    if not os.path.isdir(start):
        raise KnowledgeError(f"{ROOT_VARIABLE}: {display_path(start)} is no folder", "name the folder to search")
    checkout = find_checkout(start)
    if checkout is None and not named_root:
        raise KnowledgeError("not in a git repository", f"change folder, or name one in {ROOT_VARIABLE}")
    root = start if named_root or checkout is None else os.path.realpath(checkout.top)
    named_db = env.get(DB_VARIABLE, "")
    if named_db:
        db = os.path.abspath(os.path.join(root, os.path.expanduser(named_db)))
    else:
        db = os.path.join(checkout.state_dir, FILE) if checkout else os.path.join(root, f".{FILE}")
    return Place(root, checkout, db, bool(named_db), _read_folders(env.get(FOLDERS_VARIABLE, "")))


def _read_folders(text: str) -> tuple[str, ...]:
    entries = [os.path.normpath(entry.strip()) for entry in text.split(",") if entry.strip()]
    for entry in entries:
        if os.path.isabs(entry) or entry.split(os.sep)[0] == os.pardir:
            raise KnowledgeError(
                f"{FOLDERS_VARIABLE}: `{display_path(entry)}` lies outside of the root", "name folders below it"
            )
    return () if "." in entries else tuple(entry.replace(os.sep, "/") for entry in entries)
