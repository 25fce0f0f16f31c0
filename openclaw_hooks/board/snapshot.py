"""The tasks and plans that the board holds at one moment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.view import PLANS_FOLDER, View, parse_head, tracked_contents
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import TASKS_FOLDER, Task

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board


class Snapshot(NamedTuple):
    """The branch's commit, the tasks by id (without their bodies), the plan files by id, and the files that do not parse.

    What is edited by hand is in it; of a file that is broken or missing, what the branch has. `edited` names the
    paths that the next change of the board will judge.
    """

    head: str
    tasks: dict[str, Task]
    plans: dict[str, bytes]
    broken: tuple[DocumentError, ...]
    edited: tuple[str, ...] = ()


def make_snapshot(board: Board, view: View) -> Snapshot:
    """The tasks and plans that `view` comes to."""
    tasks: dict[str, Task] = {}
    plans: dict[str, bytes] = {}
    broken = dict(view.broken)
    doubtful: list[str] = []
    for path, entry in view.entries.items():
        if entry.task is not None:
            tasks[entry.task.id] = entry.task
        elif path.startswith(TASKS_FOLDER):
            doubtful.append(path)
        elif path.startswith(PLANS_FOLDER) and path.endswith(".yaml"):
            content = read_disk(board, path)
            problem = _plan_problem(path, content) if entry.found != entry.tracked else None
            if content is not None and problem is None:
                plans[plan_id(path)] = content
                continue
            doubtful.append(path)
            broken.update({path: problem} if problem else {})
    for path, content in tracked_contents(board, view, doubtful).items() if doubtful else ():
        if path.startswith(PLANS_FOLDER):
            plans[plan_id(path)] = content
        elif task := parse_head(path, content):
            tasks[task.id] = task
    return Snapshot(view.head, tasks, plans, tuple(broken.values()), tuple(view.edited()))


def plan_id(path: str) -> str:
    """The id of the plan whose file is at `path`."""
    return os.path.basename(path).removesuffix(".yaml")


def task_path(task_id: str) -> str:
    """Where on the board the file of a task lies."""
    return f"{TASKS_FOLDER}/{task_id}.md"


def plan_path(plan: str) -> str:
    """Where on the board the file of a plan lies."""
    return f"{PLANS_FOLDER}/{plan}.yaml"


def _plan_problem(path: str, content: bytes | None) -> DocumentError | None:
    from openclaw_hooks.board.merge.fields import read_fields

    if content is None:
        return None
    try:
        read_fields(path, content, {})
    except DocumentError as error:
        return error
    return None
