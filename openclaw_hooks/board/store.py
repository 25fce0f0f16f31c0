"""Reading the board, and changing it: every change is one commit, and the files on disk follow."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from openclaw_hooks.board.cache import VERSION, Cache, collection_paused, save_cache
from openclaw_hooks.board.commits import commit_files, recover
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.edit import Edit
from openclaw_hooks.board.hand_edits import absorb_edits, write_absorbed
from openclaw_hooks.board.leaks import refuse_leaks
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.packing import is_packing_due, pack_objects
from openclaw_hooks.board.place import BRANCH, BoardError, shell_words
from openclaw_hooks.board.plumbing import read_contents
from openclaw_hooks.board.snapshot import Snapshot, make_snapshot, task_path
from openclaw_hooks.board.view import is_watched, keep_view, make_entry, read_view
from openclaw_hooks.board.vouched import count_vouched_bytes, keep_later, take_changed
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.view import View
    from openclaw_hooks.tasks.model import Task

__all__ = ["Edit", "Snapshot", "edit_board", "read_board", "read_task"]

# What git leaves in a worktree's own folder while something is under way in it.
UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")

LARGE_BYTES = 1 << 20  # of files that wait for their commit: some hundreds of them
PAUSE_S = 0.03  # longer than others wait before they look again whether the board is free


def read_board(board: Board) -> Snapshot:
    """The board's tasks and plans; nothing is locked, and nothing but the cache is written."""
    view = read_view(board)
    keep_view(board, view)
    return make_snapshot(board, view)


def read_task(board: Board, task_id: str) -> tuple[Task, bytes]:
    """A task with its body, and its file; of a file that is broken or missing, what the branch has.

    Raises BoardError when the board has no such task.
    """
    from openclaw_hooks.tasks.markdown import parse_task

    path = task_path(task_id)
    content = read_disk(board, path)
    try:
        if content is not None:
            return parse_task(path, content), content
    except DocumentError:
        pass  # reported by who reads the whole board; here the last good version counts
    entry = read_view(board).entries.get(path)
    content = read_contents(board.repo, [entry.tracked]).get(entry.tracked) if entry else None
    if content is None:
        raise BoardError(f"the board has no task {task_id}", "see `openclaw task list`")
    return parse_task(path, content), content


@contextmanager
def edit_board(board: Board, actor: Actor) -> Iterator[Edit]:
    """An edit that is committed as one commit when the block ends; an exception commits nothing.

    Before it, an earlier command that was killed is brought to its end, and edits by hand are judged and taken over.
    """
    if count_vouched_bytes(board) > LARGE_BYTES:
        keep_view(board, read_view(board))  # thousands of new files are read before others have to wait
    with board_lock(board), collection_paused():
        refuse_unfinished(board)
        recover(board)
        view = read_view(board)
        edit = Edit(board, actor, view, make_snapshot(board, view))
        absorbed = absorb_edits(edit, view)
        yield edit
        take_changed(edit)
        refuse_leaks(edit)
        write_absorbed(edit, absorbed)
        _commit(edit, view)
        keep_later(edit)


def commit_waiting(board: Board, actor: Actor) -> Edit:
    """Commits all that was edited by hand or vouched for, in slices: others get at the board in between.

    The last edit, with the reports of all; raises OpenclawError.
    """
    reports: dict[str, None] = {}
    commit = ""
    while True:
        with edit_board(board, actor) as edit:
            pass
        reports |= dict.fromkeys(edit.reports)
        commit = edit.commit or commit
        if not edit.later:
            edit.reports, edit.commit = list(reports), commit
            return edit
        time.sleep(PAUSE_S)


def _commit(edit: Edit, view: View) -> None:
    changes = {path: content for path, content in edit.changes.items() if _is_change(edit, view, path, content)}
    if not changes:
        keep_view(edit.board, view)
        return
    edit.commit = commit_files(edit.board, changes, edit.message(), edit.actor)
    entries = view.entries
    for path, content in changes.items():
        entries.pop(path, None)
        if content is not None and is_watched(path):
            task_id = path.rpartition("/")[2].removesuffix(".md")
            task = edit.snapshot.tasks.get(task_id) if path == task_path(task_id) else None
            entries[path] = make_entry(edit.board, path, content, task)
    save_cache(edit.board, Cache(VERSION, edit.commit, entries))
    if is_packing_due(edit.commit):
        pack_objects(edit.board.repo)


def _is_change(edit: Edit, view: View, path: str, content: bytes | None) -> bool:
    from openclaw_hooks.board.plumbing import blob_id

    entry = view.entries.get(path)
    if entry is None or not entry.tracked:
        return content is not None or not is_watched(path)  # what is not watched has no entry, and may be there
    return content is None or blob_id(edit.board.repo, content) != entry.tracked


def refuse_unfinished(board: Board) -> None:
    """Raises BoardError while a merge, a rebase or the like is under way in the board's worktree, with what ends it."""
    found = find_checkout(board.top)
    if found is None:
        raise BoardError(f"{display_path(board.top)} is no worktree any more", "run the command again")
    for name in UNFINISHED:
        if os.path.lexists(os.path.join(found.git_dir, name)):
            what = name.split("_")[0].split("-")[0].lower()
            raise BoardError(
                f"a {what} is under way in the worktree of {BRANCH}",
                f"finish or abort it: git -C {shell_words(board.top)} status",
            )
