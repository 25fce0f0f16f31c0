"""Commits on the board's branch, and its files brought in step with them.

The branch is the truth. `board.step` in the state folder names the commit that the files on disk were last in step
with; it is moved on after they have been written. So whatever ends a command between the two, and whoever else moves
the branch, the next one sees what is still to be written, and what was edited by hand meanwhile.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.clock import local_zone
from openclaw_hooks.board.disk import path_is_odd, read_disk, replace_file, sweep, write_file
from openclaw_hooks.board.index import follow_index, reset_index
from openclaw_hooks.board.place import REF, BoardError, shell_words
from openclaw_hooks.board.plumbing import (
    Commit,
    Difference,
    Identity,
    ask_store,
    blob_id,
    call_store,
    diff_blobs,
    make_commit,
    read_contents,
    read_ref,
    tree_blobs,
)
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board

STEP: Final = "board.step"
STALE_S: Final = 1.0


def commit_files(
    board: Board,
    changes: Mapping[str, bytes | None],
    message: str,
    actor: Actor,
    parents: Sequence[str] = (),
) -> str:
    """The commit that `changes` (path -> content, None deletes) made; the files on disk follow. Needs the board's lock.

    `parents`: those of a merge beside the branch's own head. Raises BoardError when the branch moved meanwhile.
    """
    head = board_head(board)
    further = [parent for parent in parents if parent != head]
    if not changes and not further:
        return head
    for path in changes:
        _refuse_path(path)
    on_disk = {path for path, content in changes.items() if content and read_disk(board, path) == content}
    identity = Identity(actor.author, f"{int(time.time())} {local_zone()}")
    commit = Commit(REF, (head, *further), changes, message.rstrip("\n") + "\n", identity)
    written = make_commit(board.repo, commit)
    if not written.oid and break_stale_lock(os.path.join(board.repo.common_dir, f"{REF}.lock")):
        written = make_commit(board.repo, commit)
    if not written.oid and read_ref(board.repo, REF) != head:
        raise BoardError(f"the board moved under this change, nothing was done: {written.complaint}", "run it again")
    if not written.oid:
        hint = "is the disk full, or the git folder read-only?"
        raise BoardError(f"the board's commit cannot be made, nothing was done: {written.complaint}", hint)
    differences = {
        path: Difference(written.before.get(path, ""), "" if content is None else blob_id(board.repo, content))
        for path, content in changes.items()
    }
    if further or read_step(board) != head:
        recover(board)
    else:
        contents = {differences[path].new: content for path, content in changes.items() if content is not None}
        _follow(board, written.oid, differences, contents, on_disk)
    return written.oid


def move_board(board: Board, new: str, why: str) -> None:
    """Moves the branch on to the commit `new`, which contains it, and the files with it. Needs the board's lock."""
    ask_store(board.repo, ["update-ref", "-m", f"board: {why}", REF, new, board_head(board)])
    recover(board)


def board_head(board: Board) -> str:
    """The commit that the board's branch is at; raises BoardError when the branch is gone."""
    head = read_ref(board.repo, REF)
    if not head:
        raise BoardError("the board's branch is gone", _way_back(board))
    return head


def _way_back(board: Board) -> str:
    """How to bring the branch back: git has deleted its reflog with it, but the step names what the files came from."""
    step = read_step(board)
    if not step or call_store(board.repo, ["cat-file", "-e", f"{step}^{{commit}}"]).code != 0:
        return f"fetch it from a remote; its files are still in {display_path(board.top)}"
    spoilt = os.path.join(board.repo.common_dir, REF)  # git writes over no ref that it cannot read
    first = f"rm {shell_words(spoilt)} && " if os.path.lexists(spoilt) else ""
    return f"bring it back: {first}git update-ref {REF} {step}"


def recover(board: Board) -> None:
    """Brings the files on disk in step with the branch, wherever an earlier command was ended. Needs the board's lock."""
    head = board_head(board)
    step = read_step(board)
    if step == head:
        return
    differences = diff_blobs(board.repo, step, head) if step else None
    if differences is None:
        fill_files(board)
        return
    contents = read_contents(board.repo, (difference.new for difference in differences.values()))
    for folder in {os.path.dirname(path) for path in differences}:
        sweep(board, folder)
    _follow(board, head, differences, contents)


def fill_files(board: Board) -> None:
    """Writes the files that are missing on disk; for a worktree that is new, or of which nothing is known."""
    head = board_head(board)
    blobs = tree_blobs(board.repo, head)
    absent = {
        path: blob
        for path, blob in blobs.items()
        if not path_is_odd(path) and not os.path.lexists(os.path.join(board.top, path))
    }
    contents = read_contents(board.repo, absent.values())
    for path, blob in absent.items():
        write_file(board, path, contents[blob])
    reset_index(board, head)
    _write_step(board, head)


def read_step(board: Board) -> str:
    """The commit that the files were last in step with, empty when it is not known."""
    try:
        with open(os.path.join(board.repo.state_dir, STEP), encoding="ascii") as stream:
            return stream.read().strip()
    except (OSError, ValueError):
        return ""


def _follow(
    board: Board,
    head: str,
    differences: Mapping[str, Difference],
    contents: Mapping[str, bytes],
    on_disk: Collection[str] = (),
) -> None:
    """Writes what leads the files from where they were to `head`; what was edited meanwhile is merged, not lost.

    Files of `on_disk` had their new content before: what they hold now was made from it, and needs no merge.
    """
    for path, difference in differences.items():
        found = read_disk(board, path)
        current = "" if found is None else blob_id(board.repo, found)
        if current == difference.new or path_is_odd(path) or (found is not None and path in on_disk):
            continue
        if found is None:
            write_file(board, path, contents.get(difference.new))
            continue
        if current == difference.old:
            edited = replace_file(board, path, contents.get(difference.new))
            if edited in (found, None):
                continue
            found = edited
        _merge_edit(board, path, difference, found)
    if differences and not follow_index(board, head, differences):
        return  # somebody holds the index: the step stays, and the next command tries again
    _write_step(board, head)


def _merge_edit(board: Board, path: str, difference: Difference, found: bytes) -> None:
    """An edit by hand that was made on the content before the change is carried over to the content after it.

    What gives way goes into a conflict record, which the next command finds and commits.
    """
    from openclaw_hooks.board.merge.reconcile import WHOLE_FILE, reconcile_file
    from openclaw_hooks.board.merge.records import write_record

    contents = read_contents(board.repo, difference)
    merged = reconcile_file(path, contents.get(difference.old), found, contents.get(difference.new))
    if any(conflict.field == WHOLE_FILE for conflict in merged.conflicts):
        return  # broken by hand: it stays, and is reported by who reads it
    for conflict in merged.conflicts:
        write_file(board, *write_record(path, conflict))
    write_file(board, path, merged.content)


def _refuse_path(path: str) -> None:
    if path_is_odd(path) or "\0" in path:
        raise BoardError(f"`{display_path(path)}` is no path of the board")


def break_stale_lock(path: str) -> bool:
    """Whether git's lock file at `path` was in the way and is gone now.

    Git holds the lock of a ref for milliseconds. One that stays as it is for a second was left by a git that was
    killed, and nobody else would ever take it away.
    """
    seen = _identity(path)
    if seen is None:
        return False
    deadline = time.monotonic() + STALE_S
    while time.monotonic() < deadline:
        if _identity(path) != seen:
            return True
        time.sleep(0.02)
    with suppress(OSError):
        os.unlink(path)
    return True


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _write_step(board: Board, head: str) -> None:
    atomic_write(os.path.join(board.repo.state_dir, STEP), head.encode() + b"\n")
