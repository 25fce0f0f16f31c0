"""`task edit` with an editor: the draft of a task's file, kept until the board has it."""

from __future__ import annotations

import os
import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.cli.task.input import read_text_file
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.process import run_in_terminal
from openclaw_hooks.tasks.markdown import parse_task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.tasks.model import Task

DRAFTS = "drafts"  # below the state folder of the repository


class Draft(NamedTuple):
    """A task's file as it was, as it was made, and where that lies."""

    base: bytes
    edited: bytes
    path: str


def draft_file(board: Board, name: str, file: str) -> Draft:
    """What a person made of the task's file: in `file`, or now in their editor."""
    from openclaw_hooks.board.store import read_board, read_task
    from openclaw_hooks.tasks.ids import find_id

    task_id = find_id(name, read_board(board).tasks)
    _, base = read_task(board, task_id)
    if file:
        return Draft(base, read_text_file(file).encode(), file)
    path = os.path.join(board.repo.state_dir, DRAFTS, f"{task_id}.md")
    if os.path.lexists(path):
        hint = f"give it with `openclaw task edit {task_id} --file {path}`, or delete it"
        raise RefusedError(f"a draft of {task_id} from before is in {path}", hint)
    atomic_write(path, base)
    edited = run_editor(path, base)
    if edited == base:
        os.unlink(path)
        raise RefusedError("nothing was changed")
    return Draft(base, edited, path)


def run_editor(path: str, base: bytes) -> bytes:
    """What the editor of $VISUAL or $EDITOR left in the file; raises OpenclawError when it fails.

    A draft that differs from `base` is then kept.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = run_in_terminal([*shlex.split(command), path])
    except (OpenclawError, ValueError) as error:  # ValueError: a quote that is not closed
        os.unlink(path)
        raise OpenclawError(f"the editor `{command}` cannot be started: {error}", "set VISUAL or EDITOR") from error
    with open(path, "rb") as stream:
        edited = stream.read()
    if code and edited == base:
        os.unlink(path)
    if code:
        kept = f"the draft is in {path}" if edited != base else ""
        raise OpenclawError(f"the editor `{command}` ended with exit code {code}", kept)
    return edited


def read_draft(task_id: str, draft: Draft) -> Task:
    """The task that the draft makes; raises OpenclawError, which says where the draft is kept, when it is not valid."""
    from openclaw_hooks.board.snapshot import task_path

    try:
        return parse_task(task_path(task_id), draft.edited)
    except DocumentError as error:
        again = f"mend the draft and give it with `openclaw task edit {task_id} --file {draft.path}`"
        raise OpenclawError(error.message, f"{error.hint}; {again}" if error.hint else again) from error


@contextmanager
def keeping(draft: Draft | None) -> Iterator[None]:
    """An error that the block ends with says where the draft is kept."""
    try:
        yield
    except OpenclawError as error:
        if draft and draft.path not in error.hint:
            kept = f"the draft is in {draft.path}"
            error.hint = f"{error.hint}; {kept}" if error.hint else kept
        raise


def drop_draft(board: Board, draft: Draft) -> None:
    """The draft has served; a file that a person gave is theirs."""
    if draft.path.startswith(os.path.join(board.repo.state_dir, DRAFTS)):
        os.unlink(draft.path)


def put_draft(change: Edit, task_id: str, draft: Draft) -> None:
    """Write a draft over what the board has now; raises OpenclawError when it is not valid, and keeps it aside."""
    from openclaw_hooks.board.absorb import judge_edit
    from openclaw_hooks.board.snapshot import task_path

    path = task_path(task_id)
    if change.content(path) != draft.base:
        again = f"`openclaw task edit {task_id} --file {draft.path}`"
        hint = f"look at it with `openclaw task show {task_id}`, then give the draft again with {again}"
        raise RefusedError(f"{task_id} was changed by somebody else meanwhile", hint)
    read_draft(task_id, draft)
    judged = judge_edit(draft.base, draft.edited, path, change.actor.rights)
    change.put(path, judged.content)
    change.say(f"task {task_id} edited")
    change.reports.extend(judged.reports)
