"""The keys of the buckets and the files of the board that they stand for, and which values may become files."""

from __future__ import annotations

import re
from typing import Final

from openclaw_hooks.board.sharing.quarantine import judge_content
from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, PLAN_ID_PATTERN, TASK_ID_PATTERN

TASKS: Final = "MESH_TASKS"
PLANS: Final = "MESH_PLANS"
BUCKETS: Final = (TASKS, PLANS)

# `$` would let a line end pass.
_TASK: Final = re.compile(TASK_ID_PATTERN.replace("$", r"\Z"))
_PLAN: Final = re.compile(PLAN_ID_PATTERN.replace("$", r"\Z"))


def bucket_of(key: str) -> str:
    """The bucket that has `key`, empty for what is no key of a task or plan."""
    if _TASK.match(key):
        return TASKS
    return PLANS if _PLAN.match(key) else ""


def path_of(key: str) -> str:
    """Where on the board the file of `key` lies, empty for what is no key of a task or plan."""
    bucket = bucket_of(key)
    if not bucket:
        return ""
    return task_path(key) if bucket == TASKS else plan_path(key)


def key_of(path: str) -> str:
    """The key of the board's file at `path`, empty when it is none that the mesh carries."""
    folder, _, name = path.partition("/")
    key, dot, _ = name.partition(".")
    return key if dot and folder and path_of(key) == path else ""


def judge_value(key: str, content: bytes) -> str:
    """Why `content` is not fit to be the file of `key`, empty when it is; the same on its way out and in."""
    path = path_of(key)
    if not path:
        return "not the name of a task or plan"
    if len(content) > MAX_TASK_BYTES:
        return f"{len(content):,} bytes, of {MAX_TASK_BYTES:,} at most"
    return judge_content(path, content) if content else "empty"
